"""Totals of a day: exact, about nobody, never in anybody's way."""

import datetime as dt
import sqlite3
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinic_site import facts
from offers import readers, tally
from offers.counts import Kind
from offers.models import DailyCount

from . import factories as make

URL = "/blog/dry-needling-for-sciatica/"
SLUG = "dry-needling-for-sciatica"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)
ROBOTS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0",
    "curl/8.14.1",
    "python-requests/2.32",
    "",
    PHONE + "x" * 400,
)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(db: None) -> None:
    make.make_clinic()
    make.make_edition()


@pytest.fixture
def reader() -> Client:
    return Client(headers={"user-agent": PHONE})


def counted() -> dict[tuple[str, str], int]:
    tally.write()
    return {(row.kind, row.article): row.count for row in DailyCount.objects.all()}


# Totals


def test_a_count_is_added_to_the_total_of_its_day() -> None:
    day = dt.date(2026, 11, 21)
    DailyCount.objects.add(Kind.CLAIMED, SLUG, day=day)
    DailyCount.objects.add(Kind.CLAIMED, SLUG, 2, day=day)
    DailyCount.objects.add(Kind.CLAIMED, "", day=day)
    DailyCount.objects.add(Kind.CLAIMED, SLUG, day=day + dt.timedelta(days=1))
    found = DailyCount.objects.order_by("day", "article").values_list("day", "article", "kind", "count")
    assert list(found) == [
        (day, "", "claimed", 1),
        (day, SLUG, "claimed", 3),
        (day + dt.timedelta(days=1), SLUG, "claimed", 1),
    ]


def test_what_is_undone_is_taken_off_again() -> None:
    DailyCount.objects.add(Kind.CENTS, SLUG, 10_000)
    DailyCount.objects.add(Kind.CENTS, SLUG, -10_000)
    assert counted() == {("cents", SLUG): 0}


def test_a_count_is_gone_with_its_transaction() -> None:
    DailyCount.objects.add(Kind.CLAIMED)
    with transaction.atomic():
        DailyCount.objects.add(Kind.CLAIMED)
        transaction.set_rollback(True)
    assert counted() == {("claimed", ""): 1}


def test_it_takes_one_statement() -> None:
    DailyCount.objects.add(Kind.CLAIMED)
    with CaptureQueriesContext(connection) as queries:
        DailyCount.objects.add(Kind.CLAIMED)
    assert len([query for query in queries if "daily" in query["sql"]]) == 1


def test_a_day_begins_at_the_clinic() -> None:
    with time_machine.travel("2026-11-22T03:00:00Z", tick=False):
        DailyCount.objects.add(Kind.CLAIMED)
    assert DailyCount.objects.get().day == dt.date(2026, 11, 21)


def test_nothing_about_a_person_is_stored() -> None:
    fields = {field.name for field in DailyCount._meta.get_fields()}
    assert fields == {"id", "day", "article", "kind", "count"}


@pytest.mark.django_db(transaction=True)
def test_it_is_exact_however_many_count_at_once() -> None:
    threads, each = 8, 25
    start = Barrier(threads)

    def work(number: int) -> None:
        start.wait()
        for turn in range(each):
            DailyCount.objects.add(Kind.CLAIMED, SLUG)
            tally.note(Kind.READ, SLUG)
            tally.note(Kind.READ, f"other-{number % 3}")
            if turn % 5 == 0:
                tally.write()
        connection.close()

    workers = [Thread(target=work, args=[number]) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    found = counted()
    assert found["claimed", SLUG] == found["read", SLUG] == threads * each
    assert sum(found["read", f"other-{number}"] for number in range(3)) == threads * each


# Reads


def test_each_read_of_an_article_counts_also_from_the_cache(reader: Client) -> None:
    etag = reader.get(URL)["ETag"]
    assert reader.get(URL).status_code == 200
    assert reader.get(URL, headers={"if-none-match": etag}).status_code == 304
    assert reader.get(f"{URL}?c=poster-7").status_code == 200
    assert counted() == {("read", SLUG): 4}


def test_only_articles_that_are_there_count(reader: Client) -> None:
    for address in ("/", "/blog/", "/blog/other/", "/blog/dry-needling-for-sciatica", "/prices/", "/blog//"):
        reader.get(address)
    assert counted() == {}


@pytest.mark.parametrize("agent", ROBOTS)
def test_a_robot_is_not_counted(agent: str) -> None:
    assert Client(headers={"user-agent": agent}).get(URL).status_code == 200
    assert counted() == {}


@pytest.mark.parametrize(
    "header",
    [
        {"sec-gpc": "1"},
        {"dnt": "1"},
        {"sec-purpose": "prefetch"},
        {"sec-purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
        {"sec-fetch-dest": "empty"},
    ],
)
def test_whoever_asks_not_to_be_counted_is_not_and_what_is_fetched_ahead_is_not(
    reader: Client, header: dict[str, str]
) -> None:
    assert reader.get(URL, headers=header).status_code == 200
    assert counted() == {}


def test_a_head_request_is_not_a_read(reader: Client) -> None:
    assert reader.head(URL).status_code == 200
    assert counted() == {}


def test_staff_are_not_counted_and_their_session_is_not_looked_at(reader: Client) -> None:
    reader.get(URL)
    tally.forget()
    reader.force_login(make.make_user())
    with pytest.MonkeyPatch.context() as patch, CaptureQueriesContext(connection) as queries:
        patch.setattr(facts, "CHECKED_EVERY", 60.0)
        reader.get(URL)
    assert counted() == {}
    assert len(queries) == 0


def test_the_page_is_the_same_for_all_and_varies_on_nothing_new(reader: Client) -> None:
    plain = Client().get(URL)
    for client, header in ((reader, {}), (reader, {"sec-gpc": "1"}), (reader, {"dnt": "1"})):
        page = client.get(URL, headers=header)
        assert page.content == plain.content
        assert page["Vary"] == plain["Vary"] == "Accept-Encoding"
        assert not page.cookies


def test_a_browser_is_looked_up_once(reader: Client) -> None:
    readers.is_browser.cache_clear()
    for _ in range(3):
        reader.get(URL)
    info = readers.is_browser.cache_info()
    assert (info.misses, info.hits) == (1, 2)
    assert info.maxsize is not None


# Writing


def test_a_ready_page_asks_the_database_nothing(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    reader.get(URL)
    monkeypatch.setattr(facts, "CHECKED_EVERY", 60.0)
    with CaptureQueriesContext(connection) as queries:
        reader.get(URL)
    assert len(queries) == 0


def test_it_is_written_by_itself_now_and_then(reader: Client) -> None:
    tally.forget(due_at=0)
    reader.get(URL)
    assert DailyCount.objects.get().count == 1
    for _ in range(3):
        reader.get(URL)
    assert DailyCount.objects.get().count == 1, "not again before its time"
    assert counted() == {("read", SLUG): 4}


def test_what_the_database_does_not_take_is_kept(monkeypatch: pytest.MonkeyPatch, reader: Client) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise DatabaseError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("offers.counts.DailyCountQuerySet.add_all", full)
        tally.forget(due_at=0)
        assert reader.get(URL).status_code == 200
    assert not DailyCount.objects.exists()
    assert counted() == {("read", SLUG): 1}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_it_gives_way_to_another_writer(reader: Client) -> None:
    other = sqlite3.connect(str(connection.settings_dict["NAME"]), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        tally.forget(due_at=0)
        assert reader.get(URL).status_code == 200
        assert DailyCount.objects.count() == 0
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert counted() == {("read", SLUG): 1}


def test_a_process_that_ends_writes_what_it_has_left(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offers.tally.connection.close", lambda: None)
    reader.get(URL)
    tally.write_the_rest()
    assert DailyCount.objects.get().count == 1


def test_memory_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "MOST", 2)
    for article in ("a", "b", "c", "a"):
        tally.note(Kind.READ, article)
    assert counted() == {("read", "a"): 2, ("read", "b"): 1}
