"""Mails that a server had taken and that came back: `take_bounce` reads the report (RFC 3464)."""

import io
import os
from email.message import EmailMessage
from types import SimpleNamespace

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command
from django.db import OperationalError
from hypothesis import given
from hypothesis import strategies as st

from offers import bounces
from offers.models import Lead, Notice
from offers.templatetags.staff_offers import state_in_words

from . import factories as make

pytestmark = pytest.mark.django_db

REPORT = """\
From: MAILER-DAEMON@relay.example (Mail Delivery System)
To: website@example.com
Subject: Undelivered Mail Returned to Sender
{head}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="SPLIT"

--SPLIT
Content-Type: text/plain; charset=us-ascii

Your message could not be delivered.

--SPLIT
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; pat@example.com
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <pat@example.com>: unknown

--SPLIT
Content-Type: {returned}

From: website@example.com
To: pat@example.com
Subject: Your code
{message_id}
{body}--SPLIT--
"""


@pytest.fixture
def lead(mailoutbox: list[EmailMultiAlternatives]) -> Lead:
    make.make_clinic(email="desk@clinic.example")
    lead = make.make_lead()
    Notice.objects.send_due()
    return lead


def id_of(lead: Lead, kind: str = Notice.Kind.PATIENT) -> str:
    return lead.notices.get(kind=kind).message_id


def report(
    message_id: str,
    *,
    action: str = "failed",
    returned: str = "text/rfc822-headers",
    head: str = "",
    body: str = "",
) -> bytes:
    line = f"Message-ID: {message_id}\n" if message_id else ""
    text = REPORT.format(action=action, returned=returned, message_id=line, head=head, body=body)
    return text.encode()


def take(given_report: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """As the mail server runs it."""
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(given_report)))
    call_command("take_bounce")
    return capsys.readouterr().out.strip()


def statuses(lead: Lead) -> dict[str, str]:
    return dict(lead.notices.values_list("kind", "status"))


@pytest.mark.parametrize(
    ("returned", "body"), [("text/rfc822-headers", ""), ("message/rfc822", "\nHello Pat,\n\n")]
)
def test_it_marks_the_mail_that_came_back(
    lead: Lead,
    returned: str,
    body: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = take(report(id_of(lead), returned=returned, body=body), monkeypatch, capsys)
    assert said == "1 marked"
    assert statuses(lead) == {"patient_confirmation": "bounced", "clinic_new_lead": "sent"}
    assert [event.text for event in lead.events.all()][-1] == "Mail came back: phone instead."
    assert state_in_words(lead.notices.get(kind=Notice.Kind.PATIENT)).startswith("Came back")


def test_the_mail_may_be_named_in_the_reports_own_head(lead: Lead) -> None:
    assert bounces.take(report("", head=f"In-Reply-To: {id_of(lead)}\n")) == 1


def test_the_same_report_twice_marks_once(lead: Lead) -> None:
    assert [bounces.take(report(id_of(lead))) for _ in range(2)] == [1, 0]
    assert sum("came back" in event.text for event in lead.events.all()) == 1


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_a_report_of_anything_but_a_final_failure_changes_nothing(lead: Lead, action: str) -> None:
    assert bounces.take(report(id_of(lead), action=action)) == 0
    assert set(statuses(lead).values()) == {"sent"}


def test_an_unknown_mail_is_passed_over(
    lead: Lead, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert take(report("<made.up@example.com>"), monkeypatch, capsys) == "Nothing to mark."
    assert set(statuses(lead).values()) == {"sent"}


def test_a_mail_that_only_speaks_of_ours_is_no_report(lead: Lead) -> None:
    answer = EmailMessage()
    answer["In-Reply-To"] = id_of(lead)
    answer.set_content("Action: failed\nThank you for the code!")
    assert bounces.take(answer.as_bytes()) == 0
    assert set(statuses(lead).values()) == {"sent"}


def test_a_report_that_is_quicker_than_our_own_ledger_stays(lead: Lead) -> None:
    lead.notices.all().queue_again(by=make.make_user())
    notice = lead.notices.get(kind=Notice.Kind.PATIENT)
    Notice.objects.exclude(pk=notice.pk).update(status=Notice.Status.SENT)
    taken = Notice.objects.take_one()
    assert taken == notice
    assert taken is not None
    assert bounces.take(report(taken.message_id)) == 1
    assert taken.try_to_send()
    notice.refresh_from_db()
    assert notice.status == Notice.Status.BOUNCED


def test_what_is_sent_again_after_a_bounce_has_a_new_id(lead: Lead) -> None:
    before = id_of(lead)
    bounces.take(report(before))
    lead.notices.filter(kind=Notice.Kind.PATIENT).queue_again(by=make.make_user())
    Notice.objects.send_due()
    assert bounces.take(report(before)) == 0
    assert set(statuses(lead).values()) == {"sent"}


@given(
    st.one_of(
        st.binary(max_size=2000), st.binary(max_size=300).map(lambda junk: report("<a@b>")[:900] + junk)
    )
)
def test_it_ends_well_whatever_it_reads(junk: bytes) -> None:
    assert bounces.take(junk) == 0


def test_while_the_database_is_away_the_mail_server_is_asked_to_wait(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def away(_: bytes) -> int:
        raise OperationalError("gone")

    monkeypatch.setattr(bounces, "take", away)
    with pytest.raises(SystemExit) as ended:
        take(b"", monkeypatch, capsys)
    assert ended.value.code == os.EX_TEMPFAIL
