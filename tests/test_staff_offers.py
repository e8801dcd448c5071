"""How a lead's age and the ways to reach the person are put to staff."""

import datetime as dt

import pytest
import time_machine

from offers.models import Lead
from offers.templatetags.staff_offers import age_in_words, ways_to_reach

from . import factories as make

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 17, 5, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute"),
        (59, "less than a minute"),
        (60, "1 minute"),
        (12 * 60, "12 minutes"),
        (59 * 60 + 59, "59 minutes"),
        (3600, "1 hour"),
        (3 * 3600 + 1800, "3 hours"),
        (24 * 3600 - 1, "23 hours"),
        (24 * 3600, "1 day"),
        (60 * 24 * 3600, "60 days"),
    ],
)
def test_an_age_is_in_plain_words(seconds: int, words: str) -> None:
    with time_machine.travel(NOW, tick=False):
        assert age_in_words(NOW - dt.timedelta(seconds=seconds)) == words


@pytest.mark.parametrize("wanted", Lead.ContactBy.values)
def test_the_way_they_asked_for_comes_first(wanted: str) -> None:
    lead = make.make_lead(contact_by=wanted)
    make.agree(lead, "texts")
    ways = ways_to_reach(lead)
    assert ways[0].kind == wanted
    assert [way.is_first for way in ways] == [True, False, False]


def test_a_number_with_an_extension_takes_no_texts() -> None:
    lead = make.make_lead(phone_extension="45", email="")
    make.agree(lead, "texts")
    ways = ways_to_reach(lead)
    assert [(way.kind, way.detail) for way in ways] == [("call", "(212) 555-0123 ext. 45")]


def test_an_odd_mail_address_cannot_add_to_the_link() -> None:
    (way,) = ways_to_reach(make.make_lead(phone="", email="a?cc=all&b@example.com", contact_by="email"))
    assert way.url == "mailto:a%3Fcc%3Dall%26b@example.com?subject=Your%20request"
