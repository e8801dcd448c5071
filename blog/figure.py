"""The figure of the body: which part of it an article shows, and where its numbers stand.

All drawing is data in static/figures/back.svg (see the README beside it): the right half of a body seen from
behind, its midline at x = 0, one path for each muscle. Where an article has muscles near the surface and deep
ones, the former stand on the left and the latter on the right, as in an atlas, so as not to cover each other.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import ceil
from pathlib import Path
from xml.etree import ElementTree

DRAWING = Path(__file__).resolve().parent.parent / "static" / "figures" / "back.svg"
LINE = re.compile(r"M\d+ (?P<y>\d+)[^M]*")
SMALLEST_PLATE = (320, 560)  # CSS pixels; numbers are sized to be read on a plate as small as this
NUMBER_PIXELS = 13.5
TARGET_PIXELS = 24  # WCAG 2.2, target size
NEEDLE_SLOPE = 0.25  # needles rise a little from the point to the number


@dataclass(frozen=True)
class View:
    """A window on the body, in units of the drawing; `column` is how far from the midline numbers stand."""

    words: str
    top: int
    bottom: int
    half_width: int
    column: int
    parts: tuple[str, ...] = ("trunk",)

    @property
    def unit(self) -> float:
        """Units of the drawing in one CSS pixel of the smallest plate."""
        width, height = SMALLEST_PLATE
        return max(2 * self.half_width / width, (self.bottom - self.top) / height)

    @property
    def type_size(self) -> int:
        return round(self.unit * NUMBER_PIXELS)

    @property
    def reach(self) -> int:
        """Radius of the round target about a number."""
        return ceil(self.unit * TARGET_PIXELS / 2)

    @property
    def needle_x(self) -> int:
        """Where needles end on the right side."""
        return self.column - self.reach

    def shows(self, heights: Iterable[int]) -> bool:
        return all(self.top + self.reach < y < self.bottom - self.reach for y in heights)


# The first that shows every point is taken; the last shows everything.
VIEWS = (
    View("from the head to the middle of the back", -32, 524, 272, 236, ("trunk", "arm")),
    View("from the middle of the back to the thigh", 476, 1060, 290, 250),
    View("from the knee to the foot", 1180, 1824, 240, 206),
    View("from the waist to the heel", 524, 1824, 280, 246),
    View("from head to heel", -32, 1824, 520, 480, ("trunk", "arm")),
)


@dataclass(frozen=True)
class Body:
    """What a plate and the body map share; `skin` and `contours` are the right half, to be mirrored."""

    view: View

    @property
    def view_box(self) -> str:
        width, top = self.view.half_width, self.view.top
        return f"{-width} {top} {2 * width} {self.view.bottom - top}"

    @property
    def skin(self) -> list[str]:
        return [_drawing()[part]["d"] for part in self.view.parts]

    @property
    def contours(self) -> str:
        """The light inner lines that begin within the view."""
        lines = [
            line for part in self.view.parts for line in LINE.finditer(_drawing()[f"{part}-contours"]["d"])
        ]
        return "".join(line[0] for line in lines if self.view.top < int(line["y"]) < self.view.bottom)


@dataclass(frozen=True)
class Shape:
    """A muscle in the drawing: outline, direction of its fibres, and (x, y) of its trigger point."""

    d: str
    fibres: str
    deep: bool
    x: int
    y: int


type Drawn = tuple[int, str, Shape]  # number, name, shape


@dataclass(frozen=True)
class PlateMuscle:
    """A muscle on a plate: its shape, to be mirrored when on the left, and where its number stands."""

    number: int
    name: str
    shape: Shape
    label_x: int
    label_y: int

    @property
    def mirrored(self) -> bool:
        return self.label_x < 0


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
    view = next((view for view in VIEWS if view.shows(shape.y for _, _, shape in drawn)), VIEWS[-1])
    deep, near = [row for row in drawn if row[2].deep], [row for row in drawn if not row[2].deep]
    sides = [(-1, near), (1, deep)] if near and deep else [(1, drawn)]
    muscles = [
        PlateMuscle(number, name, shape, sign * view.column, height)
        for sign, side in sides
        for (number, name, shape), height in _spread(side, view)
    ]
    return Plate(
        view=view,
        muscles=sorted(muscles, key=lambda muscle: muscle.number),
        two_sides=len(sides) == 2,
        description=f"Back view, {view.words}: " + ", ".join(f"{number} {name}" for number, name, _ in drawn),
    )


def body_map(regions: Iterable[tuple[str, str, str]]) -> BodyMap | None:
    """The whole figure with a spot for each (slug, name, url) that the drawing knows; None without any."""
    spots = [
        {"slug": slug, "name": name, "url": url, "x": place["cx"], "y": place["cy"]}
        for slug, name, url in regions
        if "cx" in (place := _drawing().get(slug, {}))
    ]
    return BodyMap(view=VIEWS[-1], spots=spots) if spots else None


def _spread(rows: Sequence[tuple[int, str, Shape]], view: View) -> list[tuple[tuple[int, str, Shape], int]]:
    """Each row with the height of its number: targets do not touch, needles do not cross."""
    wanted = {row: row[2].y - round(NEEDLE_SLOPE * (view.column - row[2].x)) for row in rows}
    order = sorted(rows, key=wanted.__getitem__)
    heights: list[int] = []
    lowest = view.top + view.reach
    for row in order:
        heights.append(max(wanted[row], lowest))
        lowest = heights[-1] + 2 * view.reach
    highest = view.bottom - view.reach
    for index in reversed(range(len(heights))):
        heights[index] = min(heights[index], highest)
        highest = heights[index] - 2 * view.reach
    # Uncrossing two needles makes them shorter together, so this ends.
    while crossing := first_crossing([row[2] for row in order], heights, view.column):
        a, b = crossing
        order[a], order[b] = order[b], order[a]
    return list(zip(order, heights, strict=True))


def first_crossing(points: Sequence[Shape], heights: Sequence[int], column: int) -> tuple[int, int] | None:
    """The first two needles that meet, when those further down the lists have their numbers further down."""
    for upper, lower in combinations(range(len(points)), 2):
        a, b = points[upper], points[lower]
        x = max(a.x, b.x)
        a_y = a.y + (heights[upper] - a.y) * (x - a.x) / (column - a.x)
        b_y = b.y + (heights[lower] - b.y) * (x - b.x) / (column - b.x)
        if a_y > b_y:
            return upper, lower
    return None
