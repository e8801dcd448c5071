"""/.well-known/security.txt says where to report a hole, as RFC 9116 wants it."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from . import factories as make

pytestmark = pytest.mark.django_db
URL = "/.well-known/security.txt"


@pytest.fixture
def public(settings: Settings) -> None:
    settings.SITE_ORIGIN, settings.IS_SECURE = "https://www.example.com", True


def fields(client: Client) -> list[tuple[str, str]]:
    response = client.get(URL)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    text = response.content.decode()
    assert text.endswith("\n")
    return [(name, value) for name, _, value in (line.partition(": ") for line in text.splitlines())]


def test_it_works(client: Client, public: None) -> None:
    make.make_clinic(email="desk@example.com")
    found = fields(client)
    assert [value for name, value in found if name == "Contact"] == [
        "mailto:desk@example.com",
        "https://www.example.com/contact/",
    ]
    assert [value for name, value in found if name == "Canonical"] == [f"https://www.example.com{URL}"]
    assert [name for name, _ in found].count("Expires") == 1


@pytest.mark.parametrize("day", [dt.date(2026, 11, 22), dt.date(2028, 2, 29)])
def test_it_is_always_good_for_months_and_for_less_than_a_year(
    client: Client, public: None, day: dt.date
) -> None:
    with time_machine.travel(dt.datetime.combine(day, dt.time(3), dt.UTC), tick=False):
        make.make_clinic()
        expires = dt.datetime.fromisoformat(dict(fields(client))["Expires"])
        assert dt.timedelta(days=90) < expires - timezone.now() < dt.timedelta(days=365)


def test_without_a_mail_address_the_contact_page_stands_for_it(client: Client, public: None) -> None:
    make.make_clinic(email="")
    assert dict(fields(client))["Contact"] == "https://www.example.com/contact/"


def test_without_tls_no_web_address_is_given(client: Client) -> None:
    """The RFC forbids http:// there."""
    make.make_clinic(email="desk@example.com")
    assert [name for name, _ in fields(client)] == ["Contact", "Expires", "Preferred-Languages"]


@pytest.mark.parametrize("is_there", [False, True])
def test_while_nobody_can_be_told_there_is_none(client: Client, public: None, is_there: bool) -> None:
    if is_there:
        make.make_clinic(email="", phone="")
    assert client.get(URL).status_code == 404
