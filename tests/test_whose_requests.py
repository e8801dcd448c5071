"""Copy and Erase: which requests are offered, which are ticked, and why each is thought to be the person's."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from offers.merging import merge
from offers.models import Lead

from . import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client: Client) -> User:
    make.make_clinic()
    user = make.make_user(group="Owner")
    client.force_login(user)
    return user


def boxes(client: Client, lead: Lead, which: str) -> dict[int, tuple[bool, str]]:
    """For each request, whether its box is ticked and what stands behind the colon."""
    source = client.get(f"/admin/offers/lead/{lead.pk}/{which}/").content.decode()
    found = re.findall(r'(<input type="checkbox" name="requests"[^>]*>)([^<]*)</label>', source)
    return {
        int(re.findall(r'value="(\d+)"', box)[0]): ("checked" in box, label.strip().partition(": ")[2])
        for box, label in found
    }


@pytest.mark.parametrize("which", ["copy", "erase"])
def test_only_the_opened_one_is_ticked_and_the_others_say_why(
    client: Client, owner: User, which: str
) -> None:
    opened = make.make_lead(phone="+12125550111", email="a@example.com")
    phone = make.make_lead(phone="+12125550111", email="b@example.com")
    both = make.make_lead(phone="+12125550111", email="A@example.com")
    far = make.make_lead(phone="", email="b@example.com", contact_by="email")
    part = make.make_lead(phone="+12125550112", email="")
    merge(part, opened, by=owner)
    make.make_lead(phone="+12125550199", email="")
    assert boxes(client, opened, which) == {
        opened.pk: (True, ""),
        phone.pk: (False, "the same phone"),
        both.pk: (False, "the same phone, the same e-mail"),
        far.pk: (False, "tied to this one only through another request"),
        part.pk: (False, "merged"),
    }
