"""docs/accessibility.md: every criterion once, with its level, and no test in it that does not exist."""

import ast
import re

from django.conf import settings

PAPER = settings.BASE_DIR / "docs" / "accessibility.md"
# https://www.w3.org/TR/WCAG22/, without 4.1.1, which it calls obsolete and removed.
A = """1.1.1 1.2.1 1.2.2 1.2.3 1.3.1 1.3.2 1.3.3 1.4.1 1.4.2 2.1.1 2.1.2 2.1.4 2.2.1 2.2.2 2.3.1 2.4.1 2.4.2 2.4.3
2.4.4 2.5.1 2.5.2 2.5.3 2.5.4 3.1.1 3.2.1 3.2.2 3.2.6 3.3.1 3.3.2 3.3.7 4.1.2"""
AA = """1.2.4 1.2.5 1.3.4 1.3.5 1.4.3 1.4.4 1.4.5 1.4.10 1.4.11 1.4.12 1.4.13 2.4.5 2.4.6 2.4.7 2.4.11 2.5.7 2.5.8
3.1.2 3.2.3 3.2.4 3.3.3 3.3.4 3.3.8 4.1.3"""
ROW = re.compile(r"\| ([\d.]+) (\S[^|]*) \| (A+) \| ([^|]+) \|")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def rows() -> list[tuple[str, str, str, str]]:
    """Number, name, level, and what shows it."""
    lines = [line for line in PAPER.read_text().splitlines() if re.match(r"\| \d", line)]
    found = [ROW.fullmatch(line) for line in lines]
    assert None not in found
    return [(one[1], one[2], one[3], one[4]) for one in found if one]


def by_number(number: str) -> list[int]:
    return [int(part) for part in number.split(".")]


def test_every_criterion_stands_in_it_once_with_its_level() -> None:
    levels = dict.fromkeys(A.split(), "A") | dict.fromkeys(AA.split(), "AA")
    assert (len(A.split()), len(levels)) == (31, 55)
    found = [(number, level) for number, _, level, _ in rows()]
    assert found == [(number, levels[number]) for number in sorted(levels, key=by_number)]


def test_every_criterion_has_a_test_or_a_reason() -> None:
    shown = {number for number, _, _, shows in rows() if NAMED.search(shows) or shows.startswith("axe")}
    borrowed = {number: re.search(r"[Aa]s ([\d.]+\d)", shows) for number, _, _, shows in rows()}
    for number, _, _, shows in rows():
        other = borrowed[number]
        assert number in shown or "By eye" in shows or (other and other[1] in shown), number


def test_every_test_it_names_exists() -> None:
    named = set(NAMED.findall(PAPER.read_text()))
    assert len(named) > 60
    there = {
        (path, node.name)
        for path in {path for path, _ in named}
        for node in ast.walk(ast.parse((settings.BASE_DIR / path).read_text()))
        if isinstance(node, ast.FunctionDef)
    }
    assert named - there == set()
