"""What the browser loads once for all figures, made from the drawings: outlines of the body, areas of the map.

`manage.py draw_figures` writes these files again; a test tells when one is out of date.
"""

from bisect import bisect
from collections.abc import Callable, Sequence
from itertools import pairwise
from math import hypot

from .figure import SIDES, drawing, shapes
from .outlines import Point, contains, outline

Line = Callable[[float], float]
# Areas of the trunk, head to foot. The arm and what lies beneath it are cut off by the arm's own line.
TRUNK = (
    "head-and-neck",
    "upper-back",
    "lower-back",
    "hip-and-buttock",
    "thigh-and-knee",
    "calf-and-shin",
    "foot-and-heel",
)
ARM = "shoulder-and-arm"
# What is thinner than a thumb gets ground around it.
GROUND = {
    "head-and-neck": "M-1-60h110v270h-110z",
    "thigh-and-knee": "M-1 1020h200v332h-200z",
    "calf-and-shin": "M-1 1352h190v338h-190z",
    "foot-and-heel": "M-1 1690h200v170h-200z",
}
AROUND_THE_ARM = 90
FAR = 999.0


def files() -> dict[str, str]:
    """The text of each generated file, by its name."""
    return {
        **{f"{side}-{part}.svg": _svg(_skin(side, part)) for side in SIDES for part in _parts(side)},
        "map.svg": _svg(*_areas("back"), *_areas("front")),
        **{f"muscles/{slug}.svg": _svg(f'<path id="o" d="{shape.d}"/>') for slug, shape in shapes().items()},
    }


def _svg(*elements: str) -> str:
    return "".join(['<svg xmlns="http://www.w3.org/2000/svg">', *elements, "</svg>\n"])


def _parts(side: str) -> list[str]:
    return [part for part in drawing(side) if f"{part}-contours" in drawing(side)]


def _skin(side: str, part: str) -> str:
    """Fill and stroke come from the page, the colour of the light lines as its `color`."""
    lines = drawing(side)[f"{part}-contours"]["d"]
    return f'<g id="o"><path d="{drawing(side)[part]["d"]}"/><path fill="none" stroke="currentColor" d="{lines}"/></g>'


def _areas(side: str) -> list[str]:
    parts = drawing(side)
    trunk, arm = outline(parts["trunk"]["d"])[0], outline(parts["arm"]["d"])[0]
    elements = []
    for slug, area in _regions(side, trunk, arm).items():
        around = (
            f'<path fill="none" stroke="none" pointer-events="all" d="{GROUND[slug]}"/>'
            if slug in GROUND
            else ""
        )
        wide = f' pointer-events="all" stroke="none" stroke-width="{AROUND_THE_ARM}"' if slug == ARM else ""
        elements.append(f'<g id="{side}-{slug}">{around}<path{wide} d="{_path(area)}z"/></g>')
    skin = [*_runs(trunk, arm), arm]
    contours = parts["trunk-contours"]["d"] + parts["arm-contours"]["d"]
    lines = "".join(_path(line) for line in skin)
    elements.append(
        f'<g id="{side}-lines"><path fill="none" stroke="currentColor" d="{contours}"/><path d="{lines}"/></g>'
    )
    return elements


def _regions(side: str, trunk: list[Point], arm: list[Point]) -> dict[str, list[Point]]:
    """The right half of the body cut into areas, a little over the midline so that no gap shows there."""
    trunk = [(max(x, -1.0), y) for x, y in trunk]
    drawn = drawing("back") | drawing(side)  # the front has the lines of the back where it draws none
    lines = [_line(outline(drawn[f"above-{slug}"]["d"])[0]) for slug in TRUNK[1:]]
    edges = [lambda _: -FAR, *lines, lambda _: 9 * FAR]
    areas = {}
    for slug, (upper, lower) in zip(TRUNK, pairwise(edges), strict=True):
        areas[slug] = _above(_below(trunk, upper), lower)
    inner = [point for point in reversed(arm) if point[1] < 500 and point[0] < arm[0][0]]
    first = arm[0]
    inner = inner[: next(i for i, point in enumerate(inner) if point[1] > 480)]
    seam = _line([(first[1] - 1, FAR), (first[1], first[0]), *((y, x) for x, y in inner), (500, FAR)])
    turned = [(y, x) for x, y in areas["upper-back"]]
    areas["upper-back"] = [(x, y) for y, x in _above(turned, seam)]
    areas[ARM] = arm
    return areas


def _line(points: Sequence[Point]) -> Line:
    """The height of a line drawn from left to right; level beyond its ends."""
    xs, ys = [x for x, _ in points], [y for _, y in points]

    def height(x: float) -> float:
        i = bisect(xs, x)
        if i in (0, len(xs)):
            return ys[min(i, len(ys) - 1)]
        way = (x - xs[i - 1]) / (xs[i] - xs[i - 1])
        return ys[i - 1] + way * (ys[i] - ys[i - 1])

    return height


def _below(polygon: Sequence[Point], line: Line) -> list[Point]:
    """What of a polygon lies below a line (its y is greater)."""
    kept: list[Point] = []
    for a, b in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        depth_a, depth_b = a[1] - line(a[0]), b[1] - line(b[0])
        if depth_a >= 0:
            kept.append(a)
        if (depth_a >= 0) != (depth_b >= 0):
            way = depth_a / (depth_a - depth_b)
            x = a[0] + way * (b[0] - a[0])
            kept.append((x, line(x)))
    return _along(kept, line)


def _above(polygon: Sequence[Point], line: Line) -> list[Point]:
    upside_down = _below([(x, -y) for x, y in polygon], lambda x: -line(x))
    return [(x, -y) for x, y in upside_down]


def _along(polygon: Sequence[Point], line: Line) -> list[Point]:
    """Where a polygon was cut, its edge follows the line."""
    followed: list[Point] = []
    for a, b in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        followed.append(a)
        if all(abs(y - line(x)) < 0.01 for x, y in (a, b)):
            steps = int(abs(b[0] - a[0]) / 5) + 1
            xs = [a[0] + (b[0] - a[0]) * step / steps for step in range(1, steps)]
            followed.extend((x, line(x)) for x in xs)
    return followed


def _runs(trunk: Sequence[Point], arm: Sequence[Point]) -> list[list[Point]]:
    """The outline of the trunk where the arm does not cover it."""
    runs: list[list[Point]] = [[]]
    for point in trunk:
        if not contains(arm, *point):
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _path(points: Sequence[Point]) -> str:
    """Path data without the points that make no difference, in whole numbers."""
    kept = [(round(x), round(y)) for x, y in _thinned(points, 0.8)]
    steps = [f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in pairwise(kept) if a != b]
    return f"M{kept[0][0]} {kept[0][1]}l{' '.join(steps)}".replace(" -", "-")


def _thinned(points: Sequence[Point], most: float) -> list[Point]:
    """Douglas and Peucker's way to leave out points that are less than `most` away from the line without them."""
    (ax, ay), (bx, by) = points[0], points[-1]
    length = hypot(bx - ax, by - ay)

    def away(point: Point) -> float:
        x, y = point[0] - ax, point[1] - ay
        return abs(x * (by - ay) - y * (bx - ax)) / length if length else hypot(x, y)

    if len(points) < 3:
        return list(points)
    furthest = max(range(1, len(points) - 1), key=lambda i: away(points[i]))
    if away(points[furthest]) < most:
        return [points[0], points[-1]]
    return [*_thinned(points[: furthest + 1], most)[:-1], *_thinned(points[furthest:], most)]
