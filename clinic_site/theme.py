"""The colors that a clinic may choose, within the contrast that WCAG 2.2 asks for wherever they are used.

They take the place of four colors of the palette in static/css/tokens.css, in one small style element behind the
site's own. Without any the pages are as designed, to the byte.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from django.core.validators import RegexValidator

from .contrast import HEX, brightened, mixed, ratio, rounded_down
from .stylesheet import palette

TEXT, GRAPHICS = 4.5, 3.0  # WCAG 2.2: 1.4.3; 1.4.11, and large type
READ_WELL = 7.0  # what the design gives its own text; asked of a color that is worked out
UNDER_THE_POINTER = 1.15  # static/css/components.css, .button:hover
OF_A_REGION = 0.65  # static/css/figure.css, .body-map__region:hover
STEPS = 20

GROUNDS = {"page": ("white", "night"), "shaded panel": ("mist", "dusk"), "marked passage": ("blush", "ember")}
INK = ("navy", "moon")
FIELDS = ("accent", "accent_dark", "point", "point_dark")


class Finding(NamedTuple):
    where: str
    found: float
    needed: float

    @property
    def sentence(self) -> str:
        found, needed = rounded_down(self.found), rounded_down(self.needed)
        return f"{self.where} this color has a contrast of {found} to 1. It needs {needed} to 1."


check_color = RegexValidator(
    rf"(?i)^{HEX.pattern}\Z", "Write a color as # and six digits or letters from a to f, such as #0b4a47."
)


def too_faint(name: str, color: str) -> list[str]:
    """What is wrong with `color` in the field `name`, one sentence for each use that it is too faint for."""
    is_dark = name.endswith("_dark")
    checks = _of_accent if name.startswith("accent") else _of_point
    found = checks(color, is_dark) if HEX.fullmatch(color) else iter(())
    return [finding.sentence for finding in found if finding.found < finding.needed]


@cache
def css(accent: str, accent_dark: str, point: str, point_dark: str) -> str:
    """What takes the place of the palette's colors; "" for none."""
    accent, accent_dark, point, point_dark = (
        color if HEX.fullmatch(color) else "" for color in (accent, accent_dark, point, point_dark)
    )
    chosen = {
        "spruce": accent,
        "lagoon": accent,
        "mint": accent_dark or lightened(accent, READ_WELL),
        "vermilion": point,
        "coral": point_dark or lightened(point, TEXT),
    }
    tokens = ";".join(f"--{name}:{color}" for name, color in chosen.items() if color)
    return f":root{{{tokens}}}" if tokens else ""


def lightened(color: str, needed: float) -> str:
    """Of the same hue, as light as the dark grounds need; "" for ""."""
    grounds = [palette()[dark] for _, dark in GROUNDS.values()]
    tries = (mixed("#ffffff", step / STEPS, color) for step in range(STEPS + 1) if color)
    return next((one for one in tries if min(ratio(one, ground) for ground in grounds) >= needed), "")


def _of_accent(color: str, is_dark: bool) -> Iterator[Finding]:
    yield from _on_grounds("As text", color, is_dark, TEXT)
    words = palette()["night" if is_dark else "white"]
    hovered = brightened(color, UNDER_THE_POINTER)
    button = ratio(hovered, brightened(words, UNDER_THE_POINTER))
    yield Finding("Behind the words of a button under the pointer,", button, TEXT)


def _of_point(color: str, is_dark: bool) -> Iterator[Finding]:
    yield from _on_grounds("As a point or a frame", color, is_dark, GRAPHICS)
    paper = GROUNDS["page"][is_dark]
    region = mixed(color, OF_A_REGION, palette()[paper])
    yield Finding("Behind a name on the map of the body,", ratio(palette()[INK[is_dark]], region), GRAPHICS)


def _on_grounds(what: str, color: str, is_dark: bool, needed: float) -> Iterator[Finding]:
    for name, pair in GROUNDS.items():
        ground = palette()[pair[is_dark]]
        scheme = "dark" if is_dark else "light"
        yield Finding(f"{what} on the {scheme} {name} ({ground}),", ratio(color, ground), needed)
