"""A month on one page and by mail: right totals against the month before, and nothing about a person."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinic_site.models import Closure, OpeningHours
from offers import month_mail
from offers.counts import Kind
from offers.models import DailyCount, Lead, MonthMail, Notice
from offers.month import summary

from . import factories as make
from .desk_pages import read

PAGE = "/admin/offers/month/"
pytestmark = pytest.mark.django_db
MAY, JUNE = dt.date(2037, 5, 1), dt.date(2037, 6, 1)
HOUR = dt.timedelta(hours=1)


def noon(month: int, day: int) -> dt.datetime:
    return dt.datetime(2037, month, day, 16, tzinfo=dt.UTC)  # in New York, in summer


@pytest.fixture
def months() -> None:
    """Two months of 2037. May 31 is a Sunday, June 1 a holiday."""
    make.make_clinic(email="clinic@example.com")
    for weekday in range(5):
        OpeningHours.objects.create(weekday=weekday, opens=dt.time(9), closes=dt.time(17))
    Closure.objects.create(first_day=JUNE, last_day=JUNE, reason="Holiday")
    Closure.objects.create(first_day=dt.date(2037, 5, 13), last_day=dt.date(2037, 5, 13))
    make.make_offer()
    desk = make.make_user()
    for name, group in (("olga", "Owner"), ("mara", "Manager"), ("fay", "Front desk")):
        make.make_user(name, group=group, email=f"{name}@example.com")
    for slug, opened in (("sciatica", 20), ("neck", 5)):
        DailyCount.objects.add(Kind.READ, slug, 1_000, dt.date(2037, 5, 31))
        DailyCount.objects.add(Kind.OPENED, slug, opened * 10, dt.date(2037, 5, 1))
    DailyCount.objects.add(Kind.READ, "rare", 49, MAY)
    DailyCount.objects.add(Kind.READ, "neck", 700, dt.date(2037, 4, 30))
    DailyCount.objects.add(Kind.READ, "neck", 9, JUNE)
    answered_after([HOUR, 27 * HOUR, 3 * HOUR], desk)


def answered_after(spans: list[dt.timedelta], desk: Any) -> None:
    """Requests of Tuesday, May 12 at noon, the last one set aside until then; and one without an answer."""
    for number, span in enumerate([*spans, None]):
        with time_machine.travel(noon(5, 12), tick=False) as clock:
            lead = make.make_lead(name="Canary Patient", phone=f"+1212555018{number}", email="")
            if span:
                clock.shift(span)
                lead.move(Lead.Stage.CONTACTED, by=desk)
    Notice.objects.filter(lead=lead).update(status=Notice.Status.GIVEN_UP)


def test_it_counts_the_month_in_clinic_time_beside_the_month_before(months: None) -> None:
    with time_machine.travel(noon(6, 2), tick=False):
        found = summary(MAY)
    lines = {line.name: (line.now, line.before) for line in found.lines}
    assert lines["Articles read"] == ("2,049", "700")
    assert lines["Form opened"] == ("250", "0")
    assert lines["Asked for the offer"] == ("4", "0")
    assert lines["Requests of the form answered"] == ("3 of 4", "none came")
    assert lines["In the hours that the offer sets"] == ("2 of 4", "none came")
    assert lines["Half of the answers came within"] == (
        "3 clinic hours",
        "none",
    )  # 1, 3, and 5 with the closure
    assert lines["Mails that could not be delivered"] == ("1", "0")
    assert [row.name for row in (*found.best, *found.worst)] == ["sciatica", "neck"]


def test_the_page_tells_nothing_of_anybody_and_asks_as_often_for_many(months: None, client: Client) -> None:
    with time_machine.travel(noon(6, 2), tick=False):
        client.force_login(make.make_user("boss", group="Manager"))
        with CaptureQueriesContext(
            connection,
        ) as few:
            page = read(client, PAGE)
        for number in range(9):
            with time_machine.travel(noon(5, 20), tick=False):
                make.make_lead(phone=f"+1212555013{number}", email="")
                DailyCount.objects.add(Kind.READ, f"page-{number}", 100, dt.date(2037, 5, 3))
        with CaptureQueriesContext(connection) as many:
            read(client, f"{PAGE}?month=2037-05")
        assert len(many) <= len(few)
        assert "not begun" in read(client, f"{PAGE}?month=2037-07")
        assert "Choose a month" in read(client, f"{PAGE}?month=soon")
        assert "not over" in read(client, f"{PAGE}?month=2037-06")
    assert "<h1>May 2037</h1>" in page
    for personal in ("canary", "0181", "rare"):
        assert personal not in page.lower()


def test_it_is_mailed_on_the_first_clinic_day_once(months: None) -> None:
    MonthMail.objects.create(month=dt.date(2037, 4, 1))
    sent = {}
    for day in (1, 2, 3, 4, 5):
        with time_machine.travel(noon(6, day), tick=False):
            sent[day] = month_mail.send()
        if day == 3:  # the first day on which the clinic opens is moved to the fourth
            Closure.objects.create(first_day=JUNE, last_day=dt.date(2037, 6, 3), reason="Storm")
    assert sent == {1: False, 2: True, 3: False, 4: False, 5: False}
    (letter,) = mail.outbox
    assert sorted(letter.to) == ["mara@example.com", "olga@example.com"]
    assert letter.subject == "May 2037 in numbers"
    html = str(letter.alternatives[0].content)  # type: ignore[attr-defined]
    assert "Articles read: 2,049 (700)" in letter.body
    assert "http://127.0.0.1:8000/admin/offers/month/?month=2037-05" in letter.body
    assert "<b>2,049</b>" in html
    assert "canary" not in f"{letter.body} {html}".lower()


def test_a_missed_morning_is_made_up_and_a_new_site_has_nothing_to_tell(months: None) -> None:
    with time_machine.travel(noon(6, 5), tick=False):
        assert not month_mail.is_due(dt.date(2037, 6, 5))
        MonthMail.objects.create(month=dt.date(2037, 4, 1))
        assert month_mail.is_due(dt.date(2037, 6, 5))
