"""Marked values, followed through all that a claim sets off: they show on the lead and nowhere else. Invariant 7."""

import logging
from collections.abc import Iterator
from smtplib import SMTPRecipientsRefused
from unittest.mock import patch

import pytest
from django.contrib.auth.models import User
from django.core.cache.backends.base import BaseCache
from django.core.mail import EmailMultiAlternatives
from django.db import OperationalError
from django.test import Client

from clinic_site import page_cache
from offers.models import Lead, Notice

from . import factories as make
from .tools.canaries import ARTICLE, CANARIES, OF_LEADS, STAFF_NOTE, dump, found_in, raw_files

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/offers/new-patient/"
LEADS = "/admin/offers/lead/"


@pytest.fixture
def desk(transactional_db: None) -> Client:
    make.make_clinic(email="desk@clinic.example")
    make.make_offer()
    make.make_region()
    make.make_edition()
    client = Client()
    client.force_login(make.make_user(group="Front desk"))
    return client


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Every logger, however little it says to the console."""
    quiet = [logging.getLogger(name) for name in ("offers", "django")]
    for logger in quiet:
        logger.propagate = True
    caplog.set_level(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(logging.WARNING)  # says SQL, in debug mode alone
    yield caplog
    for logger in quiet:
        logger.propagate = False


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every key that any cache is asked for."""
    asked: list[str] = []
    made = BaseCache.make_key

    def note(cache: BaseCache, key: str, version: int | None = None) -> str:
        asked.append(str(key))
        return made(cache, key, version)

    monkeypatch.setattr(BaseCache, "make_key", note)
    return asked


def claim() -> Lead:
    """From an article to the ticket, with a slip, a press while the database is away, and a second press."""
    visitor = Client()
    visitor.get(f"/blog/{ARTICLE}/")
    come_from = {"referer": f"http://testserver/blog/{ARTICLE}/"}
    visitor.get(URL, headers=come_from)
    given = make.payload(**CANARIES, region="lower-back")
    visitor.post(URL, given | {"region": "nowhere"}, headers=come_from)
    with patch.object(Notice.objects.all().__class__, "queue_for", side_effect=OperationalError("full")):
        assert visitor.post(URL, given).status_code == 503
    tickets = {visitor.post(URL, given, headers=come_from)["Location"] for _ in range(2)}
    (ticket,) = tickets
    assert found_in(ticket) == []
    assert CANARIES["name"] in visitor.get(ticket).content.decode()
    return Lead.objects.get()


def work(desk: Client, lead: Lead) -> None:
    """Everything staff do with it."""
    page = f"{LEADS}{lead.pk}/"
    desk.get(LEADS)
    desk.get(f"{page}change/")
    desk.post(f"{page}note/", {"text": STAFF_NOTE})
    desk.post(f"{page}move/", {"stage": "booked"})
    desk.get(f"{page}redeem/")
    desk.post(f"{page}redeem/")
    assert Lead.objects.get().stage == Lead.Stage.REDEEMED
    assert STAFF_NOTE in [event.text for event in lead.events.all()]


def send(outbox: list[EmailMultiAlternatives]) -> None:
    """Once in vain, once refused, and then it arrives."""
    said = SMTPRecipientsRefused({CANARIES["email"]: (450, f"4.2.0 <{CANARIES['email']}>".encode())})
    with patch.object(EmailMultiAlternatives, "send", side_effect=said):
        Notice.objects.send_due()
    Notice.objects.all().queue_again(by=User.objects.get())
    Notice.objects.send_due()
    assert len(outbox) == 2


def test_what_was_typed_is_in_no_log_key_or_dump(
    desk: Client, log: pytest.LogCaptureFixture, keys: list[str], mailoutbox: list[EmailMultiAlternatives]
) -> None:
    lead = claim()
    work(desk, lead)
    send(mailoutbox)

    assert "could not be sent" in log.text  # it is listened to
    assert found_in(log.text) == []
    assert found_in(" ".join([*keys, *page_cache._pages])) == []
    saved = dump()
    assert lead.code in saved  # this is the database
    assert found_in(saved) == []
    assert found_in(raw_files()) == []
    assert ARTICLE not in dump(*OF_LEADS)
    assert "lower-back" not in dump(*OF_LEADS)


def test_what_was_typed_is_in_no_subject_and_no_notice_to_staff(
    desk: Client, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    claim()
    send(mailoutbox)
    to_patient, to_clinic = sorted(mailoutbox, key=lambda mail: "desk" in mail.to[0])
    assert found_in(str(to_patient.subject)) == []
    assert found_in(to_clinic.message().as_string()) == []
    assert (
        found_in(to_patient.message().as_string().partition("\n\n")[2].replace("Zanzibara Quetzalcoat", ""))
        == []
    )


def test_the_search_for_marks_finds_them() -> None:
    """What finds nothing anywhere proves nothing."""
    for typed in (*CANARIES.values(), STAFF_NOTE):
        assert found_in(f"so {typed.upper()} it is"), typed
    assert found_in("nothing here") == []
