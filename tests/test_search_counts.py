"""What was searched for, as totals of a day: counted without a person in it, never in anybody's way."""

import datetime as dt
import sqlite3
import time

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.test import Client

from clinic_site import search_counts
from clinic_site.models import SearchCount, Synonym

from . import factories as make

pytestmark = pytest.mark.django_db
REPORT = "/admin/clinic_site/searchcount/"


@pytest.fixture(autouse=True)
def site(db: None) -> None:
    make.make_clinic()
    make.make_edition()


def counted() -> dict[str, tuple[int, int]]:
    return {row.words: (row.count, row.results) for row in SearchCount.objects.all()}


def test_it_counts_a_day(client: Client) -> None:
    for q in ("Sciatica", "  sciatica ", "SCIÁTICA", "nothing here"):
        client.get("/search/", {"q": q})
    found = counted()
    assert found["sciatica"][0] == 3
    assert found["sciatica"][1] >= 1
    assert found["nothing here"] == (1, 0)


def test_only_a_person_who_reads_counts(client: Client) -> None:
    client.head("/search/?q=sciatica")
    client.get("/search/")
    client.get("/search/?q=")
    assert counted() == {}


def test_a_day_begins_at_the_clinic(client: Client) -> None:
    with time_machine.travel("2026-11-22T03:00:00Z", tick=False):
        client.get("/search/?q=sciatica")
    assert SearchCount.objects.get().day == dt.date(2026, 11, 21)


@pytest.mark.parametrize(
    "q",
    [
        "212-555-0100",
        "call 2125550100 sciatica",
        "born 1/2/1980 back pain",
        "10027",
        "pat@example.com",
        "pat＠example.com",
        "my name is Pat Example and I have had this pain in my back since",
    ],
)
def test_what_may_be_about_a_person_is_not_counted(client: Client, q: str) -> None:
    assert client.get("/search/", {"q": q}).status_code == 200
    assert counted() == {}


def test_nothing_about_the_person_is_stored() -> None:
    assert {field.name for field in SearchCount._meta.get_fields()} == {
        "id",
        "day",
        "words",
        "count",
        "results",
    }


def test_so_many_different_queries_a_day_and_no_more(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    monkeypatch.setattr(search_counts, "MOST_A_DAY", 2)
    for q in ("one", "two", "three", "two"):
        client.get("/search/", {"q": q})
    assert {words: count for words, (count, _) in counted().items()} == {"one": 1, "two": 2}


def test_after_400_days_they_are_dropped(client: Client) -> None:
    today = dt.date(2026, 11, 22)
    for days in (399, 401):
        SearchCount.objects.create(day=today - dt.timedelta(days=days), words="old", count=1)
    with time_machine.travel("2026-11-22T17:00:00Z", tick=False):
        client.get("/search/?q=sciatica")
    assert SearchCount.objects.filter(words="old").count() == 1


def test_a_database_that_takes_nothing_does_not_spoil_the_page(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise DatabaseError("database or disk is full")

    monkeypatch.setattr("clinic_site.search_counts.SearchCountQuerySet._begin", full)
    response = client.get("/search/?q=sciatica")
    assert response.status_code == 200
    assert "Dry needling for sciatica" in response.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite has one writer at a time")
def test_a_search_hardly_waits_for_another_writer(client: Client) -> None:
    client.get("/search/?q=warm")
    other = sqlite3.connect(str(connection.settings_dict["NAME"]), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    started = time.monotonic()
    try:
        assert client.get("/search/?q=sciatica").status_code == 200
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert time.monotonic() - started < 2
    assert "sciatica" not in counted()
    with connection.cursor() as cursor:  # and its usual patience is back
        assert cursor.execute("PRAGMA busy_timeout").fetchone()[0] == 20_000


# The report


def report(client: Client, query: str = "") -> str:
    client.force_login(make.make_user(group="Editor"))
    response = client.get(REPORT + query)
    assert response.status_code == 200
    return response.content.decode()


def test_staff_see_what_was_asked_and_what_was_missed(client: Client) -> None:
    for q in ("sciatica", "sciatica", "sore wombat"):
        client.get("/search/", {"q": q})
    page = report(client)
    missed, asked = page.split("Asked most")
    assert "sore wombat" in missed
    assert "sciatica" not in missed.split("Asked without a result")[1]
    assert asked.index("sciatica") < asked.index("sore wombat")


def test_one_click_leads_from_a_missed_query_to_its_meaning(client: Client) -> None:
    client.get("/search/", {"q": "sore wombat"})
    page = report(client)
    url = "/admin/clinic_site/synonym/add/?words=sore+wombat"
    assert f'href="{url}"' in page
    form = client.get(url).context["adminform"].form
    assert form["words"].value() == "sore wombat"
    client.post(url, {"words": "sore wombat", "meaning": "sciatica"})
    assert "Has a meaning since then" in client.get(REPORT).content.decode()
    assert "Dry needling for sciatica" in client.get("/search/?q=sore+wombat").content.decode()


def test_a_query_that_finds_something_by_now_is_no_longer_missed(client: Client) -> None:
    client.get("/search/", {"q": "wombat"})
    make.make_muscle(slug="wombat")
    client.get("/search/", {"q": "wombat"})
    assert "Every search found something" in report(client)


def test_it_looks_back_30_or_90_days(client: Client) -> None:
    day = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=60)
    SearchCount.objects.create(day=day, words="wombat", count=7)
    assert "wombat" not in report(client)
    assert "wombat" in client.get(f"{REPORT}?days=90").content.decode()
    assert "wombat" not in client.get(f"{REPORT}?days=x").content.decode()


def test_the_front_desk_has_no_report(client: Client) -> None:
    client.force_login(make.make_user(group="Front desk"))
    assert client.get(REPORT).status_code == 403


def test_nobody_writes_it(client: Client) -> None:
    row = SearchCount.objects.create(day=dt.date(2026, 11, 22), words="x")
    client.force_login(make.make_user("root", is_superuser=True))
    assert client.get(f"{REPORT}add/").status_code == 403
    assert client.post(f"{REPORT}{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_synonym_needs_words_that_count(client: Client) -> None:
    client.force_login(make.make_user(group="Editor"))
    page = client.post("/admin/clinic_site/synonym/add/", {"words": "is it", "meaning": "sciatica"})
    assert "has no word that search knows" in page.content.decode()
    assert not Synonym.objects.exists()
