"""The one-time link: how the owner gets in the first time, and again after losing a password."""

import datetime as dt
import re

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from clinic_site.models import SignInLink

from . import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> User:
    return make.make_user("owner", group="Owner", first_name="Ada")


@pytest.fixture
def url(owner: User) -> str:
    return f"/admin/sign-in/{SignInLink.objects.issue(owner)}/"


def signed_in(client: Client) -> bool:
    """With the first factor, which the link stands for: the next page sets up the second."""
    return client.get("/admin/")["Location"] == "/admin/second-factor/?next=/admin/"


def test_it_works(client: Client, url: str) -> None:
    response = client.post(url)
    assert response.status_code == 302
    assert response["Location"] == "/admin/"
    assert signed_in(client)


def test_opening_it_shows_a_button_and_uses_nothing_up(client: Client, url: str) -> None:
    for _ in range(3):
        page = client.get(url)
        assert page.status_code == 200
        assert "Welcome, Ada" in page.content.decode()
        assert not signed_in(client)
    client.post(url)
    assert signed_in(client)


def test_it_works_once(client: Client, url: str) -> None:
    client.post(url)
    again = Client()
    assert again.post(url).status_code == 410
    assert not signed_in(again)
    assert "This link is over" in again.get(url).content.decode()


def test_it_is_over_after_15_minutes(client: Client, owner: User) -> None:
    start = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
    with time_machine.travel(start, tick=False):
        url = f"/admin/sign-in/{SignInLink.objects.issue(owner)}/"
    with time_machine.travel(start + dt.timedelta(minutes=14, seconds=59), tick=False):
        assert client.get(url).status_code == 200
    with time_machine.travel(start + dt.timedelta(minutes=15), tick=False):
        assert client.get(url).status_code == 410
        assert client.post(url).status_code == 410
        assert not signed_in(client)


def test_a_new_link_ends_the_one_before(client: Client, owner: User, url: str) -> None:
    SignInLink.objects.issue(owner)
    assert client.post(url).status_code == 410


def test_it_lets_nobody_in_who_has_left(client: Client, owner: User, url: str) -> None:
    owner.is_active = False
    owner.save()
    assert client.post(url).status_code == 410


def test_a_made_up_link_is_over_and_never_kept(client: Client) -> None:
    response = client.get("/admin/sign-in/made-up/")
    assert response.status_code == 410
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"


def test_it_is_pressed_on_the_page_and_nowhere_else(url: str) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(url).status_code == 403
    assert not signed_in(client)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(url).content.decode())
    assert token
    assert client.post(url, {"csrfmiddlewaretoken": token[1]}).status_code == 302


def test_the_database_does_not_hold_the_token(owner: User) -> None:
    token = SignInLink.objects.issue(owner)
    assert token not in str(list(SignInLink.objects.values()))


def test_the_command_prints_it(client: Client, owner: User, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("sign_in_link", "owner")
    url = re.search(r"/admin/sign-in/\S+/", capsys.readouterr().out)
    assert url
    client.post(url[0])
    assert signed_in(client)


def test_the_command_says_who_there_is(owner: User) -> None:
    with pytest.raises(CommandError, match=r"There are: owner\."):
        call_command("sign_in_link", "oner")
