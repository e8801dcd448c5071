"""Mails: queued with the lead, sent by the worker, kept as a ledger that says what became of each."""

import datetime as dt
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from email.message import EmailMessage
from smtplib import SMTPRecipientsRefused
from unittest.mock import patch

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction

from clinic_site import mail_tries
from offers.models import Lead, LeadEvent, Notice

from . import factories as make

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 11, 22, 17, 0, tzinfo=dt.UTC)
Outbox = list[EmailMultiAlternatives]


@pytest.fixture(autouse=True)
def clinic(db: None) -> None:
    make.make_clinic(email="desk@clinic.example")


@pytest.fixture
def lead() -> Lead:
    return make.make_lead(
        name="Philippa Featherstone",
        phone="+12125550187",
        email="philippa@home.example",
        region=make.make_region(slug="hip-and-buttock"),
        note="My sciatica is bad on Mondays.",
    )


@pytest.fixture
def no_server() -> Iterator[None]:
    with patch.object(EmailMultiAlternatives, "send", side_effect=TimeoutError("philippa@home.example")):
        yield


def parts(mail: EmailMultiAlternatives) -> tuple[EmailMessage, str, str]:
    """The whole message as it travels, its text and its HTML."""
    message = mail.message()
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    return message, text.get_content(), html.get_content()


def mail_of(lead: Lead, kind: str) -> EmailMultiAlternatives:
    return lead.notices.get(kind=kind).as_mail()


def test_it_works(lead: Lead, mailoutbox: Outbox) -> None:
    assert Notice.objects.send_due() == 2

    assert [mail.to for mail in mailoutbox] == [["philippa@home.example"], ["desk@clinic.example"]]
    assert {notice.status for notice in lead.notices.all()} == {Notice.Status.SENT}
    assert all(notice.sent_at for notice in lead.notices.all())
    assert Notice.objects.send_due() == 0


def test_a_lead_without_its_notices_is_not_stored() -> None:
    queryset = type(Notice.objects.all())
    with (
        patch.object(queryset, "bulk_create", side_effect=OSError("disk full")),
        pytest.raises(OSError, match="disk full"),
    ):
        make.make_lead()
    assert (Lead.objects.count(), LeadEvent.objects.count(), Notice.objects.count()) == (0, 0, 0)


def test_what_is_rolled_back_leaves_neither_lead_nor_notice(mailoutbox: Outbox) -> None:
    with transaction.atomic():
        make.make_lead()
        transaction.set_rollback(True)
    assert (Lead.objects.count(), Notice.objects.count()) == (0, 0)
    assert Notice.objects.send_due() == 0
    assert not mailoutbox


def test_mail_trouble_never_touches_the_lead(lead: Lead, no_server: None) -> None:
    before = Lead.objects.values().get()
    assert Notice.objects.send_due() == 0

    assert Lead.objects.values().get() == before
    assert lead.events.count() == 1
    assert {notice.status for notice in lead.notices.all()} == {Notice.Status.FAILED}


def test_a_notice_that_cannot_be_written_does_not_stop_the_next(lead: Lead, mailoutbox: Outbox) -> None:
    written = Notice.as_mail

    def fails_for_the_patient(notice: Notice) -> EmailMultiAlternatives:
        if notice.kind == Notice.Kind.PATIENT:
            raise ValueError("no such template")
        return written(notice)

    with patch.object(Notice, "as_mail", fails_for_the_patient):
        assert Notice.objects.send_due() == 1
    assert [mail.to for mail in mailoutbox] == [["desk@clinic.example"]]


def test_the_pause_grows_to_an_hour_and_then_it_is_given_up(no_server: None) -> None:
    with time_machine.travel(START, tick=False) as clock:
        notice = make.make_lead(email="").notices.get()
        pauses = []
        for _ in range(mail_tries.MOST_TRIES):
            Notice.objects.send_due()
            notice.refresh_from_db()
            pauses.append(notice.not_before - dt.datetime.now(dt.UTC))
            clock.move_to(notice.not_before)

        assert [pause.total_seconds() for pause in pauses[:8]] == [30, 60, 120, 240, 480, 960, 1920, 3600]
        assert set(pauses[8:]) == {mail_tries.LONGEST_PAUSE}
        assert sum(pauses, dt.timedelta()) > dt.timedelta(hours=20)
        assert (notice.status, notice.tries) == (Notice.Status.GIVEN_UP, mail_tries.MOST_TRIES)
        clock.shift(dt.timedelta(days=2))
        assert Notice.objects.take_one() is None


def test_it_is_not_tried_before_its_pause_is_over(no_server: None) -> None:
    with time_machine.travel(START, tick=False) as clock:
        make.make_lead(email="")
        Notice.objects.send_due()
        clock.shift(mail_tries.FIRST_PAUSE - dt.timedelta(seconds=1))
        assert Notice.objects.take_one() is None
        clock.shift(dt.timedelta(seconds=1))
        assert Notice.objects.take_one() is not None


def test_what_a_mail_server_says_is_neither_kept_nor_logged(
    lead: Lead, caplog: pytest.LogCaptureFixture
) -> None:
    said = SMTPRecipientsRefused({"philippa@home.example": (550, b"no such user")})
    logging.getLogger("offers").propagate = True
    try:
        with patch.object(EmailMultiAlternatives, "send", side_effect=said):
            Notice.objects.send_due()
    finally:
        logging.getLogger("offers").propagate = False

    assert {notice.trouble for notice in lead.notices.all()} == {"SMTPRecipientsRefused"}
    assert "SMTPRecipientsRefused" in caplog.text
    assert "philippa" not in caplog.text.lower()


def test_what_a_worker_left_half_done_is_taken_again_after_the_lease(mailoutbox: Outbox) -> None:
    with time_machine.travel(START, tick=False) as clock:
        make.make_lead(email="")
        left = Notice.objects.take_one()  # and then the machine stops
        assert left is not None
        assert left.status == Notice.Status.SENDING
        clock.shift(mail_tries.LEASE - dt.timedelta(seconds=1))
        assert Notice.objects.send_due() == 0
        clock.shift(dt.timedelta(seconds=1))
        assert Notice.objects.send_due() == 1

    assert [mail.extra_headers["Message-ID"] for mail in mailoutbox] == [left.message_id]


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_each_notice_once(mailoutbox: Outbox) -> None:
    for number in range(6):
        make.make_lead(phone=f"+1212555010{number}", email="")

    def work(_: int) -> int:
        try:
            return Notice.objects.send_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(work, range(3))) == 6
    ids = [mail.extra_headers["Message-ID"] for mail in mailoutbox]
    assert len(ids) == len(set(ids)) == 6


@pytest.mark.django_db(transaction=True)
def test_a_notice_in_one_workers_hand_is_not_taken_by_another(lead: Lead) -> None:
    lead.notices.filter(kind=Notice.Kind.PATIENT).delete()

    def take() -> Notice | None:
        try:
            return Notice.objects.take_one()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert Notice.objects.take_one()
            other = pool.submit(take)
            with suppress(TimeoutError):  # SQLite makes the other one wait, PostgreSQL lets it look further
                other.result(timeout=0.5)
        assert other.result(timeout=30) is None


def test_each_try_has_the_same_message_id(lead: Lead) -> None:
    notice = lead.notices.get(kind=Notice.Kind.PATIENT)
    ids = [Notice.objects.get(pk=notice.pk).as_mail().message()["Message-ID"] for _ in range(2)]
    assert ids == [notice.message_id] * 2
    assert notice.message_id != lead.notices.get(kind=Notice.Kind.CLINIC).message_id


@pytest.mark.parametrize(
    "kind", [Notice.Kind.PATIENT, Notice.Kind.CLINIC]
)  # the third one: test_reminders.py
def test_every_mail_has_a_text_and_an_html_part(lead: Lead, kind: str) -> None:
    message, text, html = parts(mail_of(lead, kind))
    assert message.get_content_type() == "multipart/alternative"
    assert "<" not in text
    assert html.lstrip().lower().startswith("<!doctype html>")
    assert "lang=" in html
    assert message["Subject"].strip()


def test_the_patient_reads_code_amount_and_how_to_reach_the_clinic(lead: Lead) -> None:
    message, text, html = parts(mail_of(lead, Notice.Kind.PATIENT))
    for body in (text, html):
        for told in (lead.code_text, "$100", "(212) 555-0100", "Example Acupuncture"):
            assert told in body
    assert message["Reply-To"] == "desk@clinic.example"
    assert "tel:+12125550100" in html.replace("-", "")


def test_the_patients_mail_names_no_body_part_and_nothing_they_told(lead: Lead) -> None:
    message, text, html = parts(mail_of(lead, Notice.Kind.PATIENT))
    sent = f"{message['Subject']}\n{text}\n{html}".lower()
    for word in ("hip", "buttock", "sciatica", "monday", "pain", "needl", "hurt"):
        assert word not in sent.replace("acupuncture", "")
    assert lead.code_text not in message["Subject"]
    assert "Philippa" not in message["Subject"]


def test_the_clinics_notice_has_a_link_and_no_personal_data(lead: Lead) -> None:
    message, text, html = parts(mail_of(lead, Notice.Kind.CLINIC))
    sent = message.as_string() + text + html
    for told in (
        "Philippa",
        "Featherstone",
        "5550187",
        "555-0187",
        "philippa",
        "Monday",
        "sciatica",
        "ip and b",
    ):
        assert told not in sent
    for body in (text, html):
        assert f"/admin/offers/lead/{lead.pk}/change/" in body
    assert message["Reply-To"] is None


def test_a_clinic_without_an_address_gets_its_notice_at_the_sites_own(lead: Lead) -> None:
    make.make_clinic(email="")
    mail = mail_of(lead, Notice.Kind.CLINIC)
    assert mail.to == [mail.from_email]
    assert not mail_of(lead, Notice.Kind.PATIENT).reply_to


def test_a_name_cannot_add_markup_or_headers(lead: Lead) -> None:
    Lead.objects.update(name='<a href="https://bad.example">Pat</a>\r\nBcc: all@bad.example')
    message, _, html = parts(mail_of(Lead.objects.get(), Notice.Kind.PATIENT))
    assert message["Bcc"] is None
    assert '<a href="https://bad.example"' not in html


def test_sending_again_starts_from_the_beginning(lead: Lead, mailoutbox: Outbox) -> None:
    desk = make.make_user()
    lead.notices.update(status=Notice.Status.GIVEN_UP, tries=mail_tries.MOST_TRIES)
    before = {notice.pk: notice.message_id for notice in lead.notices.all()}
    assert lead.notices.all().queue_again(by=desk) == 2

    assert {(notice.status, notice.tries) for notice in lead.notices.all()} == {("queued", 0)}
    assert {notice.pk: notice.message_id for notice in lead.notices.all()} == before
    assert [event.by for event in lead.events.all()] == [None, desk, desk]
    assert Notice.objects.send_due() == 2


def test_what_had_arrived_comes_again_under_a_new_id(lead: Lead, mailoutbox: Outbox) -> None:
    Notice.objects.send_due()
    lead.notices.all().queue_again(by=make.make_user())
    Notice.objects.send_due()
    assert len({mail.extra_headers["Message-ID"] for mail in mailoutbox}) == 4


def test_what_is_being_sent_is_not_queued_again(lead: Lead) -> None:
    Notice.objects.take_one()
    assert lead.notices.all().queue_again(by=make.make_user()) == 1
