"""Days and numbers that cannot be meant are refused in a sentence, and nothing fails."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from offers.models import Lead, Notice

from . import factories as make
from .test_offer_admin import filled

pytestmark = pytest.mark.django_db
LEADS = "/admin/offers/lead/"
FAR = "Choose a day between the years 2000 and 2100."
LONG = "9" * 23
NOW = dt.datetime(2037, 11, 22, 17, 5, tzinfo=dt.UTC)


@pytest.fixture
def owner(client: Client) -> User:
    make.make_clinic()
    user = make.make_user("owner", group="Owner")
    client.force_login(user)
    return user


def said(client: Client, url: str, **fields: Any) -> str:
    return client.post(url, fields, follow=True).content.decode()


@pytest.mark.parametrize(("first", "last"), [("2026-01-01", "9999-12-31"), ("0001-01-01", "2026-01-01")])
def test_days_of_an_offer_and_of_an_export(client: Client, owner: User, first: str, last: str) -> None:
    offer = make.make_offer()
    page = said(client, f"/admin/offers/offer/{offer.pk}/change/", **filled(starts_on=first, ends_on=last))
    assert FAR in page
    offer.refresh_from_db()
    assert (offer.starts_on, offer.ends_on) == (None, None)
    assert FAR in said(client, f"{LEADS}export/", first=first, last=last)


@pytest.mark.parametrize("number", [LONG, "-1", "x", "１" * 30])
def test_rows_that_no_table_has(client: Client, owner: User, number: str) -> None:
    lead = make.make_lead()
    assert "One of them is not set aside any more." in said(client, f"{LEADS}release/", lead=number)
    assert "Select a valid choice" in said(client, f"{LEADS}{lead.pk}/erase/", requests=number)
    assert "Select a valid choice" in said(client, f"{LEADS}{lead.pk}/copy/", requests=number, how="page")
    action = {"action": "send_again", "_selected_action": number, "index": 0}
    assert "Choose mails from the list." in said(client, "/admin/offers/notice/", **action)
    assert not Lead.objects.filter(erased_at__isnull=False).exists()


def test_mails_of_the_list_are_still_sent_again(client: Client, owner: User) -> None:
    lead = make.make_lead()
    Notice.objects.update(status="sent", sent_at=NOW)
    mail = lead.notices.get(kind="clinic_new_lead")
    page = said(client, "/admin/offers/notice/", action="send_again", _selected_action=mail.pk, index=0)
    assert "1 mail is queued to be sent again." in page


def test_a_next_contact_is_at_most_two_years_ahead_and_says_its_year(client: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        make.make_clinic()
        client.force_login(make.make_user(group="Front desk"))
        url = f"{LEADS}{make.make_lead().pk}/next-contact/"
        for day in ("9999-12-31", "2039-11-23"):
            assert "Choose a day within the next two years." in said(client, url, day=day)
        assert "Next contact: Monday, November 21, 2039." in said(client, url, day="2039-11-21")
        assert "Next contact: Thursday, December 31." in said(client, url, day="2037-12-31")
