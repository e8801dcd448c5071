"""What people read, search and claim for, against what is written."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinic_site.models import SearchCount
from offers.counts import DailyCount, Kind, clinic_day
from offers.demand import Part, demand

from . import factories as make

pytestmark = pytest.mark.django_db
DEMAND = "/admin/articles/demand/"


@pytest.fixture(scope="module", autouse=True)
def site(module_rows: None) -> None:
    """One article, about sciatica, the lower back and the piriformis; nothing about necks and calves."""
    make.make_clinic()
    make.make_edition()
    make.make_condition(slug="stiff-neck", region=make.make_region(slug="neck"), also_called="Wry neck")
    make.make_muscle(slug="gastrocnemius", aliases="Calf muscle")
    make.make_muscle(slug="soleus")


def search(words: str, times: int = 1, days_ago: int = 0) -> None:
    day = clinic_day() - dt.timedelta(days=days_ago)
    SearchCount.objects.create(day=day, words=words, count=times)


def parts() -> tuple[Part, Part]:
    regions, muscles = demand()
    return regions, muscles


def test_an_article_counts_for_all_it_is_about() -> None:
    DailyCount.objects.add(Kind.READ, "dry-needling-for-sciatica", 30)
    DailyCount.objects.add(Kind.CLAIMED, "dry-needling-for-sciatica", 4)
    DailyCount.objects.add(Kind.OPENED, "dry-needling-for-sciatica", 9)
    regions, muscles = parts()
    for row, name in ((regions.rows[0], "Lower back"), (muscles.rows[0], "Piriformis")):
        assert (row.name, row.written, row.reads, row.searches, row.claims) == (name, 1, 30, 0, 4)
    assert regions.unasked == ["Neck"]
    assert muscles.unasked == ["Gastrocnemius", "Soleus"]


def test_what_is_asked_for_and_not_written_stands_first() -> None:
    DailyCount.objects.add(Kind.READ, "dry-needling-for-sciatica", 500)
    search("wry neck", 3)
    search("calf muscle pain", 2)
    regions, muscles = parts()
    assert [row.name for row in regions.rows] == ["Neck", "Lower back"]
    assert [row.name for row in muscles.rows] == ["Gastrocnemius", "Piriformis"]
    assert (regions.rows[0].searches, muscles.rows[0].searches) == (3, 2)
    assert (regions.missing, regions.most) == (1, 500)


def test_a_search_counts_for_what_it_names_once_and_for_nothing_else() -> None:
    search("sciatica lower back", 5)
    search("calf", 7)
    search("neckerchief", 7)
    search("piriformis", 7, days_ago=90)
    regions, muscles = parts()
    assert [(row.name, row.searches) for row in regions.rows] == [("Lower back", 5)]
    assert [(row.name, row.searches) for row in muscles.rows] == [("Piriformis", 0)]


def test_half_of_a_name_is_enough_for_a_part_of_the_body() -> None:
    make.make_region(slug="thigh", name="Thigh and knee")
    search("knee pain", 4)
    assert [(row.name, row.searches) for row in parts()[0].rows if row.searches] == [("Thigh and knee", 4)]


def test_the_page_shows_it_with_a_bar_and_in_numbers(client: Client) -> None:
    client.force_login(make.make_user("editor", group="Editor"))
    search("wry neck", 3)
    page = client.get(DEMAND).content.decode()
    assert "1 is asked for, and nothing is written." in page
    assert '<strong class="overdue">None</strong>' in page
    assert 'viewBox="0 0 3 1"' in page
    assert 'data-label="Searched">3<' in page


def test_each_part_has_pages_of_its_own(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offers.demand_views.ON_A_PAGE", 1)
    client.force_login(make.make_user("editor", group="Editor"))
    search("wry neck", 3)
    page = client.get(f"{DEMAND}?regions=2").content.decode()
    assert "Page 2 of 2" in page
    assert 'href="?regions=1"' in page
    assert '<th scope="row">Lower back<' in page
    assert '<th scope="row">Neck<' not in page
    assert '<th scope="row">Piriformis<' in page


def test_it_takes_as_many_queries_for_many(client: Client) -> None:
    def count() -> int:
        client.get(DEMAND)
        with CaptureQueriesContext(connection) as queries:
            client.get(DEMAND)
        return len(queries)

    client.force_login(make.make_user("editor", group="Editor"))
    before = count()
    for number in range(4):
        make.make_edition(make.make_article(slug=f"article-{number}"))
        make.make_muscle(slug=f"muscle-{number}")
        make.make_region(slug=f"region-{number}")
        search(f"muscle {number}")
    assert count() == before


def test_it_is_for_who_may_see_articles(client: Client) -> None:
    client.force_login(make.make_user(group="Front desk"))
    assert client.get(DEMAND).status_code == 403
