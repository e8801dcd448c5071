"""The figure of the body: all of it can be seen, it stays small, and no number gets in another's way."""

import tomllib
from itertools import pairwise
from pathlib import Path

import brotli
import pytest
from django.template.loader import render_to_string

from blog.figure import (
    DRAWINGS,
    SIDES,
    Plate,
    PlateMuscle,
    drawing,
    first_crossing,
    muscle_plates,
    plates_for,
    refers,
    shapes,
)
from blog.figure_views import VIEWS
from blog.load_starter import FOLDER
from blog.outlines import Point, contains, outline
from clinic_site.static_storage import BROTLI_QUALITY

MOST_BYTES = 4_000  # compressed, of all that an article's figure takes
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
SHOULDER = [
    "middle-trapezius",
    "lower-trapezius",
    "supraspinatus",
    "infraspinatus",
    "teres-minor",
    "latissimus-dorsi",
]
ELBOW = [
    "supinator",
    "extensor-carpi-radialis-brevis",
    "extensor-carpi-radialis-longus",
    "extensor-digitorum",
    "anconeus",
    "triceps-brachii",
]
SOLE = ["quadratus-plantae", "flexor-digitorum-brevis", "abductor-hallucis"]
FRONT = [
    "temporalis",
    "masseter",
    "sternocleidomastoid",
    "scalenes",
    "deltoid",
    "pectoralis-major",
    "pectoralis-minor",
    "biceps-brachii",
    "brachioradialis",
    "iliopsoas",
    "tensor-fasciae-latae",
    "quadriceps",
    "adductors",
    "tibialis-anterior",
    "fibularis-longus",
]
LIBRARY = {
    "back": {*SCIATICA, *NECK, *SHIN, *SHOULDER, *ELBOW, "gluteus-maximus"},
    "front": {*FRONT},
    "sole": {*SOLE},
}


def _rows(*slugs: str) -> list[tuple[int, str, str]]:
    return [(number, slug, slug.replace("-", " ")) for number, slug in enumerate(slugs, start=1)]


def _plate(*slugs: str) -> Plate:
    (plate,) = plates_for(_rows(*slugs))
    return plate


def _sides(plate: Plate) -> list[list[PlateMuscle]]:
    """The muscles of each side, from the top number down."""
    muscles = sorted(plate.muscles, key=lambda muscle: muscle.label_y)
    return [[muscle for muscle in muscles if muscle.mirrored is mirrored] for mirrored in (True, False)]


def _skin(side: str) -> list[list[Point]]:
    return [
        outline(drawing(side)[part]["d"])[0] for part in ("trunk", "arm", "foot") if part in drawing(side)
    ]


def _bytes(plates: list[Plate]) -> int:
    """What the plates add to the page and what they load, as it is served."""
    texts = [render_to_string("components/plate.html", {"plate": plate}) for plate in plates]
    loaded = [name for plate in plates for name in plate.skin]
    loaded += [muscle.shape.file for plate in plates if not plate.in_page for muscle in plate.muscles]
    files = [(DRAWINGS.parent / name).read_text() for name in loaded]
    in_page = len(brotli.compress("".join(texts).encode(), quality=11))
    return in_page + sum(len(brotli.compress(text.encode(), quality=BROTLI_QUALITY)) for text in files)


ARTICLES = sorted((FOLDER / "articles").glob("*.toml"))
EACH = [*shapes()]
PLATES = [
    SCIATICA,
    NECK,
    SHIN,
    SHOULDER,
    ELBOW,
    SOLE,
    [slug for slug in EACH if shapes()[slug].drawing == "back"],
    [slug for slug in EACH if shapes()[slug].drawing == "front"],
    [*SHIN, *SOLE],
    [*SHIN, "tibialis-anterior", "fibularis-longus"],
    *([shape] for shape in EACH),
]
any_plate = pytest.mark.parametrize(
    "plate",
    [
        pytest.param(plate, id=f"{len(row)}-{plate.view.words}")
        for row in PLATES
        for plate in plates_for(_rows(*row))
    ],
)
any_muscle = pytest.mark.parametrize("slug", EACH)


@pytest.mark.parametrize("side", SIDES)
def test_it_draws_every_muscle_of_the_library_once(side: str) -> None:
    drawn = [slug for slug, node in drawing(side).items() if "data-points" in node]
    assert {*drawn} == LIBRARY[side]
    assert all(shapes()[slug].drawing == side for slug in drawn)


@any_muscle
def test_it_draws_a_muscle_in_few_bytes(slug: str) -> None:
    assert len(shapes()[slug].d) < 300


@any_muscle
def test_it_draws_a_muscle_inside_the_skin(slug: str) -> None:
    shape = shapes()[slug]
    skin = _skin(shape.drawing)
    for x, y in outline(shape.d)[0]:
        around = [
            (x + 3, y),
            (x, y - 3),
            (x, y + 3),
            *([(x - 3, y)] if x > 3 or shape.drawing == "sole" else []),
        ]
        assert all(any(contains(part, *point) for part in skin) for point in around), (x, y)


@any_muscle
def test_it_places_the_points_in_the_muscle(slug: str) -> None:
    shape = shapes()[slug]
    assert shape.points
    assert all(contains(outline(shape.d)[0], *point) for point in shape.points)


@any_muscle
def test_it_shows_where_a_muscle_refers_pain(slug: str) -> None:
    areas = {side: outline(area) for side in SIDES if (area := refers(slug, side))}
    assert areas
    for side, parts in areas.items():
        skin = _skin(side)
        for x, y in (point for part in parts for point in part if point[0] > 0.5 or side == "sole"):
            assert any(contains(part, x, y) for part in skin), (side, x, y)


@any_plate
def test_it_shows_every_point_and_number_within_the_view(plate: Plate) -> None:
    left, top, width, height = (int(number) for number in plate.view.box.split())
    reach = plate.view.reach
    for muscle in plate.muscles:
        assert left < muscle.shape.x < left + width
        assert top < muscle.shape.y < top + height
        assert left <= muscle.label_x - reach < muscle.label_x + reach <= left + width
        assert top <= muscle.label_y - reach < muscle.label_y + reach <= top + height


@any_plate
def test_it_keeps_numbers_apart(plate: Plate) -> None:
    for side in _sides(plate):
        assert all(lower.label_y - upper.label_y >= 2 * plate.view.reach for upper, lower in pairwise(side))


@any_plate
def test_it_crosses_no_needles(plate: Plate) -> None:
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
        (ELBOW[:-1], "the elbow and the forearm"),
        (ELBOW, "the shoulder and the arm"),
        ([*SHOULDER[-3:], "triceps-brachii"], "from the neck to the waist"),
        (["multifidi", "piriformis"], "from the middle of the back to the thigh"),
        ([*NECK[:6], "multifidi"], "the head and the neck"),
        (["hamstrings", "suboccipitals"], "from head to heel"),
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


@pytest.mark.parametrize("slugs", [["gluteus-minimus", "quadratus-lumborum"], SOLE, ELBOW])
def test_it_needs_one_side_only(slugs: list[str]) -> None:
    """All deep, or a drawing of one arm or foot."""
    plate = _plate(*slugs)
    assert not plate.two_sides
    assert all(muscle.label_x > 0 for muscle in plate.muscles)


def test_it_says_in_words_what_it_shows() -> None:
    assert _plate("soleus").description == "Back view, from the knee to the foot: 1 soleus"
    assert _plate("piriformis", "gluteus-maximus").description.endswith(
        "1 piriformis (deep), 2 gluteus maximus"
    )


def test_it_makes_a_plate_for_each_side_of_the_body() -> None:
    plates = plates_for(_rows("soleus", "tibialis-anterior", "gastrocnemius", "quadratus-plantae"))
    assert [plate.side for plate in plates] == ["Back view", "Front view", "Sole of the right foot"]
    assert [[muscle.number for muscle in plate.muscles] for plate in plates] == [[1, 3], [2], [4]]


@pytest.mark.parametrize(
    "rows", [[], [(1, "", "Jaw")], [(1, "trunk", "Skin"), (2, "above-upper-back", "Line")]]
)
def test_it_makes_no_plate_without_a_shape(rows: list[tuple[int, str, str]]) -> None:
    assert plates_for(rows) == []


@pytest.mark.parametrize("side", SIDES)
def test_the_last_view_shows_everything(side: str) -> None:
    skin = [point for part in _skin(side) for point in part]
    assert VIEWS[side][-1].holds(skin)


@any_muscle
def test_the_plate_of_a_muscle_shows_all_of_it(slug: str) -> None:
    plates = muscle_plates(slug, "The muscle")
    first, *others = plates
    assert first.muscle == shapes()[slug]
    assert first.description.startswith(
        f"{first.side}, {first.view.words}: The muscle and its trigger points"
    )
    assert all(plate.muscle is None and plate.refers for plate in others)
    for plate in plates:
        things = [plate.refers, plate.muscle.d if plate.muscle else ""]
        assert plate.view.holds(point for d in things if d for part in outline(d) for point in part)


def test_a_muscle_that_is_not_drawn_has_no_plate() -> None:
    assert muscle_plates("trunk") == []


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_the_figure_of_an_article_stays_small(path: Path) -> None:
    rows = tomllib.loads(path.read_text()).get("muscles", [])
    plates = plates_for(_rows(*(row["slug"] for row in rows)))
    assert sum(len(plate.muscles) for plate in plates) == len(rows)
    assert _bytes(plates) < MOST_BYTES


@pytest.mark.parametrize("side", SIDES)
def test_nine_muscles_stay_small(side: str) -> None:
    """Nine are the most that an article of ours names; here, those that take most to draw."""
    slugs = sorted(LIBRARY[side], key=lambda slug: len(shapes()[slug].d), reverse=True)[:9]
    assert _bytes(plates_for(_rows(*slugs))) < MOST_BYTES


@any_muscle
def test_the_figure_of_a_muscle_stays_small(slug: str) -> None:
    assert _bytes(muscle_plates(slug)) < MOST_BYTES
