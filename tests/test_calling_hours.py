"""From nine in the evening to eight in the morning, by the clinic's clock, staff are warned before they call."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine

from offers.calling_hours import bad_hour_warning
from offers.templatetags.staff_offers import ways_to_reach

from . import factories as make

pytestmark = pytest.mark.django_db
NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("clock", "words"),
    [
        ("07:59", "It is 7:59 a.m. at the clinic."),
        ("08:00", ""),
        ("20:59", ""),
        ("21:00", "It is 9:00 p.m. at the clinic."),
        ("00:05", "It is 12:05 a.m. at the clinic."),
    ],
)
@pytest.mark.parametrize("day", ["2026-11-22", "2026-07-01"])
def test_the_warning_follows_the_clinics_clock(day: str, clock: str, words: str) -> None:
    make.make_clinic()
    now = dt.datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=NEW_YORK)
    assert bad_hour_warning(now).startswith(words)
    assert bool(bad_hour_warning(now)) == bool(words)


def test_call_and_text_carry_the_warning_and_mail_does_not() -> None:
    make.make_clinic()
    lead = make.make_lead()
    make.agree(lead, "texts")
    with time_machine.travel(dt.datetime(2026, 11, 22, 23, 0, tzinfo=NEW_YORK), tick=False):
        assert {way.kind: bool(way.warning) for way in ways_to_reach(lead)} == {
            "call": True,
            "text": True,
            "email": False,
        }
