"""The offer's days are the clinic's, and every mention of it comes and goes with its row. Invariants 6 and 8."""

import datetime as dt
import re
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client

from clinic_site.models import Clinic, Fee, Page
from offers.models import Offer

from . import factories as make

NEW_YORK = ZoneInfo("America/New_York")
PLACES = (
    "/",
    "/blog/dry-needling-for-sciatica/",
    "/prices/",
    "/contact/",
    "/blog/",
    "/about/",
    "/team/ada-example/",
)
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def site(module_rows: None) -> None:
    make.make_clinic()
    make.make_edition()
    Page.objects.create(slug="about", title="About")


def places_with(client: Client, words: str) -> list[str]:
    return [place for place in PLACES if words in client.get(place).content.decode()]


@pytest.mark.parametrize("last_day", [dt.date(2026, 12, 31), dt.date(2026, 11, 1), dt.date(2027, 3, 14)])
def test_it_ends_at_the_clinics_midnight_summer_time_or_not(client: Client, last_day: dt.date) -> None:
    """1 November 2026 is 25 hours long in New York, 14 March 2027 only 23."""
    with time_machine.travel(dt.datetime.combine(last_day, dt.time(12), NEW_YORK), tick=False):
        make.make_offer(ends_on=last_day)
    midnight = dt.datetime.combine(last_day + dt.timedelta(days=1), dt.time(), NEW_YORK)
    with time_machine.travel(midnight - dt.timedelta(seconds=1), tick=False):
        assert client.get("/offers/new-patient/").status_code == 200
        assert "$100" in client.get("/").content.decode()
    with time_machine.travel(midnight, tick=False):
        assert client.get("/offers/new-patient/").status_code == 410
        assert client.post("/offers/new-patient/", make.payload()).status_code == 410
        assert places_with(client, "$100") == []
        assert places_with(client, "/offers/") == []


def test_it_starts_at_the_clinics_midnight(client: Client) -> None:
    first_day = dt.date(2026, 12, 1)
    midnight = dt.datetime.combine(first_day, dt.time(), NEW_YORK)
    with time_machine.travel(midnight - dt.timedelta(days=1), tick=False):
        make.make_offer(starts_on=first_day)
    with time_machine.travel(midnight - dt.timedelta(seconds=1), tick=False):
        assert places_with(client, "$100") == []
    with time_machine.travel(midnight, tick=False):
        assert places_with(client, "$100")


def test_every_mention_is_printed_from_the_row(client: Client) -> None:
    offer = make.make_offer()
    before = places_with(client, "$100")
    assert set(before) >= {"/", "/blog/dry-needling-for-sciatica/"}
    offer.amount = Decimal("87.50")
    offer.save()
    assert places_with(client, "$87.50") == before
    assert places_with(client, "$100") == []


def test_the_phone_number_is_printed_from_the_row(client: Client) -> None:
    make.make_offer()
    before = places_with(client, "(212) 555-0100")
    assert set(before) == set(PLACES)
    clinic = Clinic.objects.get()
    clinic.phone = "+12125550199"
    clinic.save()
    assert places_with(client, "(212) 555-0199") == before
    assert places_with(client, "555-0100") == []
    assert places_with(client, "+12125550100") == []


def test_no_other_number_and_no_other_amount_is_printed_anywhere(client: Client) -> None:
    make.make_offer()
    for place in (*PLACES, "/offers/new-patient/", make.make_lead().get_absolute_url(), "/nowhere/"):
        page = client.get(place).content.decode()
        assert set(re.findall(r"\(\d{3}\) \d{3}-\d{4}", page)) <= {"(212) 555-0100", "(212) 555-0101"}, place
        assert set(re.findall(r'href="(?:tel|sms):([^"]+)"', page)) <= {"+1-212-555-0100", "+12125550101"}, (
            place
        )
        assert set(re.findall(r"\$\d[\d,.]*\d", page)) <= {"$100"}, place


def test_without_an_offer_every_page_reads_well(client: Client) -> None:
    for place in PLACES:
        page = client.get(place)
        assert page.status_code == 200
        assert "off your" not in page.content.decode()
    assert client.get("/offers/").status_code == 200


def test_it_cannot_be_switched_on_with_gaps() -> None:
    offer = Offer(slug="x", title="X", is_on=True, amount=Decimal(50), service="first visit")
    with pytest.raises(ValidationError) as refused:
        offer.full_clean()
    gaps = {"regular_fee", "eligibility", "extra_charges", "terms", "starts_on", "ends_on"}
    assert set(refused.value.message_dict) == gaps
    fee = Fee.objects.create(name="First visit", amount=Decimal(40))
    offer.regular_fee, offer.eligibility, offer.extra_charges, offer.terms = fee, "New.", "None", "<p>x</p>"
    offer.starts_on, offer.ends_on = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
    with pytest.raises(ValidationError, match="more than the regular fee"):
        offer.full_clean()
    offer.amount = Decimal(30)
    offer.full_clean()


def test_one_offer_runs_at_a_time() -> None:
    make.make_offer()
    with pytest.raises(IntegrityError):
        make.make_offer(slug="second")
