"""Open or closed, in words and in clinic time: never stale, and never said when it is not sure."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from clinic_site.hours import closures_in_words, now_in_words
from clinic_site.models import Clinic, Closure, OpeningHours
from offers.clinic_time import clinic_clock

from . import factories as make

NEW_YORK = ZoneInfo("America/New_York")
MONDAY, TUESDAY, FRIDAY, SUNDAY = 0, 1, 4, 6
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clinic(db: None) -> Clinic:
    return make.make_clinic()


def open_on(weekday: int, *times: str) -> None:
    for span in times:
        opens, closes = (dt.time.fromisoformat(time) for time in span.split("-"))
        OpeningHours.objects.create(weekday=weekday, opens=opens, closes=closes)


def at(moment: str) -> time_machine.travel:
    """New York time, such as 2026-11-23 08:59."""
    return time_machine.travel(dt.datetime.fromisoformat(moment).replace(tzinfo=NEW_YORK), tick=False)


def closed(first: str, last: str = "", reason: str = "") -> None:
    days = [dt.date.fromisoformat(day) for day in (first, last or first)]
    Closure.objects.create(first_day=days[0], last_day=days[1], reason=reason)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-23 08:59", "Closed now, opens today 9 a.m."),
        ("2026-11-23 09:00", "Open until noon"),
        ("2026-11-23 12:00", "Closed now, opens today 2 p.m."),
        ("2026-11-23 14:00", "Open until 7:30 p.m."),
        ("2026-11-23 19:30", "Closed now, opens tomorrow 9 a.m."),
        ("2026-11-24 00:00", "Closed now, opens today 9 a.m."),
        ("2026-11-24 11:00", "Open until 5 p.m."),
        ("2026-11-25 10:00", "Closed today, opens Monday 9 a.m."),
        ("2026-11-29 10:00", "Closed today, opens tomorrow 9 a.m."),
    ],
)
def test_it_says_what_is_true_at_the_clinic(moment: str, words: str) -> None:
    open_on(MONDAY, "09:00-12:00", "14:00-19:30")
    open_on(TUESDAY, "09:00-12:00", "12:00-17:00")  # two rows without a break
    with at(moment):
        assert now_in_words() == words


def test_nothing_is_said_without_hours() -> None:
    closed("2026-11-23")
    with at("2026-11-23 10:00"):
        assert now_in_words() == ""


def test_nothing_is_said_while_the_hours_contradict_each_other() -> None:
    open_on(MONDAY, "09:00-17:00", "10:00-19:00")
    with at("2026-11-23 10:00"):
        assert now_in_words() == ""


def test_a_closure_goes_before_the_hours() -> None:
    open_on(MONDAY, "09:00-17:00")
    open_on(TUESDAY, "10:00-17:00")
    closed("2026-11-23", "2026-11-24")
    closed("2026-11-30")
    with at("2026-11-23 10:00"):
        assert now_in_words() == "Closed today, opens Tuesday 1 December 10 a.m."


def test_nothing_is_said_on_a_day_that_may_be_closed_in_part() -> None:
    open_on(MONDAY, "09:00-17:00")
    closed("2026-11-23", reason="We close at noon")
    with at("2026-11-23 10:00"):
        assert now_in_words() == ""


def test_no_opening_is_promised_when_none_is_known() -> None:
    open_on(MONDAY, "09:00-17:00")
    closed("2026-11-23", "2027-12-31")
    with at("2026-11-23 10:00"):
        assert now_in_words() == "Closed today"


@pytest.mark.parametrize("sunday", ["2026-11-01", "2027-03-14"])
def test_summer_time_begins_and_ends_between_two_openings(sunday: str) -> None:
    """Sunday 1 November 2026 is 25 hours long in New York, Sunday 14 March 2027 only 23."""
    open_on(SUNDAY, "09:00-17:00")
    for moment, words in [
        ("08:59:59", "Closed now, opens today 9 a.m."),
        ("09:00", "Open until 5 p.m."),
        ("16:59:59", "Open until 5 p.m."),
    ]:
        with at(f"{sunday} {moment}"):
            assert now_in_words() == words


@pytest.mark.parametrize(("day", "offset"), [("2026-11-01", 5), ("2027-03-14", 4), ("2026-10-31", 4)])
def test_a_ready_page_changes_at_each_opening_and_closing(client: Client, day: str, offset: int) -> None:
    """Nothing is saved in between and no job runs; the moments are counted in UTC here, to be sure of the zone."""
    date = dt.date.fromisoformat(day)
    open_on(date.weekday(), "09:00-12:00", "13:00-17:00")
    for hour, before, after in [
        (9, "Closed now, opens today 9 a.m.", "Open until noon"),
        (12, "Open until noon", "Closed now, opens today 1 p.m."),
        (13, "Closed now, opens today 1 p.m.", "Open until 5 p.m."),
        (17, "Open until 5 p.m.", "Closed now, opens "),
    ]:
        moment = dt.datetime.combine(date, dt.time(hour + offset), dt.UTC)
        for second, words in [(-1, before), (0, after)]:
            with time_machine.travel(moment + dt.timedelta(seconds=second), tick=False):
                for address in ("/contact/", "/"):
                    assert f"<strong>{words}" in client.get(address).content.decode()


def test_a_ready_page_changes_at_midnight(client: Client) -> None:
    open_on(SUNDAY, "09:00-17:00")
    with at("2026-10-31 23:59:59"):
        assert "Closed today, opens tomorrow 9 a.m." in client.get("/contact/").content.decode()
    with at("2026-11-01 00:00"):
        assert "Closed now, opens today 9 a.m." in client.get("/contact/").content.decode()


def test_a_break_is_shown_under_its_day_and_articles_say_nothing_of_now(client: Client) -> None:
    open_on(MONDAY, "09:00-12:00", "14:00-19:30")
    make.make_edition()
    page = client.get("/blog/dry-needling-for-sciatica/").content.decode()
    assert "<dt>Monday</dt><dd>9 a.m. to noon<br>2 p.m. to 7:30 p.m.</dd>" in page
    assert "Open until" not in page
    assert "Closed" not in page


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-12-16 23:59", ""),
        ("2026-12-17 00:00", "We are closed from Thursday 24 December to Friday 1 January: the holidays."),
        ("2026-12-24 00:00", "We are closed until Friday 1 January: the holidays."),
        ("2027-01-01 23:59", "We are closed today: the holidays."),
        ("2027-01-02 00:00", ""),
    ],
)
def test_the_notice_of_a_closure_comes_and_goes_by_itself(client: Client, moment: str, words: str) -> None:
    with at("2026-12-01 12:00"):
        closed("2026-12-24", "2027-01-01", "the holidays.")
        open_on(MONDAY, "09:00-17:00")
        client.get("/prices/")
    with at(moment):
        page = client.get("/prices/").content.decode()
        full = f"{words} We open again on Monday 4 January at 9 a.m."
        assert f'<p class="notice">{full}</p>' in page if words else "We are closed" not in page


def test_a_closure_of_one_day_is_named_by_its_day() -> None:
    closed("2026-11-26", reason="Thanksgiving")
    with at("2026-11-20 10:00"):
        assert closures_in_words() == ["We are closed on Thursday 26 November: Thanksgiving."]
    with at("2026-11-26 10:00"):
        assert closures_in_words() == ["We are closed today: Thanksgiving."]


def test_a_closure_that_is_over_counts_for_waits_and_is_told_nobody(client: Client) -> None:
    open_on(MONDAY, "09:00-17:00")
    open_on(TUESDAY, "09:00-17:00")
    closed("2026-11-23", reason="A day off")
    with at("2026-11-24 10:00"):
        since = dt.datetime(2026, 11, 23, 9, tzinfo=NEW_YORK)
        assert clinic_clock().between(since, since + dt.timedelta(hours=25)) == dt.timedelta(hours=1)
        page = client.get("/contact/").content.decode()
    assert "A day off" not in page
    assert "specialOpeningHoursSpecification" not in page


def test_the_notice_is_told_on_every_page_but_articles(client: Client) -> None:
    make.make_edition()
    make.make_offer()
    closed("2027-01-04", reason="<b>Repairs</b>")
    with at("2027-01-04 10:00"):
        for address in ("/", "/contact/", "/offers/new-patient/", "/blog/", "/search/", "/nowhere/"):
            assert "We are closed today: &lt;b&gt;Repairs" in client.get(address).content.decode(), address
        assert "We are closed" not in client.get("/blog/dry-needling-for-sciatica/").content.decode()
