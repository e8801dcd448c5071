"""A form that was sent in time gets its ticket, whenever its answer was lost and it is sent again."""

import uuid
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from clinic_site.changes import PageChange
from offers.models import Lead, Offer

from . import factories as make

pytestmark = pytest.mark.django_db
ADDRESS = "/offers/new-patient/"


@pytest.fixture(autouse=True)
def site(db: None) -> None:
    make.make_clinic()
    make.make_offer(cap_total=1)


def test_the_form_that_took_the_last_place_gets_its_ticket_again(client: Client) -> None:
    given = make.payload()
    ticket = client.post(ADDRESS, given)["Location"]
    assert client.get(ADDRESS).status_code == 410
    assert client.post(ADDRESS, given)["Location"] == ticket
    assert Lead.objects.count() == 1


def test_another_form_does_not(client: Client) -> None:
    given = make.payload()
    client.post(ADDRESS, given)
    for other in (make.payload(), given | {"name": "Somebody Else"}, given | {"name": ""}):
        assert client.post(ADDRESS, other).status_code == 410
    assert Lead.objects.count() == 1


def test_so_does_one_whose_offer_was_switched_off_since(client: Client) -> None:
    given = make.payload()
    ticket = client.post(ADDRESS, given)["Location"]
    Offer.objects.update(is_on=False)
    PageChange.objects.note()
    assert client.post(ADDRESS, given)["Location"] == ticket


def test_a_press_that_overtook_another_of_the_same_form_is_no_other_claim(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both have looked for the form and the person before either is stored; then one takes the last place."""
    form_key, at_once = uuid.uuid4(), transaction.atomic
    first: list[Lead] = []

    def other_press_first(*args: Any, **options: Any) -> Any:
        monkeypatch.setattr(transaction, "atomic", at_once)
        first.append(make.make_lead(form_key=form_key))
        monkeypatch.setattr(Lead, "needs_a_place", lambda _: True)  # as PostgreSQL lets the other one read it
        return at_once(*args, **options)

    monkeypatch.setattr(transaction, "atomic", other_press_first)
    assert [make.make_lead(form_key=form_key)] == first
