"""Age in clinic hours: only what passed while it was open, whatever clocks and closures do."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from clinic_site.hours import Timetable
from clinic_site.models import Closure, OpeningHours
from offers.clinic_time import ClinicClock

NEW_YORK = ZoneInfo("America/New_York")
HOUR = dt.timedelta(hours=1)
WEEK = {key: ["09:00-17:00"] for key in range(5)}  # Monday to Friday


def at(moment: str, fold: int = 0) -> dt.datetime:
    return dt.datetime.fromisoformat(moment).replace(tzinfo=NEW_YORK, fold=fold)


def clock(days: dict[int, list[str]] | None = None, *closed: tuple[str, str]) -> ClinicClock:
    rows = [
        OpeningHours(weekday=weekday, opens=dt.time.fromisoformat(one), closes=dt.time.fromisoformat(two))
        for weekday, spans in (WEEK if days is None else days).items()
        for one, two in (span.split("-") for span in spans)
    ]
    closures = [
        Closure(first_day=dt.date.fromisoformat(one), last_day=dt.date.fromisoformat(two))
        for one, two in closed
    ]
    return ClinicClock(Timetable(rows, closures), NEW_YORK)


def hours(clock: ClinicClock, since: str, until: str) -> float:
    return clock.between(at(since), at(until)) / HOUR


def test_minutes_count_inside_opening_hours() -> None:
    assert hours(clock(), "2026-11-23 10:00", "2026-11-23 12:30") == 2.5


def test_nights_and_weekends_do_not_count() -> None:
    assert hours(clock(), "2026-11-20 16:30", "2026-11-23 09:15") == 0.75  # Friday to Monday
    assert hours(clock(), "2026-11-20 23:00", "2026-11-23 08:59") == 0
    assert hours(clock(), "2026-11-16 00:00", "2026-11-23 00:00") == 40


def test_a_break_does_not_count() -> None:
    with_break = clock({0: ["09:00-12:00", "13:00-17:00"]})
    assert hours(with_break, "2026-11-23 11:30", "2026-11-23 13:30") == 1
    assert hours(with_break, "2026-11-23 12:10", "2026-11-23 12:50") == 0


def test_a_closure_does_not_count() -> None:
    thanksgiving = clock(WEEK, ("2026-11-26", "2026-11-27"))
    assert hours(thanksgiving, "2026-11-25 16:00", "2026-11-30 10:00") == 2


@pytest.mark.parametrize(
    ("change", "passes"),
    [("2026-03-08", 23.0), ("2026-11-01", 25.0)],
)
def test_a_day_with_a_clock_change_counts_as_it_passes(change: str, passes: float) -> None:
    always = clock({day: ["00:00-23:59:59.999999"] for day in range(7)})
    midnight = dt.datetime.fromisoformat(change)
    next_day = midnight + dt.timedelta(days=1)
    assert hours(always, str(midnight), str(next_day)) == pytest.approx(passes, abs=0.001)


def test_an_hour_that_comes_twice_counts_twice() -> None:
    early = clock({6: ["00:30-04:00"]})
    assert early.between(at("2026-11-01 01:30"), at("2026-11-01 01:30", fold=1)) == HOUR
    assert hours(early, "2026-11-01 00:30", "2026-11-01 04:00") == 4.5


def test_an_hour_that_never_was_does_not_count() -> None:
    early = clock({6: ["01:00-04:00"]})
    assert hours(early, "2026-03-08 00:00", "2026-03-08 12:00") == 2


def test_clock_changes_leave_a_day_shift_alone() -> None:
    week = clock({key: ["09:00-17:00"] for key in range(7)})
    for sunday in ("2026-03-08", "2026-11-01"):
        assert hours(week, f"{sunday} 00:00", f"{sunday} 23:00") == 8


def test_without_known_hours_every_hour_counts_and_the_words_differ() -> None:
    unknown = clock({})
    assert not unknown.knows_hours
    assert hours(unknown, "2026-11-21 20:00", "2026-11-22 06:00") == 10
    assert unknown.before(at("2026-11-22 06:00"), 4 * HOUR) == at("2026-11-22 02:00")
    assert unknown.words(at("2026-11-21 20:00"), at("2026-11-22 06:00")) == "10 hours"


def test_hours_that_contradict_each_other_are_not_known() -> None:
    assert not clock({0: ["09:00-17:00", "16:00-18:00"]}).knows_hours


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        ("2026-11-23 10:00:00", "2026-11-23 10:00:20", "less than a minute"),
        ("2026-11-23 10:00", "2026-11-23 10:01", "1 minute"),
        ("2026-11-23 10:00", "2026-11-23 10:59", "59 minutes"),
        ("2026-11-23 10:00", "2026-11-23 11:00", "1 clinic hour"),
        ("2026-11-20 16:00", "2026-11-23 10:30", "2 clinic hours"),
        ("2026-11-20 18:00", "2026-11-23 08:00", ""),
        ("2026-11-02 10:00", "2026-11-23 10:00", "21 days"),
    ],
)
def test_a_wait_is_in_plain_words(since: str, until: str, words: str) -> None:
    assert clock().words(at(since), at(until)) == words


@pytest.mark.parametrize(
    ("until", "since"),
    [
        ("2026-11-23 14:00", "2026-11-23 10:00"),
        ("2026-11-23 13:00", "2026-11-23 09:00"),
        ("2026-11-23 12:59", "2026-11-20 16:59"),  # over a weekend
        ("2026-11-22 03:00", "2026-11-20 13:00"),  # asked at night
        ("2026-11-02 10:00", "2026-10-30 14:00"),  # over a clock change
    ],
)
def test_it_tells_since_when_four_hours_have_passed(until: str, since: str) -> None:
    assert clock().before(at(until), 4 * HOUR) == at(since)


def test_a_clinic_closed_for_months_does_not_count_forever() -> None:
    gone = clock(WEEK, ("2026-01-01", "2026-12-31"))
    assert gone.before(at("2026-11-23 12:00"), HOUR) == at("2026-11-23 12:00").astimezone(
        dt.UTC
    ) - dt.timedelta(days=60)
    assert hours(gone, "2020-01-01 00:00", "2026-11-23 12:00") == 0


MINUTES = some.integers(0, 60 * 24 * 30).map(lambda minutes: dt.timedelta(minutes=minutes))


@given(MINUTES, MINUTES, some.integers(1, 40))
def test_overdue_and_the_age_say_the_same(one: dt.timedelta, two: dt.timedelta, wanted: int) -> None:
    """A lead came at or before the moment told exactly when it has waited that long."""
    start = dt.datetime(2026, 10, 20, 4, tzinfo=dt.UTC)  # the clocks change in these weeks
    since, until = start + min(one, two), start + max(one, two)
    broken = clock({0: ["09:00-12:00", "13:00-17:00"], 3: ["00:00-06:00"], 6: ["00:30-03:30", "22:00-23:30"]})
    span = wanted * HOUR
    assert (since <= broken.before(until, span)) == (broken.between(since, until) >= span)
