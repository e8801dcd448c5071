"""Nothing is written down about a lead that was erased: a page that was open before has all its buttons still."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from offers.consents import Consent, DoNotContact
from offers.forget import erase
from offers.models import Lead, TwoPeople

from . import factories as make

pytestmark = pytest.mark.django_db
REFUSAL = "This request was erased. Nothing more can be done with it."


@pytest.fixture
def desk(client: Client) -> User:
    make.make_clinic()
    user = make.make_user(group="Front desk")
    client.force_login(user)
    return user


def said(client: Client, lead: Lead, what: str, **fields: object) -> str:
    return client.post(f"/admin/offers/lead/{lead.pk}/{what}/", fields, follow=True).content.decode()


def test_no_note_no_stop_and_no_pair(client: Client, desk: User) -> None:
    lead, other = make.make_lead(), make.make_lead(name="Lee Sample")
    erase(lead, by=desk, why="They asked.")
    lines = lead.events.count()
    assert REFUSAL in said(client, lead, "note", text="Ann has sciatica")
    assert REFUSAL in said(client, lead, "stop", scope="everything")
    assert REFUSAL in said(client, lead, "stop", words="please stop", reply="1")
    for one, two in ((lead, other), (other, lead)):
        assert REFUSAL in said(client, one, "two-people", other=two.pk)
    assert lead.events.count() == lines
    assert not Consent.objects.exists()
    assert not DoNotContact.objects.exists()
    assert not TwoPeople.objects.exists()


def test_a_stop_that_is_about_no_address_of_theirs_says_so(client: Client, desk: User) -> None:
    lead = make.make_lead(phone="", contact_by="email")
    assert "Nothing was recorded: they gave no phone number." in said(client, lead, "stop", scope="texts")
    assert not lead.events.filter(kind="consent").exists()
    assert "Recorded." in said(client, lead, "stop", scope="everything")
    called = make.make_lead(email="")
    assert "they gave no e-mail address" in said(client, called, "stop", scope="news")
