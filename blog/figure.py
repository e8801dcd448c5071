"""The figure of the body: which part of it an article shows, and where its numbers stand.

All drawing is data in static/figures/back.svg (see the README beside it): the right half of a body seen from
behind, its midline at x = 0, one path for each muscle. Where an article has muscles near the surface and deep
ones, the former stand on the left and the latter on the right, as in an atlas, so as not to cover each other.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate, combinations
from math import ceil
from pathlib import Path
from xml.etree import ElementTree

DRAWING = Path(__file__).resolve().parent.parent / "static" / "figures" / "back.svg"
SMALLEST_PLATE = (320, 560)  # CSS pixels; numbers are sized to be read on a plate as small as this
NUMBER_PIXELS, TARGET_PIXELS = 13.5, 24  # the target is WCAG 2.2's least
NEEDLE_SLOPE = 0.25  # needles rise a little from the point to the number


@dataclass(frozen=True)
class View:
    """A window on the body; numbers stand `column` from the midline and above `floor`."""

    words: str
    top: int
    bottom: int
    half_width: int
    column: int
    floor: int
    parts: tuple[str, ...] = ("trunk",)

    @property
    def unit(self) -> float:
        """Units of the drawing in one CSS pixel of the smallest plate."""
        return max(2 * self.half_width / SMALLEST_PLATE[0], (self.bottom - self.top) / SMALLEST_PLATE[1])

    @property
    def type_size(self) -> int:
        return round(self.unit * NUMBER_PIXELS)

    @property
    def reach(self) -> int:
        """Radius of the round target about a number."""
        return ceil(self.unit * TARGET_PIXELS / 2)

    @property
    def needle_x(self) -> int:
        return self.column - self.reach

    def shows(self, heights: Iterable[int]) -> bool:
        return all(self.top + self.reach < y < self.bottom - self.reach for y in heights)


# The first that shows every point is taken; the last shows everything.
MOST_WITH_FIBRES = 6  # muscles on a plate; with more of them the fine lines are clutter
VIEWS = (
    View("from the head to the middle of the back", -32, 524, 272, 236, 300, ("trunk", "arm")),
    View("from the middle of the back to the thigh", 476, 1060, 290, 250, 1060),
    View("from the knee to the foot", 1180, 1824, 240, 206, 1824),
    View("from the waist to the calf", 488, 1544, 274, 240, 1544),
    View("from the waist to the heel", 488, 1824, 280, 246, 1824),
    View("from head to heel", -32, 1824, 520, 480, 1824, ("trunk", "arm")),
)


@dataclass(frozen=True)
class Body:
    """What a plate and the body map share; `skin` and `contours` are the right half, to be mirrored."""

    view: View

    @property
    def view_box(self) -> str:
        view = self.view
        return f"{-view.half_width} {view.top} {2 * view.half_width} {view.bottom - view.top}"

    @property
    def skin(self) -> list[str]:
        return [_drawing()[part]["d"] for part in self.view.parts]

    @property
    def contours(self) -> str:
        """The light inner lines that begin within the view."""
        lines = "".join(_drawing()[f"{part}-contours"]["d"] for part in self.view.parts)
        starts = re.finditer(r"M\d+ (\d+)[^M]*", lines)
        return "".join(line[0] for line in starts if self.view.top < int(line[1]) < self.view.bottom)


@dataclass(frozen=True)
class Shape:
    """A muscle in the drawing: outline, run of its fibres, place of its trigger point."""

    d: str
    fibres: str
    deep: bool
    x: int
    y: int


@dataclass(frozen=True)
class PlateMuscle:
    """A muscle on a plate: its shape, to be mirrored when on the left, and where its number stands."""

    number: int
    name: str
    shape: Shape
    mirrored: bool
    label_x: int
    label_y: int


@dataclass(frozen=True)
class Plate(Body):
    muscles: list[PlateMuscle]
    two_sides: bool  # near the surface on the left, deep on the right
    description: str  # the figure in words, for those who do not see it


@dataclass(frozen=True)
class BodyMap(Body):
    spots: list[dict[str, str]]  # slug, name, url, x, y


@cache
def _drawing() -> dict[str, dict[str, str]]:
    """The attributes of everything in the drawing that has an id."""
    tree = ElementTree.parse(DRAWING)  # noqa: S314 (our own file)
    return {node.attrib["id"]: node.attrib for node in tree.iter() if "id" in node.attrib}


@cache
def shapes() -> dict[str, Shape]:
    """The muscles that have a shape, by slug."""
    found = {}
    for slug, node in _drawing().items():
        if "data-x" in node:
            fibres = _drawing().get(f"{slug}-fibres", {}).get("d", "")
            deep = "shape--deep" in node.get("class", "")
            found[slug] = Shape(node["d"], fibres, deep, int(node["data-x"]), int(node["data-y"]))
    return found


def plate_for(rows: Sequence[tuple[int, str, str]]) -> Plate | None:
    """The plate for rows of (number, shape, name); None when no row has a shape in the drawing."""
    drawn = [(number, name, shapes()[shape]) for number, shape, name in rows if shape in shapes()]
    if not drawn:
        return None
    if len(drawn) > MOST_WITH_FIBRES:
        drawn = [(number, name, replace(shape, fibres="")) for number, name, shape in drawn]
    view = next((view for view in VIEWS if view.shows(shape.y for _, _, shape in drawn)), VIEWS[-1])
    deep, near = [row for row in drawn if row[2].deep], [row for row in drawn if not row[2].deep]
    sides = [(True, near), (False, deep)] if near and deep else [(False, drawn)]
    muscles = [
        PlateMuscle(*row, mirrored, -view.column if mirrored else view.column, height)
        for mirrored, side in sides
        for row, height in zip(side, _heights([shape for _, _, shape in side], view), strict=True)
    ]
    muscles.sort(key=lambda muscle: muscle.number)
    listed = ", ".join(f"{number} {name}" for number, name, _ in drawn)
    return Plate(view, muscles, len(sides) == 2, f"Back view, {view.words}: {listed}")


def body_map(regions: Iterable[tuple[str, str, str]]) -> BodyMap | None:
    """The whole figure with a spot for each (slug, name, url) that the drawing knows; None without any."""
    known = {slug: node for slug, node in _drawing().items() if "cx" in node}
    spots = [
        {"slug": slug, "name": name, "url": url, "x": known[slug]["cx"], "y": known[slug]["cy"]}
        for slug, name, url in regions
        if slug in known
    ]
    return BodyMap(view=VIEWS[-1], spots=spots) if spots else None


def _heights(points: Sequence[Shape], view: View) -> list[int]:
    """How high the number of each point stands: numbers do not touch, needles do not cross."""
    wanted = [point.y - round(NEEDLE_SLOPE * (view.column - point.x)) for point in points]
    order = sorted(range(len(points)), key=wanted.__getitem__)
    gap, last = 2 * view.reach, len(points) - 1
    # Push down what is too near, push up what is too near, and take the middle of the two.
    down = accumulate((wanted[i] for i in order), lambda above, y: max(y, above + gap))
    up = accumulate((wanted[i] for i in reversed(order)), lambda below, y: min(y, below - gap))
    middle = [(a + b) // 2 for a, b in zip(down, reversed([*up]), strict=True)]
    top, floor = view.top + view.reach, view.floor - view.reach
    heights = [min(max(y, top + i * gap), floor - (last - i) * gap) for i, y in enumerate(middle)]
    # Uncrossing two needles makes them shorter together, so this ends.
    while crossing := first_crossing([points[i] for i in order], heights, view.column):
        a, b = crossing
        order[a], order[b] = order[b], order[a]
    return [heights[order.index(i)] for i in range(len(points))]


def first_crossing(points: Sequence[Shape], heights: Sequence[int], column: int) -> tuple[int, int] | None:
    """The first two needles that meet, when the points are listed from the top number down."""
    for pair in combinations(range(len(points)), 2):
        x = max(points[i].x for i in pair)
        way = {i: (x - points[i].x) / (column - points[i].x) for i in pair}
        upper, lower = ((1 - way[i]) * points[i].y + way[i] * heights[i] for i in pair)
        if upper > lower:
            return pair
    return None
