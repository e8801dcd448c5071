"""The morning mail: what waits, in numbers and links, and only when there is something to say."""

import datetime as dt

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.utils import timezone

from clinic_site.models import Clinic
from offers import digest
from offers.chores import next_time
from offers.models import Heartbeat, Offer

from . import factories as make

pytestmark = pytest.mark.django_db
SEVEN = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)  # a Monday in New York


@pytest.fixture(autouse=True)
def site(db: None) -> None:
    make.make_clinic(email="clinic@example.com")
    make.make_offer()
    Heartbeat.objects.create(pk=1, at=SEVEN)


def sent() -> str:
    """What is mailed at seven; "" for no mail."""
    mail.outbox.clear()
    with time_machine.travel(SEVEN, tick=False):
        assert digest.send() == bool(mail.outbox)
    return str(mail.outbox[0].body) if mail.outbox else ""


def test_nothing_is_sent_when_there_is_nothing_to_say() -> None:
    assert sent() == ""


def test_it_tells_what_waits_with_numbers_and_links() -> None:
    with time_machine.travel(SEVEN - dt.timedelta(minutes=2)):
        make.make_lead(name="Canary Patient", phone="+12125550177", email="canary@example.com")
    text = sent()
    assert text.startswith("Monday, November 23\n")
    assert "1 new lead waits for an answer\nhttp://127.0.0.1:8000/admin/offers/lead/?tab=unanswered" in text
    (letter,) = mail.outbox
    assert letter.to == ["clinic@example.com"]
    assert letter.subject == "What waits today: 1 new lead waits for an answer"
    whole = f"{letter.subject} {text} {letter.alternatives[0].content}"  # type: ignore[attr-defined]
    for told in ("canary", "555", "0177"):
        assert told not in whole.lower(), told


def test_late_things_come_first() -> None:
    with time_machine.travel(SEVEN - dt.timedelta(days=9)):
        make.make_lead()
    text = sent()
    assert "1 lead is overdue for an answer (late)" in text
    assert text.index("(late)") < text.index("\n\n", text.index("(late)"))


def test_an_offer_that_ends_soon_is_said_by_the_clinics_day() -> None:
    Offer.objects.update(ends_on=dt.date(2026, 12, 7))
    assert "ends in 14 days." in sent()
    assert mail.outbox[0].subject == "The offer ends soon"
    Offer.objects.update(ends_on=dt.date(2026, 11, 23))
    assert "ends today." in sent()
    Offer.objects.update(ends_on=dt.date(2026, 12, 8))
    assert sent() == ""


def test_without_an_address_nobody_is_told() -> None:
    make.make_lead()
    Clinic.objects.update(email="")
    assert sent() == ""


def test_it_is_done_at_seven_clinic_time() -> None:
    every = settings.CHORES["offers.digest.send"]
    due = next_time(every, SEVEN - dt.timedelta(hours=1), Clinic.objects.get().zone)
    assert due.astimezone(dt.UTC) == SEVEN
    assert timezone.is_aware(due)
