"""Mails about sign-ins out of the ordinary: to whose account it is, and to the owners when somebody guesses."""

import datetime as dt
import io
import re

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command
from django.test import Client

from clinic_site import sign_in_rates
from clinic_site.mail_tries import MOST_TRIES
from clinic_site.models import StaffMail

from . import factories as make
from .signing_in import KEY, code_of, phone_of
from .test_second_factor import CODE, CODES, LOGIN, PASSWORD, REMOVE, by_password, recovery_codes, set_up

pytestmark = pytest.mark.django_db
Mails = list[EmailMultiAlternatives]


@pytest.fixture
def rosa(db: None) -> User:
    make.make_clinic(time_zone="America/Chicago")
    make.make_user("olga", group="Owner", email="olga@example.com")
    return make.make_user("rosa", group="Front desk", email="rosa@example.com", password=PASSWORD)


def wrong(client: Client, name: str = "rosa", times: int = 1) -> None:
    for _ in range(times):
        client.post(LOGIN, {"username": name, "password": "not it at all"})


def taken(outbox: Mails) -> list[tuple[list[str], str]]:
    """Whom each new mail went to, and what it says first."""
    StaffMail.objects.send_due()
    found = [(mail.to, str(mail.body).splitlines()[0]) for mail in outbox]
    outbox.clear()
    return found


def test_each_change_of_the_second_factor_is_told(client: Client, rosa: User, mailoutbox: Mails) -> None:
    by_password(client)
    set_up(client)
    (code, *_) = recovery_codes(client)
    assert taken(mailoutbox) == []  # the first of each is no news
    client.post(CODES)
    assert taken(mailoutbox) == [
        (
            ["rosa@example.com"],
            "New recovery codes were made for your account. The old ones no longer work.",
        )
    ]
    (code, *_) = recovery_codes(client)
    taken(mailoutbox)
    other = Client()
    by_password(other)
    other.post(CODE, {"code": code})
    assert "A recovery code of your account was used" in taken(mailoutbox)[0][1]
    set_up(other)
    assert "Another phone was set up" in taken(mailoutbox)[0][1]
    other.post(REMOVE)
    ((to, words),) = taken(mailoutbox)
    assert (to, words.startswith("The phone of your account was removed")) == (["rosa@example.com"], True)


def test_a_mail_says_who_and_when_and_no_secret(rosa: User, mailoutbox: Mails) -> None:
    said = io.StringIO()
    with time_machine.travel(dt.datetime(2037, 3, 1, 18, 5, tzinfo=dt.UTC), tick=False):
        call_command("sign_in_link", "rosa", stdout=said)
        StaffMail.objects.send_due()
    (mail,) = mailoutbox
    assert mail.subject == "Your account at Example Acupuncture: was this you?"
    link = said.getvalue().strip().rsplit("/", 2)[1]
    for words in (str(mail.body), str(mail.alternatives[0][0])):
        assert "Account: rosa" in words
        assert "1 March 2037, 12:05 p.m., clinic time" in words  # in Chicago
        assert "a link was made" in words
        assert link not in words
        assert "rosa@" not in words


def test_whose_mail_is_not_known_the_owners_are_told(rosa: User, mailoutbox: Mails) -> None:
    User.objects.filter(pk=rosa.pk).update(email="")
    call_command("sign_in_link", "rosa", stdout=io.StringIO())
    assert [to for to, _ in taken(mailoutbox)] == [["olga@example.com"]]


def test_a_sign_in_after_many_failures_is_told_once(client: Client, rosa: User, mailoutbox: Mails) -> None:
    phone_of(rosa)
    told = []
    start = dt.datetime(2037, 3, 1, 18, tzinfo=dt.UTC)
    for minutes, failures in enumerate((4, 5, 0)):
        with time_machine.travel(start + dt.timedelta(minutes=minutes)):
            wrong(client, times=failures)
            by_password(client)
            assert client.post(CODE, {"code": code_of(KEY)}).status_code == 302
            told.append([words for _, words in taken(mailoutbox)])
            client.post("/admin/logout/")
    assert told == [[], ["Somebody signed in to your account after several wrong passwords or codes."], []]


def test_guessing_is_told_to_the_owners_once_an_hour(client: Client, rosa: User, mailoutbox: Mails) -> None:
    noon = dt.datetime(2037, 3, 1, 18, tzinfo=dt.UTC)
    with time_machine.travel(noon):
        wrong(client, times=sign_in_rates.BY_NAME.most - 1)
        assert not StaffMail.objects.exists()
        wrong(client)
        StaffMail.objects.send_due()
        (mail,) = mailoutbox
        assert mail.to == ["olga@example.com"]
        assert mail.subject == "Somebody is guessing passwords"
        assert "the account rosa" in str(mail.body)
        for number in range(sign_in_rates.BY_NAME.most):
            wrong(Client(REMOTE_ADDR=f"203.0.113.{number}"), "Pat Example")
        assert StaffMail.objects.send_due() == 0
    with time_machine.travel(noon + dt.timedelta(minutes=61)):
        wrong(Client(REMOTE_ADDR="203.0.113.9"), "Pat Example", times=sign_in_rates.BY_NAME.most)
        assert StaffMail.objects.send_due() == 1
    last = str(mailoutbox[1].body)
    assert "a name that no account has" in last
    assert re.search(r"Pat|203\.0", last) is None


def test_no_sign_in_waits_for_a_mail_server_and_no_mail_is_lost_or_doubled(
    client: Client, rosa: User, mailoutbox: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def hang(mail: EmailMultiAlternatives) -> int:
        tried.append(mail.extra_headers["Message-ID"])
        assert StaffMail.objects.send_due() == 0  # another worker
        raise TimeoutError

    phone_of(rosa)
    with time_machine.travel(dt.datetime(2037, 3, 1, 18, tzinfo=dt.UTC), tick=False) as clock:
        wrong(client, times=5)
        with monkeypatch.context() as patch:
            patch.setattr(EmailMultiAlternatives, "send", hang)
            by_password(client)
            assert client.post(CODE, {"code": code_of(KEY)})["Location"] == "/admin/"
            assert tried == []
            User.objects.filter(pk=rosa.pk).update(email="thief@example.com")
            for minutes in (0, 0, 1, 1, 2):
                clock.shift(dt.timedelta(minutes=minutes))
                StaffMail.objects.send_due()
            assert len(tried) == 4
        assert StaffMail.objects.send_due() == 0
        clock.shift(dt.timedelta(hours=1))
        call_command("send_notices", "--once", stdout=io.StringIO())
        assert StaffMail.objects.send_due() == 0
    (mail,) = mailoutbox
    assert (mail.to, {*tried, mail.extra_headers["Message-ID"]}) == (["rosa@example.com"], {tried[0]})


def test_a_mail_that_nobody_takes_is_given_up_after_a_day_or_more(
    rosa: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EmailMultiAlternatives, "send", lambda self: 1 / 0)
    with time_machine.travel(dt.datetime(2037, 3, 1, 18, tzinfo=dt.UTC), tick=False) as clock:
        call_command("sign_in_link", "rosa", stdout=io.StringIO())
        for hours in range(25):
            assert StaffMail.objects.exists(), hours
            StaffMail.objects.send_due()
            clock.shift(dt.timedelta(hours=1))
        StaffMail.objects.update(tries=MOST_TRIES - 1)
        StaffMail.objects.send_due()
        assert not StaffMail.objects.exists()
