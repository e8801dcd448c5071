"""The form alarm: a test request through the real stack, nothing left of it, and the owner told once."""

import datetime as dt
import logging
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from clinic_site.rates import Limit, RateCount
from offers import alarm, form_test, suspicion
from offers.counts import DailyCount
from offers.form_mark import new_mark
from offers.form_test import Failed, mail_of_tests, remove, remove_left_over, try_form
from offers.models import FormCheck, Lead, LeadEvent, LeadKey, Notice, Offer
from offers.notices import NoticeQuerySet

from . import factories as make

URL = "/offers/new-patient/"
NOON = dt.datetime(2026, 11, 22, 17, tzinfo=dt.UTC)
Trouble = FormCheck.Trouble
Mails = list[EmailMultiAlternatives]
pytestmark = pytest.mark.django_db


@pytest.fixture
def served(transactional_db: None, live_server: LiveServer, settings: Settings) -> Offer:
    """The site with its offer, listening where the settings say."""
    settings.HOST, settings.PORT = live_server.thread.host, live_server.thread.port
    settings.SITE_ORIGIN = live_server.url
    settings.ALARM_MAIL = "owner@example.com"
    make.make_clinic(email="desk@example.com")
    return make.make_offer()


@pytest.fixture
def worker(served: Offer) -> Iterator[None]:
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(0.05):
            Notice.objects.send_due(stop.is_set)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form_test, "LOOK_EVERY", 0.05)


def failure(**options: Any) -> Failed:
    with pytest.raises(Failed) as failed:
        try_form(Offer.objects.get(), **{"mail_patience": 0.2} | options)
    return failed.value


def nothing_is_left() -> bool:
    return not any(model.objects.exists() for model in (Lead, LeadEvent, LeadKey, Notice))


def test_it_works(served: Offer, worker: None, mailoutbox: Mails) -> None:
    call_command("check_form")

    check = FormCheck.objects.get()
    assert (check.ok, check.trouble, check.what) == (True, "", "")
    assert len(mailoutbox) == 2
    for mail in mailoutbox:
        assert mail.to == ["owner@example.com"]
        assert mail.subject.startswith("Test of the form: ")
    assert nothing_is_left()


def test_behind_a_proxy_with_tls_it_works_too(served: Offer, worker: None, settings: Settings) -> None:
    settings.SITE_ORIGIN, settings.IS_SECURE = "https://www.example.com", True
    settings.ALLOWED_HOSTS = ["www.example.com"]
    settings.SECURE_SSL_REDIRECT = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    try_form(served, mail_patience=10)
    assert nothing_is_left()


def test_it_never_leaves_the_machine(
    served: Offer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a redirect says: the one address asked is the one listened at."""
    asked: list[tuple[Any, ...]] = []
    real = HTTPConnection.__init__

    def note(self: Any, *args: Any, **kwargs: Any) -> None:
        asked.append(args)
        real(self, *args, **kwargs)

    monkeypatch.setattr(HTTPConnection, "__init__", note)
    monkeypatch.setattr(Lead, "get_absolute_url", lambda self: "http://elsewhere.example/claimed/x/")
    settings.HOST = "0.0.0.0"  # noqa: S104  (what is listened at)
    assert failure().trouble == Trouble.REFUSED
    assert set(asked) == {("127.0.0.1", settings.PORT)}


def test_a_site_that_is_down_is_not_reached(served: Offer, settings: Settings) -> None:
    settings.PORT = 1
    found = failure()
    assert found.trouble == Trouble.UNREACHABLE
    assert str(found) == "The form cannot be reached: ConnectionRefusedError."


def test_a_page_that_breaks_is_not_reached(served: Offer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offers.views.blank_form.page", lambda *_: 1 / 0)
    assert str(failure()) == "The form cannot be reached: the site answers 500."


def test_a_form_that_refuses_is_said_so(served: Offer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offers.forms.LeadForm.is_valid", lambda form: False)
    found = failure()
    assert found.trouble == Trouble.REFUSED
    assert str(found) == "The form refused the test request: the site answers 200."


def test_a_request_that_cannot_be_stored_is_said_so(served: Offer, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(NoticeQuerySet, "queue_for", full)
    assert str(failure()) == "The form refused the test request: the site answers 503."
    assert nothing_is_left()


@pytest.mark.parametrize(
    ("path", "missing"),
    [
        ("offers.notices.NoticeQuerySet.queue_for", "its mails"),
        ("offers.leads.Lead.add_event", "the first line of its timeline"),
        ("offers.lead_queries.keys_of", "the keys it is found by"),
    ],
)
def test_a_request_that_is_stored_in_part_is_said_so(
    served: Offer, monkeypatch: pytest.MonkeyPatch, path: str, missing: str
) -> None:
    monkeypatch.setattr(path, lambda *_, **__: [])
    found = failure()
    assert (found.trouble, str(found)) == (Trouble.NOT_STORED, f"The request was stored without {missing}.")
    assert nothing_is_left()


def test_a_ticket_that_cannot_be_shown_is_said_so(served: Offer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offers.ticket_views.get_object_or_404", lambda *_, **__: 1 / 0)
    assert failure().trouble == Trouble.NO_TICKET
    assert nothing_is_left()


def test_without_a_worker_it_is_not_mailed(served: Offer) -> None:
    found = failure()
    assert (found.trouble, str(found)) == (
        Trouble.NOT_MAILED,
        "Requests are stored, but no mail went out within 0 seconds.",
    )
    assert nothing_is_left()


def test_another_secret_is_noticed(served: Offer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form_test, "new_mark", lambda: "forged")
    assert "different SECRET_KEYs" in str(failure())
    assert nothing_is_left()


def test_a_killed_tests_request_is_cleared_away_by_the_next(served: Offer) -> None:
    lead = make.make_lead(is_test=True)
    remove_left_over()
    assert Lead.objects.filter(pk=lead.pk).exists()  # it may be running
    Lead.objects.update(created_at=timezone.now() - dt.timedelta(minutes=16))
    remove_left_over()
    assert nothing_is_left()


# The mark


def test_a_marked_request_is_nobodys(client: Client) -> None:
    make.make_clinic()
    make.make_offer(cap_total=1)
    client.post(URL, make.payload(mark=new_mark()))
    lead = Lead.objects.get()
    assert (lead.is_test, lead.takes_place, lead.doubts) == (True, False, [])
    assert not Lead.objects.real().exists()
    assert not Lead.objects.unanswered().exists()
    assert not Lead.objects.by_code(lead.code).exists()
    assert Lead.objects.by_name("Pat") == Lead.objects.by_last_four("0123") == []
    mine = make.make_lead(form_key=None)
    assert list(Lead.objects.of_the_same_person(mine)) == [mine]
    assert not lead.used_by_same_person()

    client.force_login(make.make_user(group="Owner"))
    page = client.get("/admin/offers/lead/").content.decode()
    assert (mine.code_text in page, lead.code_text in page) == (True, False)
    ledger = client.get("/admin/offers/notice/").content.decode()
    assert (str(mine) in ledger, f"{lead}<" in ledger) == (True, False)


def test_a_test_is_neither_counted_nor_held_back(client: Client) -> None:
    make.make_clinic()
    make.make_offer()
    for _ in range(3):
        client.post(URL, make.payload(mark=new_mark()))
    assert not RateCount.objects.exists()
    assert not DailyCount.objects.exists()
    with patch.object(suspicion, "REFUSED", Limit("claims refused", 1, 600)):
        assert client.post(URL, make.payload()).status_code == 302
        assert client.post(URL, make.payload()).status_code == 429
        assert client.post(URL, make.payload(mark=new_mark())).status_code == 302


@pytest.mark.parametrize("mark", ["", "test", "test:1tOpMn:forged", "x" * 500])
def test_nobody_else_can_mark_a_request(client: Client, mark: str) -> None:
    make.make_offer()
    client.post(URL, make.payload(mark=mark, is_test="on"))
    assert not Lead.objects.get().is_test


def test_a_mark_is_good_for_ten_minutes(client: Client) -> None:
    make.make_offer()
    with time_machine.travel(NOON, tick=False) as clock:
        mark = new_mark()
        clock.shift(dt.timedelta(minutes=9, seconds=59))
        client.post(URL, make.payload(mark=mark))
        clock.shift(dt.timedelta(seconds=2))
        client.post(URL, make.payload(mark=mark))
    assert sorted(Lead.objects.values_list("is_test", flat=True)) == [False, True]


def test_no_page_prints_a_mark(client: Client) -> None:
    make.make_offer()
    assert 'name="mark"' not in client.get(URL).content.decode()


def test_removing_a_test_takes_nothing_else(client: Client) -> None:
    make.make_offer()
    kept, test = make.make_lead(), make.make_lead(is_test=True)
    remove(test)
    assert list(Lead.objects.all()) == [kept]
    assert kept.events.exists()
    assert kept.keys.exists()
    assert kept.notices.count() == 2


# Telling the owner


@pytest.fixture
def owner(settings: Settings) -> None:
    settings.ALARM_MAIL = "owner@example.com"


def broken() -> FormCheck:
    return alarm.report(FormCheck.Kind.FORM, Trouble.REFUSED, "The form refused the test request.")


def test_the_owner_is_told_once_in_six_hours_and_when_it_is_well_again(
    owner: None, mailoutbox: Mails
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(4):
            broken()
            clock.shift(dt.timedelta(hours=1))
        assert len(mailoutbox) == 1
        clock.shift(dt.timedelta(hours=2))
        broken()
        assert len(mailoutbox) == 2
        alarm.report(FormCheck.Kind.FORM, Trouble.NOT_MAILED, "No mail went out.")  # another trouble
        assert len(mailoutbox) == 3
        for _ in range(2):
            alarm.report(FormCheck.Kind.FORM)
    assert [mail.subject for mail in mailoutbox] == [
        "The form on your website does not work",
        "The form on your website does not work",
        "Your website sends no mail",
        "The form on your website works again",
    ]
    assert "The form refused the test request." in mailoutbox[0].body
    assert "Call whoever looks after the website" in mailoutbox[0].body


def test_a_form_that_was_always_well_is_no_news(owner: None, mailoutbox: Mails) -> None:
    alarm.report(FormCheck.Kind.FORM)
    assert mailoutbox == []


def test_an_alarm_that_could_not_be_mailed_is_tried_with_the_next_check(
    owner: None, mailoutbox: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(EmailMultiAlternatives, "send", lambda self: 1 / 0)
        assert broken().told_at is None
    broken()
    assert len(mailoutbox) == 1


@pytest.mark.parametrize(
    ("own", "clinics", "expected"),
    [
        ("own@example.com", "desk@example.com", ["own@example.com"]),
        ("", "desk@example.com", ["desk@example.com"]),
        ("", "", ["olga@example.com", "root@example.com"]),
    ],
)
def test_who_is_told(settings: Settings, own: str, clinics: str, expected: list[str]) -> None:
    settings.ALARM_MAIL = own
    make.make_clinic(email=clinics)
    make.make_user("root", is_superuser=True, group="Owner", email="root@example.com")
    make.make_user("olga", group="Owner", email="olga@example.com")
    make.make_user("gone", is_superuser=True, is_active=False, email="gone@example.com")
    make.make_user("desk", email="other@example.com")
    assert alarm.alarm_addresses() == expected


def test_with_nobody_to_tell_it_says_so_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("offers").addHandler(caplog.handler)
    broken()
    logging.getLogger("offers").removeHandler(caplog.handler)
    assert "has nobody to tell" in caplog.text


def test_without_an_open_offer_there_is_nothing_to_test(mailoutbox: Mails) -> None:
    make.make_offer(is_on=False)
    check = alarm.check_form()
    assert (check.ok, check.what) == (True, alarm.NO_OFFER)
    assert mailoutbox == []


def test_the_command_fails_with_one_plain_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    make.make_offer()

    def fail(*_: object) -> None:
        raise Failed(Trouble.NO_TICKET, "The page with the code is missing.")

    monkeypatch.setattr(alarm, "try_form", fail)
    with pytest.raises(CommandError, match=r"^The page with the code is missing\.$"):
        call_command("check_form")
    assert not FormCheck.objects.get().ok


def test_without_a_database_the_owner_is_told_all_the_same(
    owner: None, mailoutbox: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("offers.management.commands.check_form.check_form", away)
    with pytest.raises(CommandError, match="The database cannot be reached"):
        call_command("check_form")
    assert len(mailoutbox) == 1


def test_the_last_hundred_are_kept() -> None:
    for _ in range(103):
        FormCheck.objects.note(FormCheck.Kind.FORM)
    FormCheck.objects.note(FormCheck.Kind.SILENCE)
    assert FormCheck.objects.filter(kind=FormCheck.Kind.FORM).count() == 100
    assert FormCheck.objects.count() == 101


def test_tests_are_mailed_to_the_site_itself_where_no_owner_is_named(settings: Settings) -> None:
    make.make_clinic(email="desk@example.com")
    lead = make.make_lead(is_test=True)
    assert mail_of_tests() == settings.MAIL_FROM
    for notice in lead.notices.all():
        mail = notice.as_mail()
        assert mail.to == [settings.MAIL_FROM]
        assert str(mail.subject).startswith("Test of the form: ")
