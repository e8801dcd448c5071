"""Colors as numbers: how far two are apart for an eye (WCAG 2.2, 1.4.3 and 1.4.11), and mixing as the browser mixes."""

import math
import re

HEX = re.compile(r"#[0-9a-f]{6}")

type Channels = tuple[float, float, float]

# Björn Ottosson, "A perceptual color space for image processing" (CSS Color 4, section 9.2).
_TO_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
_FROM_LAB = (
    (1, 0.3963377774, 0.2158037573),
    (1, -0.1055613458, -0.0638541728),
    (1, -0.0894841775, -1.2914855480),
)
_FROM_CONES = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)


def channels(color: str) -> Channels:
    """Red, green and blue of #rrggbb or #rgb, 0 to 1."""
    digits = color[1:] if len(color) == 7 else "".join(2 * digit for digit in color[1:])
    red, green, blue = (int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
    return red, green, blue


def ratio(one: str, other: str) -> float:
    """1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def rounded_down(value: float) -> str:
    """So that 4.49 never reads as the 4.5 that it is not."""
    return f"{math.floor(value * 10) / 10:.1f}"


def brightened(color: str, by: float) -> str:
    """As the filter `brightness()` does it."""
    return _text([part * by for part in channels(color)])


def mixed(color: str, share: float, other: str) -> str:
    """`color-mix(in oklab, color share, other)`; share is 0 to 1."""
    parts = zip(_lab(color), _lab(other), strict=True)
    cones = [part**3 for part in _times(_FROM_LAB, [share * one + (1 - share) * two for one, two in parts])]
    return _text([_encoded(part) for part in _times(_FROM_CONES, cones)])


def _luminance(color: str) -> float:
    red, green, blue = (_linear(part) for part in channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else math.pow((part + 0.055) / 1.055, 2.4)


def _encoded(part: float) -> float:
    return part * 12.92 if part <= 0.0031308 else 1.055 * math.pow(part, 1 / 2.4) - 0.055


def _lab(color: str) -> list[float]:
    cones = _times(_TO_CONES, [_linear(part) for part in channels(color)])
    return _times(_TO_LAB, [math.cbrt(part) for part in cones])


def _times(matrix: tuple[Channels, ...], parts: list[float]) -> list[float]:
    return [sum(factor * part for factor, part in zip(row, parts, strict=True)) for row in matrix]


def _text(parts: list[float]) -> str:
    return "#" + "".join(f"{round(255 * min(max(part, 0), 1)):02x}" for part in parts)
