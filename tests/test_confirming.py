"""Leads are taken out and erased, rights given and phones replaced only by who has just shown both factors."""

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.test import Client

from clinic_site import staff_session
from offers.export_log import ExportLog
from offers.models import Lead

from . import factories as make
from .signing_in import KEY, code_of, phone_of, show_the_second, write

pytestmark = pytest.mark.django_db
PASSWORD = "eleven grey needles"
EXPORT = "/admin/offers/lead/export/"
CHOICE = {"first": "2037-03-01", "last": "2037-03-31"}


@pytest.fixture
def rosa(client: Client) -> User:
    """Signed in with both factors, but not within the last ten minutes."""
    make.make_clinic()
    user = make.make_user("rosa", group="Owner", password=PASSWORD)
    client.force_login(user)
    write(client, {staff_session.CONFIRMED: 0})
    return user


def answer(**fields: str) -> dict[str, str]:
    return {"confirm-password": PASSWORD, "confirm-code": code_of(KEY)} | fields


def test_an_export_is_held_and_then_done_with_what_was_chosen(client: Client, rosa: User) -> None:
    assert client.get(EXPORT).status_code == 200
    page = client.post(EXPORT, CHOICE).content.decode()
    assert "Is it you?" in page
    assert 'name="first" value="2037-03-01"' in page
    assert not ExportLog.objects.exists()
    response = client.post(EXPORT, CHOICE | answer())
    assert response["Content-Type"].startswith("text/csv")
    assert "2037" in ExportLog.objects.get().what
    assert client.post(EXPORT, CHOICE)["Content-Type"].startswith("text/csv")  # for ten minutes


@pytest.mark.parametrize(
    ("spoiled", "words"),
    [
        ({"confirm-password": "something else"}, "not your password"),
        ({"confirm-password": ""}, "Type your password"),
        ({"confirm-code": "000000"}, "That code is wrong"),
        ({"confirm-code": ""}, "Type the code"),
    ],
)
def test_one_factor_is_not_enough(client: Client, rosa: User, spoiled: dict[str, str], words: str) -> None:
    page = client.post(EXPORT, CHOICE | answer(**spoiled)).content.decode()
    assert words in page
    assert PASSWORD not in page
    assert 'name="last" value="2037-03-31"' in page
    assert not ExportLog.objects.exists()
    assert client.post(EXPORT, CHOICE | answer())["Content-Type"].startswith("text/csv")


def test_a_wrong_password_uses_up_no_code(client: Client, rosa: User) -> None:
    client.post(EXPORT, CHOICE | answer(**{"confirm-password": "something else"}))
    assert phone_of(rosa).last_step == -1


def test_it_holds_for_ten_minutes(client: Client) -> None:
    with time_machine.travel("2037-03-04T12:00:00Z", tick=False) as clock:
        user = make.make_user("rosa", group="Owner", password=PASSWORD)
        client.force_login(user)
        write(client, {staff_session.CONFIRMED: 0})
        client.post(EXPORT, CHOICE | answer())
        clock.shift(9 * 60 + 59)
        assert client.post(EXPORT, CHOICE)["Content-Type"].startswith("text/csv")
        clock.shift(1)
        assert "Is it you?" in client.post(EXPORT, CHOICE).content.decode()


def test_an_erasure_is_held(client: Client, rosa: User) -> None:
    make.make_offer()
    lead = make.make_lead()
    fields = {"requests": [lead.pk], "sure": "on"}
    assert "Is it you?" in client.post(f"/admin/offers/lead/{lead.pk}/erase/", fields).content.decode()
    lead.refresh_from_db()
    assert lead.erased_at is None
    client.post(f"/admin/offers/lead/{lead.pk}/erase/", fields | answer())
    assert Lead.objects.get().erased_at


def test_rights_are_held(client: Client, rosa: User) -> None:
    other = make.make_user("other")
    owners = Group.objects.get(name="Owner")
    fields = {"username": "other", "is_active": "on", "is_staff": "on", "groups": [owners.pk]}
    for address, more in {
        f"/admin/auth/user/{other.pk}/change/": fields,
        f"/admin/auth/user/{other.pk}/password/": {"password1": "x", "password2": "x"},
        f"/admin/auth/user/{other.pk}/delete/": {"post": "yes"},
        "/admin/auth/user/add/": {"username": "third", "usable_password": "false"},
    }.items():
        assert "Is it you?" in client.post(address, more).content.decode(), address
    assert User.objects.count() == 2
    assert not other.groups.exists()
    client.post(f"/admin/auth/user/{other.pk}/change/", fields | answer())
    assert list(other.groups.all()) == [owners]


def test_the_second_factor_is_held(client: Client, rosa: User) -> None:
    for name in ("phone", "recovery-codes", "remove"):
        page = client.post(f"/admin/second-factor/{name}/").content.decode()
        assert "Is it you?" in page, name
    assert phone_of(rosa).key == KEY


def test_who_has_no_password_shows_the_phone(client: Client) -> None:
    user = make.make_user("rosa", group="Owner")
    client.force_login(user)
    show_the_second(client, user)
    write(client, {staff_session.CONFIRMED: 0})
    assert "confirm-password" not in client.post(EXPORT, CHOICE).content.decode()
    response = client.post(EXPORT, CHOICE | {"confirm-code": code_of(KEY)})
    assert response["Content-Type"].startswith("text/csv")
