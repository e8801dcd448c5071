"""There is always an owner who may sign in: the last one cannot be taken away under Users."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from . import factories as make
from .signing_in import both_factors

pytestmark = pytest.mark.django_db
REFUSED = "Make somebody else one first."


@pytest.fixture
def olga(client: Client) -> User:
    """The one owner, signed in."""
    user = make.make_user("olga", group="Owner")
    both_factors(client, user)
    return user


def save(client: Client, user: User, *groups: str, **ticks: str) -> str:
    """What the page says, with all that is not in `ticks` unticked."""
    keys = [group.pk for group in Group.objects.filter(name__in=groups)]
    typed = {"username": user.username, "first_name": "", "last_name": "", "email": "", "groups": keys}
    return client.post(f"/admin/auth/user/{user.pk}/change/", typed | ticks, follow=True).content.decode()


@pytest.mark.parametrize(
    ("groups", "ticks"),
    [
        (["Owner"], {"is_staff": "on"}),
        (["Owner"], {"is_active": "on"}),
        (["Front desk"], {"is_active": "on", "is_staff": "on"}),
    ],
)
def test_the_last_owner_stays_one(
    client: Client, olga: User, groups: list[str], ticks: dict[str, str]
) -> None:
    make.make_user("rosa", group="Front desk")
    make.make_user("gone", group="Owner", is_active=False)
    make.make_user("away", group="Owner", is_staff=False)
    assert REFUSED in save(client, olga, *groups, **ticks)
    olga.refresh_from_db()
    assert (olga.is_active, olga.is_staff) == (True, True)
    assert olga.groups.get().name == "Owner"


def test_one_of_two_may_go(client: Client, olga: User) -> None:
    rosa = make.make_user("rosa", group="Owner")
    assert REFUSED not in save(client, rosa, "Owner", is_staff="on")
    rosa.refresh_from_db()
    assert not rosa.is_active
    assert REFUSED in save(client, olga, "Owner", is_staff="on")


def test_who_may_do_everything_is_an_owner(client: Client, olga: User) -> None:
    root = make.make_user("root", is_superuser=True)
    assert REFUSED not in save(client, olga, "Front desk", is_active="on", is_staff="on")
    both_factors(client, root)
    on = {"is_active": "on", "is_staff": "on"}
    assert REFUSED in save(client, root, **on)
    assert REFUSED not in save(client, root, **on, is_superuser="on")
