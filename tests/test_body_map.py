"""The map "Where does it hurt?": every place on the body belongs to one region."""

import pytest
from django.template.loader import render_to_string

from blog.figure import DRAWINGS, body_map, drawing
from blog.figure_files import files
from blog.outlines import Point, contains, outline

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
sides = pytest.mark.parametrize("side", ["front", "back"])


def _areas(side: str) -> dict[str, list[Point]]:
    """The visible part of each region, as it is in the file that the map shows."""
    text = files()["map.svg"]
    found = {}
    for slug in REGIONS:
        group = text.partition(f'id="{side}-{slug}"')[2].partition("</g>")[0]
        found[slug] = outline(group.rpartition(' d="')[2].partition('"')[0])[0]
    return found


def test_the_files_are_those_that_the_drawings_give() -> None:
    """When this fails: manage.py draw_figures."""
    assert {name: (DRAWINGS / name).read_text() for name in files()} == files()
    assert {f"muscles/{path.name}" for path in DRAWINGS.glob("muscles/*")} <= {*files()}


@sides
def test_the_areas_cover_the_body_once(side: str) -> None:
    areas = _areas(side)
    skin = [outline(drawing(side)[part]["d"])[0] for part in ("trunk", "arm")]
    for x in range(2, 460, 17):
        for y in range(9, 1804, 19):
            near = [(x, y), (x + 4, y), (x - 4, y), (x, y + 4), (x, y - 4)]
            if not any(all(contains(part, *point) or point[0] < 0 for point in near) for part in skin):
                continue  # outside, or on the line
            owners = [slug for slug, area in areas.items() if contains(area, x, y)]
            within = [slug for slug in owners if all(contains(areas[slug], *p) or p[0] < 0 for p in near)]
            assert owners, (x, y)
            assert len(within) <= 1, (x, y, within)


def test_it_keeps_the_order_and_leaves_out_what_is_not_drawn() -> None:
    regions = body_map([(slug, slug.title(), f"/{slug}/") for slug in [*REGIONS, "elsewhere"]])
    assert [region.slug for region in regions] == REGIONS


def test_a_region_is_one_link_with_its_name() -> None:
    regions = body_map([(slug, slug.title(), f"/{slug}/") for slug in REGIONS])
    page = render_to_string("components/body_map.html", {"map_regions": regions})
    assert page.count("<a ") == len(REGIONS)
    for slug in REGIONS:
        link = page.partition(f'href="/{slug}/"')[2].partition("</a>")[0]
        assert slug.title() in link
        assert f"#front-{slug}" in link
        assert f"#back-{slug}" in link
