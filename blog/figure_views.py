"""The windows on the figure's drawings that plates choose from."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from .outlines import Point

SMALLEST_PLATE = (320, 560)  # CSS pixels; numbers are sized to be read on a plate as small as this
NUMBER_PIXELS, TARGET_PIXELS = 13.5, 24  # the target is WCAG 2.2's least


@dataclass(frozen=True)
class View:
    """A window on a drawing; numbers stand at x = `column`, from the top down to `floor`."""

    words: str
    top: int
    bottom: int
    left: int
    right: int
    column: int
    floor: int
    parts: tuple[str, ...] = ("trunk",)
    mirrored: bool = True  # both halves of the body are in it

    @property
    def box(self) -> str:
        return f"{self.left} {self.top} {self.right - self.left} {self.bottom - self.top}"

    @property
    def unit(self) -> float:
        """Units of the drawing in one CSS pixel of the smallest plate."""
        width, height = SMALLEST_PLATE
        return max((self.right - self.left) / width, (self.bottom - self.top) / height)

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

    def holds(self, points: Iterable[Point]) -> bool:
        return all(self.left <= x <= self.right and self.top <= y <= self.bottom for x, y in points)

    @property
    def numbers(self) -> int:
        """How many find room, one above the other."""
        return (self.floor - self.top) // (2 * self.reach)

    def shows(self, x: int, y: int) -> bool:
        """Whether a needle can begin at a point."""
        needle = self.needle_x - self.reach
        return self.left < x < needle and self.top + self.reach < y < self.bottom - self.reach


def _both(words: str, top: int, bottom: int, half: int, column: int, floor: int, *parts: str) -> View:
    return View(words, top, bottom, -half, half, column, floor, ("trunk", *parts))


# The first that shows all that is needed is taken; the last shows everything.
VIEWS = {
    "back": (
        _both("the head and the neck", -32, 350, 190, 160, 270),
        _both("from the head to the middle of the back", -32, 524, 272, 236, 300, "arm"),
        _both("from the neck to the waist", 200, 700, 340, 312, 470, "arm"),
        _both("from the middle of the back to the thigh", 476, 1060, 290, 250, 1060),
        _both("from the waist to the knee", 620, 1330, 270, 240, 1330),
        _both("from the knee to the foot", 1180, 1824, 240, 206, 1824),
        _both("from the waist to the calf", 488, 1544, 274, 240, 1544),
        _both("from the waist to the heel", 488, 1824, 280, 246, 1824),
        View("the elbow and the forearm", 560, 1140, 190, 540, 508, 940, ("arm",), mirrored=False),
        View("the shoulder and the arm", 280, 1140, 0, 560, 520, 900, ("trunk", "arm"), mirrored=False),
        # With room for one number only: the articles of a long back have narrower windows.
        _both("from the neck to the buttocks", 120, 960, 320, 292, 180, "arm"),
        _both("from head to heel", -32, 1824, 520, 480, 1824, "arm"),
    ),
    "front": (
        _both("the head and the neck", -32, 350, 190, 160, 270),
        _both("from the head to the chest", -32, 524, 272, 236, 300, "arm"),
        _both("from the neck to the waist", 200, 700, 340, 312, 470, "arm"),
        _both("from the chest to the thigh", 476, 1060, 290, 250, 1060),
        _both("from the waist to the knee", 620, 1330, 270, 240, 1330),
        _both("from the knee to the foot", 1180, 1824, 240, 206, 1824),
        _both("from the waist to the calf", 488, 1544, 274, 240, 1544),
        _both("from the waist to the foot", 488, 1824, 280, 246, 1824),
        View("the elbow and the forearm", 560, 1140, 190, 540, 508, 940, ("arm",), mirrored=False),
        View("the shoulder and the arm", 280, 1140, 0, 560, 520, 900, ("trunk", "arm"), mirrored=False),
        _both("from head to foot", -32, 1824, 520, 480, 1824, "arm"),
    ),
    "sole": (View("seen from below", -12, 552, -190, 230, 196, 552, ("foot",), mirrored=False),),
}
