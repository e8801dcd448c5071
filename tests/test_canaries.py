"""Marked values go through the real stack, with errors on the way, and are found where they may be and nowhere else.

Invariant 7: personal data is in no URL, log line, cache key, mail subject, staff notice or dump of the database.
"""

import logging
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import EmailMessage
from django.db import OperationalError, connection
from django.test import Client
from django.utils.log import AdminEmailHandler
from pytest_django import Settings

from clinic_site import facts, page_cache
from offers.models import Lead, Notice

from . import factories as make

pytestmark = pytest.mark.django_db
URL = "/offers/new-patient/"
MARKED = {
    "name": "Canarina Zyxwvut",
    "phone": "(212) 555-0147",
    "email": "canary-mail@example.com",
    "note": "canary-note: after five",
    "region": "canary-region",
    "text_consent": "on",
}
# As they are written, and as what is made of them is.
CANARIES = (
    *("canarina", "zyxwvut", "555-0147", "5550147", "555 0147", "canary-mail", "canary-note", "canary-staff"),
    *("canary-wrong", "canary-fault"),
)
# Slugs of the site's own, which tell something only beside a person; totals by day are beside nobody.
BESIDE_A_PERSON = ("canary-region", "canary-article", "canary-campaign")
TABLES_ABOUT_NOBODY = ("blog_", "clinic_site_", "offers_dailycount")


class Records(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{self.format(record)} {record.args!r} {record.__dict__!r}")


@contextmanager
def everything_logged() -> Iterator[Records]:
    """All loggers, those of Django and of the database too, down to DEBUG."""
    records, names = Records(), [None, *logging.root.manager.loggerDict]
    loggers = [logging.getLogger(name) for name in names if not str(name).startswith(("faker", "PIL"))]
    before = [(logger, logger.level, logger.disabled) for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
        logger.disabled = False
        logger.addHandler(records)
    connection.force_debug_cursor = True
    try:
        yield records
    finally:
        connection.force_debug_cursor = False
        for logger, level, disabled in before:
            logger.removeHandler(records)
            logger.setLevel(level)
            logger.disabled = disabled


@contextmanager
def errors_mailed() -> Iterator[None]:
    """As somebody might switch it on one day, with the pages full of values too."""
    handler = AdminEmailHandler(include_html=True)
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    yield
    logger.removeHandler(handler)


class Walk:
    """A patient and the desk, and all that goes wrong; what came back is kept."""

    def __init__(self) -> None:
        self.responses: list[Any] = []
        self.patient, self.desk = Client(raise_request_exception=False), Client(raise_request_exception=False)

    def post(self, client: Client, url: str, **fields: Any) -> Any:
        self.responses.append(client.post(url, fields))
        return self.responses[-1]

    def get(self, client: Client, url: str, **fields: Any) -> Any:
        self.responses.append(
            client.get(url, fields, headers={"referer": "http://testserver/blog/canary-article/"})
        )
        return self.responses[-1]

    def as_it_should_be(self) -> Lead:
        self.get(self.patient, URL)
        ticket = self.post(self.patient, URL, **make.payload(**MARKED))
        assert ticket.status_code == 302
        assert "Canarina" in self.get(self.patient, ticket["Location"]).content.decode()
        lead = Lead.objects.get()
        self.desk.force_login(make.make_user("desk", group="Owner"))
        base = f"/admin/offers/lead/{lead.pk}/"
        for page in (
            "/admin/",
            "/admin/offers/lead/",
            f"{base}change/",
            f"{base}history/",
            "/admin/offers/notice/",
        ):
            assert self.get(self.desk, page).status_code == 200, page
        self.post(self.desk, f"{base}note/", text="canary-staff: call back")
        self.post(self.desk, f"{base}move/", stage="contacted")
        self.post(self.desk, f"{base}redeem/")
        return lead

    def with_slips(self) -> None:
        wrong = {"name": "canary-wrong\x07", "phone": "canary-wrong", "region": "canary-wrong"}
        assert self.post(self.patient, URL, **make.payload(**MARKED | wrong)).status_code == 200
        stale = Client(enforce_csrf_checks=True)
        page = self.post(stale, URL, **make.payload(**MARKED), csrfmiddlewaretoken="stale")
        assert "Canarina" in page.content.decode()
        assert self.post(self.desk, "/admin/offers/lead/1/note/", text="canary-staff" * 900).status_code in {
            302,
            404,
        }

    def with_the_database_away(self) -> None:
        facts.current()
        away = OperationalError("could not connect")
        with patch("django.db.backends.utils.CursorWrapper.execute", side_effect=away):
            assert self.post(self.patient, URL, **make.payload(**MARKED, form_key="")).status_code == 503

    def with_a_fault_in_the_code(self) -> None:
        def faulty(*_: object, **given: object) -> None:
            about = {"told": "canary-fault", **given}
            raise KeyError(about.keys())

        with patch("offers.views.Lead.objects.claim", faulty):
            assert self.post(self.patient, URL, **make.payload(**MARKED)).status_code == 500

    def with_mail_refused(self) -> None:
        make.make_lead(**{**TOLD, "phone": "", "email": "other-canary-mail@example.com"})
        refusal = smtplib.SMTPRecipientsRefused({"canary-mail@example.com": (550, b"no canary-mail here")})
        with patch.object(EmailMultiAlternatives, "send", side_effect=refusal):
            assert Notice.objects.send_due() == 0
        Notice.objects.update(status=Notice.Status.QUEUED, not_before="2020-01-01T00:00Z")
        assert Notice.objects.send_due() > 0


TOLD = {
    "name": MARKED["name"],
    "note": MARKED["note"],
    "region": MARKED["region"],
    "contact_by": "email",
    "trail": {"article": "canary-article", "first_article": "canary-article", "campaign": "canary-campaign"},
}


def found_in(text: str, *, about_a_person: bool = True) -> list[str]:
    wanted = CANARIES + (BESIDE_A_PERSON if about_a_person else ())
    return [canary for canary in wanted if canary in text.lower()]


def around(text: str) -> str:
    """Where the first one stands, for whoever has to mend it."""
    place = text.lower().index(next(iter(found_in(text)), ""))
    return text[max(0, place - 300) : place + 100]


def dump() -> Iterator[tuple[str, str]]:
    """Table and content of every row, as whoever takes the database has them."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  (no outsider's name)
            yield from ((table, repr(row)) for row in cursor.fetchall())
    for session in Session.objects.all():
        yield "a session, opened", repr(session.get_decoded())
    if connection.vendor == "sqlite":
        yield from (
            (line.split('"')[1], line)
            for line in connection.connection.iterdump()
            if line.startswith("INSERT")
        )


@pytest.fixture
def walked(settings: Settings, mailoutbox: list[EmailMessage]) -> tuple[Walk, Records]:
    settings.ADMINS = ["technician@example.com"]
    make.make_clinic(email="desk@example.com")
    make.make_offer()
    make.make_region(slug="canary-region")
    walk = Walk()
    with everything_logged() as records, errors_mailed():
        walk.as_it_should_be()
        walk.with_slips()
        walk.with_the_database_away()
        walk.with_a_fault_in_the_code()
        walk.with_mail_refused()
    return walk, records


def test_no_canary_gets_out(walked: tuple[Walk, Records], mailoutbox: list[EmailMessage]) -> None:
    walk, records = walked

    assert len(records.lines) > 200
    assert any("INSERT INTO" in line and "offers_lead" in line for line in records.lines)
    assert any("Internal Server Error" in line for line in records.lines)
    for line in records.lines:  # SQL is logged with DEBUG alone, which no public site starts with
        is_total = "offers_dailycount" in line
        assert not found_in(line, about_a_person=not is_total), around(line)

    for response in walk.responses:
        request = response.wsgi_request
        assert not found_in(f"{request.get_full_path()} {response.get('Location', '')}")
        assert not found_in(str(response.cookies))

    keys = [*page_cache._pages, *getattr(cache, "_cache", {})]
    assert not found_in(repr(keys))

    about_errors = [mail for mail in mailoutbox if "technician@example.com" in mail.to]
    to_staff = [mail for mail in mailoutbox if "desk@example.com" in mail.to]
    to_patients = [mail for mail in mailoutbox if mail not in about_errors + to_staff]
    assert about_errors
    assert to_staff
    assert to_patients
    assert any("name" in mail.message().as_string() for mail in about_errors)  # which fields there were
    for mail in about_errors + to_staff:
        whole = mail.message().as_bytes().decode() + str(mail.body) + str(getattr(mail, "alternatives", ""))
        assert not found_in(whole), mail.subject
    for mail in to_patients:
        assert not found_in(str(mail.subject))
        assert not found_in(str(mail.body), about_a_person=True) or found_in(str(mail.body)) == [
            "canarina",
            "zyxwvut",
        ]

    rows = list(dump())
    assert {"offers_lead", "offers_leadevent", "offers_leadkey"} <= {table for table, _ in rows}
    for table, row in rows:
        about_a_person = not table.startswith(TABLES_ABOUT_NOBODY)
        assert not found_in(row, about_a_person=about_a_person), (table, row)


def test_the_canaries_are_there_for_who_may_read_them(walked: tuple[Walk, Records]) -> None:
    """Or the test above would find nothing for another reason."""
    first, second = Lead.objects.order_by("pk")
    assert (first.name, first.phone, first.email) == (
        "Canarina Zyxwvut",
        "+12125550147",
        "canary-mail@example.com",
    )
    assert (first.note, first.region) == (MARKED["note"], "canary-region")
    assert (second.article, second.campaign) == ("canary-article", "canary-campaign")
    assert "canary-staff: call back" in [event.text for event in first.events.all()]
    assert first.stage == Lead.Stage.REDEEMED
