"""Path data as polygons."""

import pytest

from blog.outlines import STEPS, contains, outline


@pytest.mark.parametrize(
    ("d", "corners"),
    [
        ("M1 2L3 4 5 6z", [(1, 2), (3, 4), (5, 6)]),
        ("m1 2l2 2 2 2z", [(1, 2), (3, 4), (5, 6)]),
        ("m1 2 2 2 2 2z", [(1, 2), (3, 4), (5, 6)]),
        ("M1,2H5V6h-4z", [(1, 2), (5, 2), (5, 6), (1, 6)]),
        ("M1 2h4v4h-4v-4z", [(1, 2), (5, 2), (5, 6), (1, 6)]),
        ("M0-1.5l.5.5-1-1z", [(0, -1.5), (0.5, -1), (-0.5, -2)]),
    ],
)
def test_it_follows_lines(d: str, corners: list[tuple[float, float]]) -> None:
    assert outline(d) == [corners]


@pytest.mark.parametrize(
    "d",
    [
        "M0 0C0 4 8 4 8 0",
        "M0 0c0 4 8 4 8 0",
        "M0 0Q4 6 8 0",
        "M0 0q4 6 8 0",
        "M-8 0C-8-4 0-4 0 0S8 4 8 0",
        "M-8 0q4-6 8 0t8 0",
    ],
)
def test_it_flattens_curves(d: str) -> None:
    """Each of these ends with the same arch, three high, from 0 to 8."""
    points = outline(d)[0][-STEPS - 1 :]
    assert points[0] == (0, 0)
    assert points[STEPS // 2] == pytest.approx((4, 3))
    assert points[-1] == pytest.approx((8, 0))


def test_it_tells_subpaths_apart() -> None:
    assert outline("M0 0h2v2zm5 5h1v1zh3v3z") == [
        [(0, 0), (2, 0), (2, 2)],
        [(5, 5), (6, 5), (6, 6)],
        [(5, 5), (8, 5), (8, 8)],
    ]


def test_a_smooth_curve_after_a_line_starts_straight() -> None:
    assert outline("M0 0H4s4 4 4 8")[0][2][0] < outline("M0 0C2 0 2 0 4 0s4 4 4 8")[0][STEPS + 1][0]


def test_it_knows_what_is_inside() -> None:
    square = outline("M0 0h4v4h-4z")[0]
    assert contains(square, 2, 2)
    assert not contains(square, 5, 2)
    assert not contains(square, 2, -1)
