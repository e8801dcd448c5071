"""Unusual silence: said when chance does not explain it, and never of a quiet day or two."""

import datetime as dt
import random
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives
from pytest_django import Settings

from clinic_site.models import Closure, OpeningHours
from offers import alarm
from offers.models import FormCheck, Lead, Offer
from offers.silence import LOOKED_BACK, IsOpen, Quiet, unusual_silence

from . import factories as make

NEW_YORK = ZoneInfo("America/New_York")
START = dt.datetime(2026, 9, 1, 9, tzinfo=NEW_YORK)
ALWAYS: IsOpen = lambda day: True  # noqa: E731
WEEKDAYS: IsOpen = lambda day: day.weekday() < 5  # noqa: E731


def every(gap: dt.timedelta, until: dt.datetime, start: dt.datetime = START) -> list[dt.datetime]:
    return [start + gap * number for number in range((until - start) // gap + 1)]


def look(
    claims: list[dt.datetime],
    now: dt.datetime,
    is_open: IsOpen = ALWAYS,
    since: dt.datetime | None = None,
) -> Quiet | None:
    return unusual_silence(claims, now, zone=NEW_YORK, is_open=is_open, since=since)


def test_it_says_how_long_and_what_is_usual() -> None:
    claims = every(dt.timedelta(hours=8), START + dt.timedelta(days=30))
    quiet = look(claims, claims[-1] + dt.timedelta(days=6, hours=5))
    assert quiet
    assert quiet.words == "No request for 6 days; usually there is one every 8 hours."
    assert quiet.chance < 0.01


def test_it_alarms_when_chance_would_do_so_less_than_once_in_a_hundred() -> None:
    """At one a day for 41 days, (41/45)^41 is 0.022 and (41/46)^41 is 0.009: the fifth whole day is too much."""
    last = START + dt.timedelta(days=40)
    claims = every(dt.timedelta(days=1), last)
    assert look(claims, last + dt.timedelta(days=5)) is None  # four whole days in between
    assert look(claims, last + dt.timedelta(days=6)) is not None


@pytest.mark.parametrize(("days", "alarms"), [(0, False), (1, False), (2, False), (3, True)])
def test_a_quiet_day_is_no_news_however_busy_the_form_is(days: int, alarms: bool) -> None:
    last = START + dt.timedelta(days=20)
    claims = every(dt.timedelta(minutes=30), last)
    assert bool(look(claims, last + dt.timedelta(days=days))) is alarms


def test_days_on_which_the_clinic_is_closed_are_not_waited_for() -> None:
    friday = dt.datetime(2026, 10, 9, 16, tzinfo=NEW_YORK)
    claims = every(dt.timedelta(hours=2), friday)
    claims = [claim for claim in claims if WEEKDAYS(claim.date())]
    monday = friday + dt.timedelta(days=3)
    assert look(claims, monday, WEEKDAYS) is None
    assert look(claims, monday + dt.timedelta(days=1), WEEKDAYS) is None  # one open day
    assert look(claims, monday + dt.timedelta(days=2), WEEKDAYS) is not None


def test_too_little_history_says_nothing() -> None:
    week = every(dt.timedelta(hours=2), START + dt.timedelta(days=7))
    assert look(week, START + dt.timedelta(days=30)) is None
    nine = every(dt.timedelta(days=5), START + dt.timedelta(days=40))
    assert len(nine) == 9
    assert look(nine, START + dt.timedelta(days=300)) is None
    assert look([], START) is None


def test_a_form_that_was_closed_is_not_waited_for() -> None:
    last = START + dt.timedelta(days=20)
    claims = every(dt.timedelta(hours=4), last)
    opened = last + dt.timedelta(days=30)
    assert look(claims, opened + dt.timedelta(days=1), since=opened) is None
    assert look(claims, opened + dt.timedelta(days=4), since=opened) is not None


@pytest.mark.parametrize("day", [dt.date(2026, 11, 1), dt.date(2027, 3, 14)])
def test_both_clock_changes_are_one_day_each(day: dt.date) -> None:
    noon = dt.datetime.combine(day - dt.timedelta(days=1), dt.time(12), NEW_YORK)
    claims = every(dt.timedelta(hours=1), noon, start=noon - dt.timedelta(days=20))
    midnight = dt.datetime.combine(
        day + dt.timedelta(days=2), dt.time(), NEW_YORK
    )  # two whole days have passed
    assert look(claims, midnight - dt.timedelta(seconds=1)) is None
    assert look(claims, midnight) is not None


def test_chance_alone_alarms_as_seldom_as_promised() -> None:
    """Of 2,000 clinics whose requests come at random, looked at on one day each."""
    rng = random.Random(4)
    alarms = 0
    for _ in range(2000):
        a_day, moment, claims = rng.uniform(0.2, 1), START, []
        now = START + dt.timedelta(days=56)
        while moment < now:
            claims.append(moment)
            moment += dt.timedelta(days=rng.expovariate(a_day))
        alarms += look(claims, now) is not None
    assert alarms <= 20


# With the database


@pytest.fixture
def history(db: None) -> Offer:
    make.make_clinic()
    offer = make.make_offer()
    for claim in every(dt.timedelta(hours=12), START + dt.timedelta(days=20)):
        with time_machine.travel(claim, tick=False):
            make.make_lead(email=f"p{claim:%m%d%H}@example.com")
    return offer


LAST = START + dt.timedelta(days=20)


def look_at(days: float) -> FormCheck:
    with time_machine.travel(LAST + dt.timedelta(days=days), tick=False):
        return alarm.check_silence()


def test_the_owner_is_told_once_a_day_and_when_it_is_over(
    history: Offer, settings: Settings, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    settings.ALARM_MAIL = "owner@example.com"
    assert look_at(2).ok
    found = look_at(6)
    assert (found.ok, found.trouble) == (False, FormCheck.Trouble.QUIET)
    assert found.what == "No request for 6 days; usually there is one every 12 hours."
    look_at(6.5)
    assert len(mailoutbox) == 1
    look_at(7.1)
    assert len(mailoutbox) == 2
    with time_machine.travel(LAST + dt.timedelta(days=8), tick=False):
        make.make_lead(email="new@example.com")
    assert look_at(8.1).ok
    assert [mail.subject for mail in mailoutbox][-1] == "Requests come in again"
    assert FormCheck.objects.filter(kind=FormCheck.Kind.SILENCE).count() == 3  # one row for each spell


@pytest.mark.parametrize("fields", [{"is_test": True}, {"stage": "set_aside"}, {"came_by": "phone"}])
def test_what_is_no_request_by_the_form_does_not_end_a_silence(
    history: Offer, fields: dict[str, object]
) -> None:
    with time_machine.travel(LAST + dt.timedelta(days=5), tick=False):
        lead = make.make_lead(email="other@example.com")
    Lead.objects.filter(pk=lead.pk).update(**fields)
    assert not look_at(6).ok


def test_without_a_live_offer_nothing_is_waited_for(history: Offer) -> None:
    switch(history, 19, on=False)
    check = look_at(20)
    assert (check.ok, check.what) == (True, alarm.NOBODY_WAITED_FOR)
    switch(history, 20.5, on=True)
    assert look_at(21).ok  # it has been open for a day
    assert not look_at(28).ok


def switch(offer: Offer, days: float, *, on: bool) -> None:
    with time_machine.travel(LAST + dt.timedelta(days=days), tick=False):
        offer.is_on = on
        offer.save()


def test_closures_and_closed_days_come_from_the_clinic(history: Offer) -> None:
    with time_machine.travel(LAST, tick=False):
        for weekday in range(5):
            OpeningHours.objects.create(weekday=weekday, opens=dt.time(9), closes=dt.time(17))
        Closure.objects.create(first_day=LAST.date(), last_day=LAST.date() + dt.timedelta(days=9))
        is_open = alarm.open_days()
    assert not is_open(LAST.date())
    assert not is_open(dt.date(2026, 9, 5))  # a Saturday
    assert is_open(dt.date(2026, 9, 7))
    assert look_at(9).ok


def test_it_looks_back_over_eight_weeks() -> None:
    assert dt.timedelta(days=56) == LOOKED_BACK
