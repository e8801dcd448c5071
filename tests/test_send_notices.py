"""The worker that sends what is due until it is told to stop."""

import io
import os
import signal
import socket
from collections.abc import Callable, Iterator
from smtplib import SMTPAuthenticationError, SMTPDataError, SMTPServerDisconnected

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command
from django.db import OperationalError

from offers.models import Notice
from offers.notices import NoticeQuerySet

from . import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_signals() -> Iterator[None]:
    before = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGINT)}
    yield
    for name, handler in before.items():
        signal.signal(name, handler)


def send_once() -> str:
    out = io.StringIO()
    call_command("send_notices", "--once", stdout=out)
    return out.getvalue()


def test_once_sends_what_is_due_and_says_how_many(mailoutbox: list[EmailMultiAlternatives]) -> None:
    make.make_clinic()
    make.make_lead()
    assert send_once() == "2 sent\n"
    assert send_once() == "0 sent\n"
    assert len(mailoutbox) == 2
    assert not Notice.objects.exclude(status=Notice.Status.SENT).exists()


def test_it_goes_on_when_the_database_was_away_and_stops_when_asked(
    own_signals: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    looks = []

    def look(_: NoticeQuerySet, stop: Callable[[], bool], wait: object) -> int:
        looks.append(True)
        if len(looks) == 1:
            raise OperationalError("gone")
        os.kill(os.getpid(), signal.SIGTERM)
        return 0

    monkeypatch.setattr(NoticeQuerySet, "send_due", look)
    call_command("send_notices", "--pause", "0.01")
    assert len(looks) == 2


def test_it_stops_in_the_middle_of_a_backlog(monkeypatch: pytest.MonkeyPatch) -> None:
    make.make_lead()
    sent: list[int] = []

    def send(notice: Notice) -> bool:
        sent.append(notice.pk)
        return True

    monkeypatch.setattr(Notice, "try_to_send", send)
    assert Notice.objects.send_due(stop=lambda: bool(sent)) == 1
    assert len(sent) == 1


@pytest.mark.parametrize(
    ("error", "waits"),
    [
        (ConnectionRefusedError(), [1, 2, 4, 8, 8]),
        (socket.gaierror(), [1, 2, 4, 8, 8]),
        (SMTPServerDisconnected("gone"), [1, 2, 4, 8, 8]),
        (SMTPAuthenticationError(535, b"no"), [1, 2, 4, 8, 8]),
        (TimeoutError(), []),
        (SMTPDataError(451, b"not now"), []),
        (ValueError("a template of ours"), []),
    ],
)
def test_a_backlog_is_not_hurried_while_no_mail_server_is_there(
    monkeypatch: pytest.MonkeyPatch, error: Exception, waits: list[float]
) -> None:
    make.make_clinic()
    for number in range(5):
        make.make_lead(phone=f"+1212555010{number}", email="")
    waited: list[float] = []

    def send(_: EmailMultiAlternatives) -> int:
        raise error

    monkeypatch.setattr(EmailMultiAlternatives, "send", send)
    assert Notice.objects.send_due(wait=waited.append) == 0
    assert waited == waits
    assert Notice.objects.filter(status=Notice.Status.FAILED, tries=1).count() == 5


def test_the_first_mail_that_goes_out_ends_the_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    make.make_clinic()
    for number in range(5):
        make.make_lead(phone=f"+1212555010{number}", email="")
    waited: list[float] = []
    answers = [False, False, True, True, False]

    def send(_: EmailMultiAlternatives) -> int:
        if not answers.pop(0):
            raise ConnectionRefusedError
        return 1

    monkeypatch.setattr(EmailMultiAlternatives, "send", send)
    assert Notice.objects.send_due(wait=waited.append) == 2
    assert waited == [1, 2, 1]
