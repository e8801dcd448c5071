"""What becomes of each mail, and what its lead says then: not notified, phone instead."""

import datetime as dt
import re
from collections.abc import Iterator
from smtplib import SMTPDataError, SMTPRecipientsRefused
from unittest.mock import patch

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from clinic_site import mail_tries
from offers import notices
from offers.errands import mails
from offers.models import Lead, Notice
from offers.notices import refuses_for_good

from . import factories as make

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 17, 0, tzinfo=dt.UTC)
LEADS = "/admin/offers/lead/"
UNHEARD = "Not notified"


@pytest.fixture(autouse=True)
def clock(db: None) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as stopped:
        make.make_clinic(email="desk@clinic.example")
        yield stopped


@pytest.fixture
def desk(client: Client) -> User:
    user = make.make_user(group="Front desk")
    client.force_login(user)
    return user


def send_with(error: Exception) -> None:
    with patch.object(EmailMultiAlternatives, "send", side_effect=error):
        Notice.objects.send_due()


def refused(*answers: tuple[int, bytes]) -> SMTPRecipientsRefused:
    return SMTPRecipientsRefused({f"pat{number}@example.com": told for number, told in enumerate(answers)})


def the_list(client: Client) -> str:
    return client.get(LEADS).content.decode()


def marks_of(lead: Lead) -> tuple[bool, bool]:
    found = Lead.objects.with_undelivered().get(pk=lead.pk)
    return found.is_unheard, found.is_in_vain  # type: ignore[attr-defined]  # annotated


@pytest.mark.parametrize(
    ("answers", "for_good"),
    [
        ([(550, b"5.1.1 No such user")], True),
        ([(552, b"5.2.2 Mailbox full")], True),
        ([(553, b"no such address")], True),
        ([(550, b"5.7.1 Relaying denied")], False),
        ([(554, b"5.7.0 You may not send")], False),
        ([(450, b"4.2.0 Greylisted")], False),
        ([(550, b"5.1.1 No such user"), (450, b"4.2.0 Later")], False),
        ([], False),
    ],
)
def test_only_the_recipients_own_refusal_is_for_good(
    answers: list[tuple[int, bytes]], for_good: bool
) -> None:
    assert refuses_for_good(refused(*answers)) is for_good
    assert not refuses_for_good(SMTPDataError(554, b"5.6.0 Looks like spam"))


def test_what_failed_says_so_and_is_tried_again(mailoutbox: list[EmailMultiAlternatives], desk: User) -> None:
    lead = make.make_lead(email="")
    send_with(TimeoutError())
    notice = lead.notices.get()
    assert (notice.status, notice.tries, notice.trouble) == (Notice.Status.FAILED, 1, "TimeoutError")
    with time_machine.travel(NOW + mail_tries.FIRST_PAUSE, tick=False):
        assert Notice.objects.send_due() == 1
    notice.refresh_from_db()
    assert (notice.status, notice.trouble) == (Notice.Status.SENT, "")


def test_a_refused_address_is_not_written_to_again(mailoutbox: list[EmailMultiAlternatives]) -> None:
    lead = make.make_lead()
    send_with(refused((550, b"5.1.1 No such user")))
    assert {notice.status for notice in lead.notices.all()} == {Notice.Status.BOUNCED}
    with time_machine.travel(NOW + dt.timedelta(days=3), tick=False):
        assert Notice.objects.send_due() == 0
    assert not mailoutbox


@pytest.mark.parametrize(
    ("phone", "words"),
    [("+12125550123", "Mail came back: phone instead"), ("", "Mail came back, and there is no phone number")],
)
def test_a_bounce_tells_the_desk_what_to_do_instead(
    client: Client, desk: User, phone: str, words: str
) -> None:
    lead = make.make_lead(phone=phone)
    assert "came back" not in the_list(client)
    send_with(refused((550, b"5.1.1 No such user")))

    assert words in the_list(client)
    page = client.get(f"{LEADS}{lead.pk}/change/").content.decode()
    assert page.count(words) >= 2  # on top, and in the timeline
    assert "Refused: this address takes no mail." in page
    assert sum("came back" in event.text for event in lead.events.all()) == 1


def test_mail_stands_last_once_one_came_back(client: Client, desk: User) -> None:
    lead = make.make_lead(contact_by="email")
    ways = re.compile(rf"{LEADS}{lead.pk}/reach/(\w+)/")
    assert ways.findall(the_list(client)) == ["email", "call"]
    send_with(refused((550, b"5.1.1 No such user")))
    assert ways.findall(the_list(client)) == ["call", "email"]


def test_a_lead_says_when_the_clinic_was_not_told_for_five_minutes(
    client: Client, desk: User, clock: time_machine.Traveller
) -> None:
    lead = make.make_lead(email="")
    clock.shift(notices.UNHEARD_AFTER - dt.timedelta(seconds=1))
    send_with(TimeoutError())
    assert marks_of(lead) == (False, False)
    assert UNHEARD not in the_list(client)
    clock.shift(dt.timedelta(seconds=1))
    assert marks_of(lead) == (True, False)
    assert UNHEARD in the_list(client)
    assert UNHEARD in client.get(f"{LEADS}{lead.pk}/change/").content.decode()
    assert [(row.number, row.words) for row in mails() if row.number] == [
        (1, "new lead of which no mail has told the clinic")
    ]


def test_a_worker_that_does_not_run_shows_too(clock: time_machine.Traveller) -> None:
    lead = make.make_lead(email="")
    clock.shift(notices.UNHEARD_AFTER)
    assert marks_of(lead) == (True, False)


def test_the_mark_goes_when_the_notice_arrives(
    mailoutbox: list[EmailMultiAlternatives], clock: time_machine.Traveller
) -> None:
    lead = make.make_lead(email="")
    clock.shift(notices.UNHEARD_AFTER)
    Notice.objects.send_due()
    assert marks_of(lead) == (False, False)
    clock.shift(dt.timedelta(days=1))
    lead.notices.all().queue_again(by=make.make_user())
    assert marks_of(lead) == (False, False)  # it had arrived once


@pytest.mark.parametrize("status", [Notice.Status.BOUNCED, Notice.Status.GIVEN_UP])
def test_what_is_over_marks_the_lead_at_once(status: Notice.Status) -> None:
    lead = make.make_lead()
    lead.notices.update(status=status)
    assert marks_of(lead) == (True, True)
    found = {row.url.partition("?")[2]: row.number for row in mails() if row.number}
    assert found == {f"status__exact={status}": 2, "tab=unanswered": 1}


def test_trouble_with_the_patients_mail_does_not_mark_the_clinics() -> None:
    lead = make.make_lead()
    lead.notices.filter(kind=Notice.Kind.CLINIC).update(status=Notice.Status.SENT, sent_at=NOW)
    lead.notices.filter(kind=Notice.Kind.PATIENT).update(status=Notice.Status.BOUNCED)
    assert marks_of(lead) == (False, True)


def test_a_new_notice_does_not_wait_for_a_backlog_of_failed_ones(clock: time_machine.Traveller) -> None:
    for number in range(3):
        make.make_lead(email="", phone=f"+1212555010{number}")
    send_with(TimeoutError())
    clock.shift(mail_tries.LONGEST_PAUSE)
    fresh = make.make_lead(email="", phone="+12125550199").notices.get()
    assert Notice.objects.due().first() == fresh


def test_a_mail_that_stops_the_worker_each_time_is_given_up(
    clock: time_machine.Traveller, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    """Killed while it is at it, so that no trouble is ever written."""
    deadly = make.make_lead(email="").notices.get()
    for _ in range(mail_tries.MOST_TRIES):
        assert Notice.objects.take_one() == deadly
        clock.shift(mail_tries.LEASE)
    other = make.make_lead(email="", phone="+12125550199").notices.get()
    Notice.objects.filter(pk=other.pk).update(tries=mail_tries.MOST_TRIES - 1, not_before=clock_now())
    assert Notice.objects.take_one() == other
    clock.shift(mail_tries.LEASE)
    assert Notice.objects.take_one() is None
    deadly.refresh_from_db()
    assert (deadly.status, deadly.trouble) == (Notice.Status.GIVEN_UP, "WorkerStopped")


def clock_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def test_a_ledger_row_holds_nothing_of_the_person() -> None:
    lead = make.make_lead(
        name="Philippa Featherstone", phone="+12125550187", email="philippa@home.example", note="Mondays."
    )
    send_with(refused((550, b"5.1.1 philippa@home.example is unknown")))
    rows = str(list(Notice.objects.values())).lower()
    for told in ("philippa", "feather", "5550187", "home.example", "monday", lead.code.lower(), lead.token):
        assert told.lower() not in rows


@pytest.mark.parametrize("status", [Notice.Status.FAILED, Notice.Status.BOUNCED, Notice.Status.GIVEN_UP])
def test_the_desk_may_send_again_whatever_went_wrong(
    client: Client, desk: User, status: Notice.Status, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    lead = make.make_lead(email="")
    notice = lead.notices.get()
    lead.notices.update(status=status, trouble="TimeoutError", tries=9)
    again = f"/admin/offers/notice/{notice.pk}/send-again/"
    assert again in client.get(f"{LEADS}{lead.pk}/change/").content.decode()
    client.post(again)
    notice.refresh_from_db()
    assert (notice.status, notice.tries, notice.trouble) == (Notice.Status.QUEUED, 0, "")
    assert Notice.objects.send_due() == 1
