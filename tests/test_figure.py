"""The figure of the body: all of it can be seen, and no number gets in another's way."""

from itertools import pairwise

import pytest

from blog.figure import VIEWS, Plate, PlateMuscle, body_map, first_crossing, plate_for, shapes

SCIATICA = [
    "piriformis",
    "gluteus-medius",
    "gluteus-minimus",
    "quadratus-lumborum",
    "multifidi",
    "longissimus-thoracis",
    "iliocostalis-lumborum",
    "hamstrings",
    "gastrocnemius",
]
NECK = [
    "splenius-cervicis",
    "splenius-capitis",
    "levator-scapulae",
    "upper-trapezius",
    "semispinalis",
    "suboccipitals",
    "rhomboids",
]
SHIN = ["soleus", "flexor-digitorum-longus", "tibialis-posterior", "flexor-hallucis-longus"]
REGIONS = [
    "head-and-neck",
    "shoulder-and-arm",
    "upper-back",
    "lower-back",
    "hip-and-buttock",
    "thigh-and-knee",
    "calf-and-shin",
    "foot-and-heel",
]


def _plate(*slugs: str) -> Plate:
    plate = plate_for([(number, slug, slug.replace("-", " ")) for number, slug in enumerate(slugs, start=1)])
    assert plate is not None
    return plate


def _sides(plate: Plate) -> list[list[PlateMuscle]]:
    """The muscles of each side, from the top number down."""
    muscles = sorted(plate.muscles, key=lambda muscle: muscle.label_y)
    return [[muscle for muscle in muscles if muscle.mirrored is mirrored] for mirrored in (True, False)]


PLATES = [SCIATICA, NECK, SHIN, [*shapes()], *([shape] for shape in shapes())]


def test_it_draws_the_muscles_of_the_starter_articles() -> None:
    assert set(shapes()) == {*SCIATICA, *NECK, *SHIN}


any_plate = pytest.mark.parametrize("slugs", PLATES, ids=lambda slugs: f"{len(slugs)}-{slugs[0]}")


@any_plate
def test_it_shows_every_point_and_number_within_the_view(slugs: list[str]) -> None:
    plate = _plate(*slugs)
    left, top, width, height = (int(number) for number in plate.view_box.split())
    reach = plate.view.reach
    for muscle in plate.muscles:
        assert left < muscle.shape.x < left + width
        assert top < muscle.shape.y < top + height
        assert left <= muscle.label_x - reach < muscle.label_x + reach <= left + width
        assert top <= muscle.label_y - reach < muscle.label_y + reach <= top + height


@any_plate
def test_it_keeps_numbers_apart(slugs: list[str]) -> None:
    plate = _plate(*slugs)
    for side in _sides(plate):
        assert all(lower.label_y - upper.label_y >= 2 * plate.view.reach for upper, lower in pairwise(side))


@any_plate
def test_it_crosses_no_needles(slugs: list[str]) -> None:
    plate = _plate(*slugs)
    for side in _sides(plate):
        points, heights = [muscle.shape for muscle in side], [muscle.label_y for muscle in side]
        assert first_crossing(points, heights, plate.view.column) is None


def test_it_knows_crossed_needles_when_it_sees_them() -> None:
    upper, lower = shapes()["gluteus-medius"], shapes()["hamstrings"]
    assert first_crossing([upper, lower], [700, 1100], 250) is None
    assert first_crossing([lower, upper], [700, 1100], 250) == (0, 1)


@pytest.mark.parametrize(
    ("slugs", "words"),
    [
        (SCIATICA, "from the waist to the calf"),
        ([*SCIATICA, "soleus"], "from the waist to the heel"),
        (NECK, "from the head to the middle of the back"),
        (SHIN, "from the knee to the foot"),
        (["multifidi", "piriformis"], "from the middle of the back to the thigh"),
        (["multifidi", "suboccipitals"], "from head to heel"),
    ],
)
def test_it_shows_the_part_that_matters(slugs: list[str], words: str) -> None:
    assert _plate(*slugs).view.words == words


def test_it_puts_deep_muscles_on_the_other_side() -> None:
    plate = _plate("gluteus-medius", "gluteus-minimus")
    assert plate.two_sides
    assert [(muscle.shape.deep, muscle.mirrored, muscle.label_x < 0) for muscle in plate.muscles] == [
        (False, True, True),
        (True, False, False),
    ]


def test_it_needs_one_side_only_when_all_are_deep() -> None:
    plate = _plate("gluteus-minimus", "quadratus-lumborum")
    assert not plate.two_sides
    assert all(muscle.label_x > 0 for muscle in plate.muscles)


def test_it_says_in_words_what_it_shows() -> None:
    assert _plate("soleus").description == "Back view, from the knee to the foot: 1 soleus"


def test_it_leaves_out_what_it_cannot_draw() -> None:
    plate = plate_for([(1, "tibialis-anterior", "Front"), (2, "soleus", "Soleus"), (3, "", "Jaw")])
    assert plate is not None
    assert [muscle.number for muscle in plate.muscles] == [2]


@pytest.mark.parametrize("rows", [[], [(1, "", "Jaw")], [(1, "trunk", "Skin"), (2, "head-and-neck", "Spot")]])
def test_it_is_none_without_a_shape(rows: list[tuple[int, str, str]]) -> None:
    assert plate_for(rows) is None


def test_it_leaves_out_lines_beyond_the_view() -> None:
    assert len(_plate("soleus").contours) < len(_plate(*SCIATICA).contours)


def test_the_last_view_shows_everything() -> None:
    assert VIEWS[-1].words == "from head to heel"
    assert len(_plate(*shapes()).muscles) == len(shapes())


def test_the_body_map_has_a_spot_for_each_region() -> None:
    body = body_map([(slug, slug, f"/{slug}/") for slug in [*REGIONS, "elsewhere"]])
    assert body is not None
    assert [spot["slug"] for spot in body.spots] == REGIONS
    left, top, width, height = (int(number) for number in body.view_box.split())
    assert all(
        left < int(spot["x"]) < left + width and top < int(spot["y"]) < top + height for spot in body.spots
    )


def test_the_body_map_is_none_without_regions() -> None:
    assert body_map([("elsewhere", "Elsewhere", "/")]) is None
