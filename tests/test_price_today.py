"""What would I pay today: one line wherever the offer stands, and no line when the fee is not known."""

from decimal import Decimal

import pytest
from django.test import Client

from . import factories as make

ARTICLE = "/blog/dry-needling-for-sciatica/"
PLACES = ("/", "/prices/", ARTICLE, "/offers/new-patient/")
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def site(module_rows: None) -> None:
    make.make_clinic()
    make.make_edition()


def test_it_stands_wherever_the_offer_stands_and_after_the_emergency_advice(client: Client) -> None:
    make.make_offer(regular_fee=make.make_fee(), extra_charges="Cupping costs more.")
    line = "Regular fee $180, minus $100: you pay $80, plus possible extras, named below."
    for address in PLACES:
        page = client.get(address).content.decode()
        assert page.count(line) == 1, address
        assert page.index(line) < page.index("Cupping costs more."), address
    page = client.get(ARTICLE).content.decode()
    assert page.index("care--emergency") < page.index(line)


def test_no_extras_are_hinted_at_when_there_are_none(client: Client) -> None:
    make.make_offer(regular_fee=make.make_fee(amount=Decimal("150.50")), extra_charges="None.")
    assert "minus $100: you pay $50.50.<" in client.get("/prices/").content.decode()


def test_a_changed_fee_changes_the_line(client: Client) -> None:
    fee = make.make_fee()
    make.make_offer(regular_fee=fee)
    assert "you pay $80." in client.get("/prices/").content.decode()
    fee.amount = Decimal(200)
    fee.save()
    assert "you pay $100." in client.get("/prices/").content.decode()


@pytest.mark.parametrize("amount", [None, Decimal(90)])
def test_without_a_fee_that_fits_nothing_is_said(client: Client, amount: Decimal | None) -> None:
    make.make_offer(regular_fee=make.make_fee(amount=amount) if amount else None)
    for address in PLACES:
        assert "you pay" not in client.get(address).content.decode(), address
