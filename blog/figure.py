"""The figure of the body: which parts of it a page shows, and where its numbers stand.

All drawing is data in static/figures (see the README there): half a body from behind and from the front, its midline
at x = 0, and the sole of a foot, one path for each muscle. Where an article has muscles near the surface and deep
ones, the former stand on the left and the latter on the right, as in an atlas, so as not to cover each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate, combinations
from pathlib import Path
from xml.etree import ElementTree

from .figure_views import VIEWS, View
from .outlines import outline

DRAWINGS = Path(__file__).resolve().parent.parent / "static" / "figures"
SIDES = {"back": "Back view", "front": "Front view", "sole": "Sole of the right foot"}
NEEDLE_SLOPE = 0.25  # needles rise a little from the point to the number
MOST_WITH_FIBRES = MOST_IN_PAGE = 5  # muscles; with more, fine lines are clutter, and shapes are loaded apart


@dataclass(frozen=True)
class Shape:
    """A muscle in the drawing: outline, run of its fibres, places of its trigger points."""

    slug: str
    drawing: str
    d: str
    fibres: str
    deep: bool
    points: tuple[tuple[int, int], ...]

    @property
    def x(self) -> int:
        """Where the needle of an article's plate begins."""
        return self.points[0][0]

    @property
    def y(self) -> int:
        return self.points[0][1]

    def seen_in(self, view: View) -> "Shape":
        """The same, with the points that the view shows first."""
        return replace(self, points=tuple(sorted(self.points, key=lambda point: not view.shows(*point))))

    @property
    def file(self) -> str:
        return f"figures/muscles/{self.slug}.svg"


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
class Plate:
    """One drawing of a page. `muscle` and `refers` are for the page of one muscle, `muscles` for an article."""

    drawing: str
    view: View
    title: str
    description: str  # the figure in words, for those who do not see it
    muscles: tuple[PlateMuscle, ...] = ()
    two_sides: bool = False  # near the surface on the left, deep on the right
    in_page: bool = True  # the shapes are written into the page; else each is a static file
    muscle: Shape | None = None
    refers: str = ""

    @property
    def side(self) -> str:
        return SIDES[self.drawing]

    @property
    def has_deep(self) -> bool:
        return any(row.shape.deep for row in self.muscles) or bool(self.muscle and self.muscle.deep)

    @property
    def skin(self) -> list[str]:
        """The static files with the outline of the body, which all pages share; in each it is `#o`."""
        return [f"figures/{self.drawing}-{part}.svg" for part in self.view.parts]


@dataclass(frozen=True)
class MapRegion:
    slug: str
    name: str
    url: str


@cache
def drawing(name: str) -> dict[str, dict[str, str]]:
    """The attributes of everything in a drawing that has an id."""
    tree = ElementTree.parse(DRAWINGS / f"{name}.svg")  # noqa: S314 (our own file)
    return {node.attrib["id"]: node.attrib for node in tree.iter() if "id" in node.attrib}


@cache
def shapes() -> dict[str, Shape]:
    """The muscles that have a shape, by slug."""
    found = {}
    for side in SIDES:
        for slug, node in drawing(side).items():
            if "data-points" in node:
                points = (pair.split(",") for pair in node["data-points"].split())
                fibres = drawing(side).get(f"{slug}-fibres", {}).get("d", "")
                deep = "shape--deep" in node.get("class", "")
                found[slug] = Shape(
                    slug, side, node["d"], fibres, deep, tuple((int(x), int(y)) for x, y in points)
                )
    return found


def refers(shape: str, side: str) -> str:
    """Where a muscle refers pain to in one drawing: path data, or nothing."""
    return drawing(side).get(f"{shape}-refers", {}).get("d", "")


def plates_for(rows: Sequence[tuple[int, str, str]]) -> list[Plate]:
    """The plates for rows of (number, shape, name): one for each drawing that has some of them."""
    drawn = [(number, name, shapes()[shape]) for number, shape, name in rows if shape in shapes()]
    sides = dict.fromkeys(shape.drawing for _, _, shape in drawn)
    if len(drawn) > MOST_WITH_FIBRES:
        drawn = [(number, name, replace(shape, fibres="")) for number, name, shape in drawn]
    return [_plate(side, [row for row in drawn if row[2].drawing == side]) for side in sides]


def _plate(side: str, rows: list[tuple[int, str, Shape]]) -> Plate:
    view = _view_of([shape for _, _, shape in rows])
    rows = [(number, name, shape.seen_in(view)) for number, name, shape in rows]
    deep, near = [row for row in rows if row[2].deep], [row for row in rows if not row[2].deep]
    two_sides = bool(near and deep and view.mirrored)
    halves = [(True, near), (False, deep)] if two_sides else [(False, rows)]
    muscles = [
        PlateMuscle(*row, mirrored, -view.column if mirrored else view.column, height)
        for mirrored, half in halves
        for row, height in zip(half, _heights([shape for _, _, shape in half], view), strict=True)
    ]
    muscles.sort(key=lambda muscle: muscle.number)
    listed = ", ".join(f"{number} {name}{' (deep)' if shape.deep else ''}" for number, name, shape in rows)
    words = f"{SIDES[side]}, {view.words}: {listed}"
    in_page = len(rows) <= MOST_IN_PAGE
    return Plate(side, view, "Where the points are", words, tuple(muscles), two_sides, in_page)


def _view_of(muscles: Sequence[Shape]) -> View:
    """The window that shows the first point of each muscle; failing that, the one that shows any point of each."""
    *parts, everything = VIEWS[muscles[0].drawing]
    parts = [view for view in parts if view.numbers >= len(muscles)]
    for most in (1, None):
        for view in parts:
            if all(any(view.shows(*point) for point in muscle.points[:most]) for muscle in muscles):
                return view
    return everything


def muscle_plates(shape: str, name: str = "the muscle") -> list[Plate]:
    """The plates of one muscle: itself with its points, and each drawing that shows where it refers pain."""
    if shape not in shapes():
        return []
    muscle = shapes()[shape]
    plates = []
    for side in sorted(SIDES, key=lambda side: side != muscle.drawing):
        area, own = refers(shape, side), muscle if side == muscle.drawing else None
        shown = [path for path in (area, own.d if own else "") if path]
        if not shown:
            continue
        corners = [point for path in shown for part in outline(path) for point in part]
        view = next((view for view in VIEWS[side] if view.holds(corners)), VIEWS[side][-1])
        things = [f"{name} and its trigger points" if own else "", "where pain may be felt" if area else ""]
        words = f"{SIDES[side]}, {view.words}: {', and '.join(filter(None, things))}"
        title = "The muscle and its points" if own else "Where pain may be felt"
        plates.append(Plate(side, view, title, words, muscle=own, refers=area))
    return plates


def body_map(regions: Iterable[tuple[str, str, str]]) -> list[MapRegion]:
    """The map's regions in the order of the list: those of (slug, name, url) that the drawing knows."""
    known = drawing("map")
    return [MapRegion(*region) for region in regions if f"back-{region[0]}" in known]


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
