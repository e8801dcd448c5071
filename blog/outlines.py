"""Path data of the figure's drawings as polygons, for what cannot read SVG: tests, and pictures made of pixels."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

Point = tuple[float, float]
_TOKEN = re.compile(r"[a-zA-Z]|-?(?:\d+\.?\d*|\.\d+)")
_NUMBERS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "Z": 0}
STEPS = 8  # straight pieces for one curve


def outline(d: str) -> list[list[Point]]:
    """The corners of each subpath, curves flattened. A closed one does not repeat its first corner."""
    found: list[list[Point]] = []
    start = here = handle = (0.0, 0.0)
    before = ""
    for command, relative, numbers in _commands(d):
        points = _points(command, relative, numbers, here)
        if command == "Z":
            here = start
            if len(found[-1]) > 1 and found[-1][-1] == start:
                found[-1].pop()
        elif command == "M":
            start = here = points[0]
            found.append([here])
        else:
            if before == "Z":  # what follows a closed subpath without a move begins where that one began
                found.append([here])
            if command in "ST":  # the handle is the mirror image of the last one
                smooth = before in ("CS" if command == "S" else "QT")
                points.insert(0, (2 * here[0] - handle[0], 2 * here[1] - handle[1]) if smooth else here)
            found[-1].extend(_flat([here, *points]))
            handle, here = ([here, *points][-2], points[-1])
        before = command
    return found


def _commands(d: str) -> Iterator[tuple[str, bool, list[float]]]:
    """One command at a time; a letter stands for all that follow it, and after a move come lines."""
    tokens = _TOKEN.findall(d)
    letter, at = "", 0
    while at < len(tokens):
        if tokens[at].isalpha():
            letter, at = tokens[at], at + 1
        elif letter in "Mm":
            letter = "L" if letter == "M" else "l"
        count = _NUMBERS[letter.upper()]
        yield letter.upper(), letter.islower(), [float(token) for token in tokens[at : at + count]]
        at += count


def _points(command: str, relative: bool, numbers: Sequence[float], here: Point) -> list[Point]:
    x, y = here if relative else (0.0, 0.0)
    if command == "H":
        return [(x + numbers[0], here[1])]
    if command == "V":
        return [(here[0], y + numbers[0])]
    return [(x + numbers[i], y + numbers[i + 1]) for i in range(0, len(numbers), 2)]


def _flat(curve: Sequence[Point]) -> list[Point]:
    """Points along a Bezier curve of any degree, without its first."""
    if len(curve) == 2:
        return [curve[1]]
    return [_at(curve, step / STEPS) for step in range(1, STEPS + 1)]


def _at(curve: Sequence[Point], t: float) -> Point:
    points = list(curve)
    while len(points) > 1:
        points = [(a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])) for a, b in pairwise(points)]
    return points[0]


def contains(polygon: Sequence[Point], x: float, y: float) -> bool:
    """Whether a point is inside (even-odd)."""
    inside = False
    for (ax, ay), (bx, by) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
            inside = not inside
    return inside
