"""How many may claim an offer, in all and in a day."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection
from django.test import Client

from offers.merging import merge, unmerge
from offers.models import Lead, OfferFull, live_offer

from . import factories as make
from .conftest import own_memory

pytestmark = pytest.mark.django_db
URL = "/offers/new-patient/"
NOON = dt.datetime(2026, 11, 22, 17, 0, tzinfo=dt.UTC)  # 12:00 in New York
LATE = dt.datetime(2026, 11, 23, 4, 59, tzinfo=dt.UTC)  # 23:59


@pytest.fixture(autouse=True)
def site(db: None) -> None:
    make.make_clinic()


def claim(number: int, **fields: object) -> Lead:
    return make.make_lead(**{"phone": f"+1212555{100 + number:04d}", "email": "", **fields})


def test_the_last_place_ends_the_offer_everywhere(client: Client) -> None:
    make.make_offer(cap_total=2)
    claim(1)
    assert live_offer()
    claim(2)
    assert live_offer() is None
    with pytest.raises(OfferFull):
        claim(3)
    assert Lead.objects.count() == 2


def test_who_presses_too_late_is_given_back_what_they_typed(client: Client) -> None:
    """Even within the second in which the site still believes that there is a place."""
    offer = make.make_offer(cap_total=1)
    with own_memory(checked_every=60):
        assert live_offer()
        claim(1)
        assert live_offer()
        response = client.post(URL, make.payload(phone="(212) 555-0150"))
    assert response.status_code == 410
    assert "(212) 555-0150" in response.content.decode()
    assert offer.leads.count() == 1


def test_a_day_is_the_clinics_and_opens_again_at_its_midnight() -> None:
    with time_machine.travel(LATE, tick=False) as clock:
        make.make_offer(cap_day=1)
        claim(1)
        assert live_offer() is None
        clock.shift(dt.timedelta(minutes=1))
        assert live_offer()
        claim(2)
        assert live_offer() is None


@pytest.mark.parametrize("phone", [1, 2])
def test_the_last_place_tells_nobody_whether_a_number_has_asked_before(phone: int) -> None:
    make.make_offer(cap_total=2)
    claim(1)
    claim(phone, name="Whoever types it")
    assert live_offer() is None


def test_a_place_stays_taken_when_what_was_released_is_merged_and_parted_again() -> None:
    make.make_offer(cap_total=2)
    main, part, desk = claim(1), claim(2, doubts=["trap"]), make.make_user()
    part.release(by=desk)
    merge(part, main, by=desk)
    assert live_offer()
    unmerge(part, by=desk)
    assert live_offer() is None


def test_the_same_form_again_is_no_second_place_even_when_it_was_the_last_one(client: Client) -> None:
    make.make_offer(cap_total=1)
    form_key = uuid.uuid4()
    assert claim(1, form_key=form_key) == claim(1, form_key=form_key)


def test_what_is_doubtful_takes_no_place_until_it_is_released() -> None:
    make.make_offer(cap_total=1)
    doubtful = claim(1, doubts=["trap"])
    assert live_offer()
    claim(2)
    doubtful.release(by=make.make_user())
    assert doubtful.takes_place  # a ticket was shown for it: the cap gives way
    assert Lead.objects.filter(takes_place=True).count() == 2


def test_what_staff_set_aside_gives_its_place_back() -> None:
    make.make_offer(cap_total=1)
    lead = claim(1)
    assert live_offer() is None
    lead.move(Lead.Stage.SET_ASIDE, by=make.make_user())
    assert live_offer()
    claim(2)


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_as_many_pass_as_there_are_places() -> None:
    make.make_clinic()
    offer = make.make_offer(cap_total=10)

    def press(number: int) -> bool:
        try:
            phone = f"+1212555{100 + number:04d}"
            Lead.objects.claim(offer, uuid.uuid4(), name=f"Nr {number}", phone=phone, contact_by="call")
        except OfferFull:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        passed = sum(pool.map(press, range(40)))
    assert (passed, Lead.objects.count()) == (10, 10)
