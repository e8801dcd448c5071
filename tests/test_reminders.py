"""One reminder before the last day, for those who ticked the box for news and have not used their code."""

import datetime as dt
import re
from collections.abc import Iterator
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from offers import wishes
from offers.consents import Choice, DoNotContact
from offers.models import Lead, Notice, Offer

from . import factories as make

pytestmark = pytest.mark.django_db
NEW_YORK = ZoneInfo("America/New_York")
LAST_DAY = dt.date(2026, 12, 31)
DUE = dt.datetime(2026, 12, 26, 10, 0, tzinfo=NEW_YORK)
Outbox = list[EmailMultiAlternatives]


@pytest.fixture(autouse=True)
def clock(db: None) -> Iterator[time_machine.Traveller]:
    make.make_clinic(email="desk@clinic.example", street="1 Example Street", state="NY", postal_code="10001")
    make.make_offer(ends_on=LAST_DAY)
    with time_machine.travel(dt.datetime(2026, 12, 1, 9, 0, tzinfo=NEW_YORK), tick=False) as clock:
        yield clock


def make_subscriber(**fields: object) -> Lead:
    text = make.make_consent_text(kind="news")
    return make.make_lead(consents=[Choice("news", True, text_id=text.pk, sha256=text.sha256)], **fields)


def reminders() -> list[Notice]:
    return list(Notice.objects.filter(kind=Notice.Kind.REMINDER))


def sent(outbox: Outbox) -> list[EmailMultiAlternatives]:
    return [mail for mail in outbox if "List-Unsubscribe" in mail.extra_headers]


def test_it_is_sent_once_five_days_before_at_ten(clock: time_machine.Traveller, mailoutbox: Outbox) -> None:
    make_subscriber()
    clock.move_to(DUE - dt.timedelta(seconds=1))
    Notice.objects.send_due()
    assert sent(mailoutbox) == []
    for moment in (DUE, DUE + dt.timedelta(days=2)):
        clock.move_to(moment)
        Notice.objects.send_due()
    (mail,) = sent(mailoutbox)
    assert mail.to == ["pat@example.com"]
    assert mail.subject == "Your code at Example Acupuncture ends on 31 December 2026"
    assert mail.reply_to == ["desk@clinic.example"]


def test_nobody_else_has_one_queued() -> None:
    make.make_lead()
    assert reminders() == []


def test_it_has_code_address_and_a_way_out(clock: time_machine.Traveller, mailoutbox: Outbox) -> None:
    lead = make_subscriber()
    clock.move_to(DUE)
    Notice.objects.send_due()
    (mail,) = sent(mailoutbox)
    html = str(mail.alternatives[0][0])
    for words in (str(mail.body), html):
        for told in (lead.code_text, "1 Example Street", "10001", "Example Acupuncture", "/offers/stop/"):
            assert told in words
    stop = re.search(r"<(https?://\S+/offers/stop/\S+/)>", mail.extra_headers["List-Unsubscribe"])
    assert stop
    assert stop[1] in html
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("why", ["taken back", "stopped", "redeemed", "lost", "no street", "offer off"])
def test_it_is_dropped_when_it_is_not_wanted_any_more(
    clock: time_machine.Traveller, mailoutbox: Outbox, why: str
) -> None:
    lead, desk = make_subscriber(), make.make_user()
    clock.shift(60)
    if why == "taken back":
        wishes.change(lead, lead.contact_by, [Choice("news", False)])
    elif why == "stopped":
        wishes.stop(lead, "everything", source="staff")
    elif why == "redeemed":
        lead.redeem(by=desk)
    elif why == "lost":
        lead.move("lost", by=desk, reason="cost")
    elif why == "no street":
        make.make_clinic(street="")
    else:
        Offer.objects.update(is_on=False)
    clock.move_to(DUE)
    Notice.objects.send_due()
    assert sent(mailoutbox) == []
    assert [notice.status for notice in reminders()] == ["dropped"]


def test_a_person_with_two_requests_gets_one(clock: time_machine.Traveller, mailoutbox: Outbox) -> None:
    for _ in range(2):
        make_subscriber()
    clock.move_to(DUE)
    Notice.objects.send_due()
    assert len(sent(mailoutbox)) == 1


def test_whoever_used_another_code_gets_none(clock: time_machine.Traveller, mailoutbox: Outbox) -> None:
    make_subscriber()
    make.make_lead().redeem(by=make.make_user())
    clock.move_to(DUE)
    Notice.objects.send_due()
    assert sent(mailoutbox) == []


def test_it_follows_the_last_day(clock: time_machine.Traveller) -> None:
    make_subscriber()
    offer = Offer.objects.get()
    offer.ends_on = LAST_DAY + dt.timedelta(days=31)
    offer.save()
    (notice,) = reminders()
    assert notice.not_before == DUE + dt.timedelta(days=31)


def test_a_last_day_that_is_known_later_is_reminded_of() -> None:
    Offer.objects.update(ends_on=None)
    make_subscriber()
    assert reminders() == []
    offer = Offer.objects.get()
    offer.ends_on = LAST_DAY
    offer.save()
    assert [notice.not_before for notice in reminders()] == [DUE]


def test_whoever_asks_shortly_before_is_not_reminded(clock: time_machine.Traveller) -> None:
    clock.move_to(DUE - dt.timedelta(days=2))
    make_subscriber()
    assert reminders() == []


def test_what_was_set_aside_reminds_nobody(clock: time_machine.Traveller, mailoutbox: Outbox) -> None:
    make_subscriber(doubts=["trap"])
    clock.move_to(DUE)
    Notice.objects.send_due()
    assert sent(mailoutbox) == []


def test_what_was_released_is_confirmed_and_reminded_like_any_other() -> None:
    lead = make_subscriber(doubts=["trap"])
    assert not lead.notices.exists()
    lead.release(by=make.make_user())
    usual = set(Notice.Kind.values) - {Notice.Kind.UNOPENED}
    assert {notice.kind for notice in lead.notices.all()} == usual


def test_a_yes_on_another_request_of_the_address_is_enough(
    clock: time_machine.Traveller, client: Client, mailoutbox: Outbox
) -> None:
    first, desk = make_subscriber(), make.make_user()
    released = make.make_lead(phone="+12125550111", doubts=["trap"])
    released.release(by=desk)
    first.move("lost", by=desk, reason="cost")
    clock.move_to(DUE)
    Notice.objects.send_due()
    (mail,) = sent(mailoutbox)
    assert released.code_text in mail.body
    client.post(urlsplit(mail.extra_headers["List-Unsubscribe"].strip("<>")).path)
    assert not released.may("news")


@pytest.mark.parametrize("press", [{"scope": "news"}, {"List-Unsubscribe": "One-Click"}])
def test_its_link_stops_it_with_one_press_and_no_account(
    clock: time_machine.Traveller, mailoutbox: Outbox, press: dict[str, str]
) -> None:
    lead = make_subscriber()
    clock.move_to(DUE)
    Notice.objects.send_due()
    address = sent(mailoutbox)[0].extra_headers["List-Unsubscribe"].strip("<>").partition("8000")[2]
    client = Client(enforce_csrf_checks=True)
    looked = client.get(address)
    assert "Stop our mails?" in looked.content.decode()
    assert not looked.cookies
    assert lead.may("news")
    clock.shift(60)
    answer = client.post(address, press)
    assert answer.status_code == 200
    assert "Done. We have stopped." in answer.content.decode()
    assert not lead.may("news")
    assert lead.may("email")
    assert DoNotContact.objects.get().source == "link"


def test_its_link_also_leaves_a_person_alone(clock: time_machine.Traveller, mailoutbox: Outbox) -> None:
    lead = make_subscriber()
    clock.move_to(DUE)
    Notice.objects.send_due()
    address = sent(mailoutbox)[0].extra_headers["List-Unsubscribe"].strip("<>").partition("8000")[2]
    Client().post(address, {"scope": "everything"})
    assert not any(lead.may(way) for way in ("text", "call", "email", "news"))


def test_its_link_works_when_the_person_has_been_forgotten(
    clock: time_machine.Traveller, mailoutbox: Outbox
) -> None:
    lead = make_subscriber()
    clock.move_to(DUE)
    Notice.objects.send_due()
    address = sent(mailoutbox)[0].extra_headers["List-Unsubscribe"].strip("<>").partition("8000")[2]
    Lead.objects.filter(pk=lead.pk).update(erased_at=DUE, name="", phone="", email="")
    clock.shift(60)
    assert Client().post(address, {"scope": "news"}).status_code == 200
    assert DoNotContact.objects.count() == 1
    assert not make.make_lead().may("news")


def test_a_link_that_is_not_ours_is_not_found(client: Client) -> None:
    assert client.get("/offers/stop/nonsense/").status_code == 404
    assert client.post("/offers/stop/MQ:x:y/").status_code == 404
