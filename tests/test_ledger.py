"""What became of an offer's codes, on the offer's own page."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.test import Client

from clinic_site.groups import OWNER
from offers.ledger import ledger_of
from offers.models import Offer

from . import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Any:
    with time_machine.travel("2026-11-23T17:00:00Z", tick=False) as clock:
        make.make_clinic()
        yield clock


@pytest.fixture
def offer(clock: Any) -> Offer:
    """With one code of every kind, and two that are waiting."""
    offer = make.make_offer(ends_on=dt.date(2026, 11, 30))
    desk = make.make_user()
    leads = [make.make_lead(offer=offer, email=f"pat{number}@example.com", phone="") for number in range(7)]
    leads[0].redeem(by=desk)
    leads[1].redeem(by=desk)
    leads[2].void(by=desk, reason="Sent to the wrong person.")
    leads[3].move("lost", by=desk, reason="cost")
    leads[4].move("set_aside", by=desk)
    make.make_lead(offer=offer, email="alarm@example.com", phone="", is_test=True)
    other = make.make_offer(slug="other", is_on=False)
    make.make_lead(offer=other, email="other@example.com", phone="")
    return offer


def test_every_code_is_in_one_place(offer: Offer) -> None:
    ledger = ledger_of(offer)
    assert (ledger.issued, ledger.redeemed, ledger.void, ledger.lost, ledger.waiting) == (6, 2, 1, 1, 2)
    assert ledger.given == "$200"
    assert not ledger.is_over


def test_a_code_that_was_taken_back_and_lost_is_counted_once(offer: Offer) -> None:
    lead = offer.leads.exclude(voided_at=None).get()
    lead.move("lost", by=make.make_user("other"), reason="other")
    ledger = ledger_of(offer)
    assert (ledger.void, ledger.lost, ledger.waiting) == (1, 1, 2)


def test_an_offer_nobody_asked_for_has_given_nothing(clock: Any) -> None:
    ledger = ledger_of(make.make_offer())
    assert (ledger.issued, ledger.waiting, ledger.given) == (0, 0, "$0")


def shown(client: Client, offer: Offer) -> dict[str, str]:
    page = client.get(f"/admin/offers/offer/{offer.pk}/change/").content.decode()
    return dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page))


def test_the_offers_page_shows_it(client: Client, clock: Any, offer: Offer) -> None:
    client.force_login(make.make_user("owner", group=OWNER))
    assert shown(client, offer) == {
        "Issued": "6",
        "Used": "2",
        "Lost": "1",
        "Taken back": "1",
        "Still open": "2",
        "Given in discounts": "$200",
    }
    clock.shift(dt.timedelta(days=8 + offer.grace_days))
    client.force_login(make.make_user("later", group=OWNER))
    assert shown(client, offer)["Ended unused"] == "2"


def test_a_new_offer_has_none(client: Client, clock: Any) -> None:
    client.force_login(make.make_user("owner", group=OWNER))
    assert shown(client, make.make_offer()) == {}
