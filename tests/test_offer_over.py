"""The page of an offer that cannot be claimed says why, to the minute, and gives back what was typed."""

import datetime as dt
import re
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from clinic_site.models import Clinic
from offers.models import Lead, Offer, live_offer

from . import factories as make

pytestmark = pytest.mark.django_db
NEW_YORK = ZoneInfo("America/New_York")
NOON = dt.datetime(2026, 11, 24, 12, tzinfo=NEW_YORK)
URL = "/offers/new-patient/"
AMOUNT = "$137.50"  # nothing else on the site costs that
State = Callable[[Offer], None]


def live(offer: Offer) -> None:
    pass


def full(offer: Offer) -> None:
    offer.cap_total = 1
    offer.save()
    make.make_lead()


def day_full(offer: Offer) -> None:
    offer.cap_day = 1
    offer.save()
    make.make_lead()


def ended(offer: Offer) -> None:
    offer.ends_on = NOON.date() - dt.timedelta(days=1)
    offer.save()


def off(offer: Offer) -> None:
    offer.is_on = False
    offer.save()


def not_begun(offer: Offer) -> None:
    offer.starts_on = NOON.date() + dt.timedelta(days=3)
    offer.save()


def offer_of_today(**fields: object) -> Offer:
    return make.make_offer(**{"amount": "137.50", "ends_on": NOON.date() + dt.timedelta(days=30)} | fields)


def page(client: Client, address: str = URL) -> tuple[int, str]:
    response = client.get(address)
    text = re.sub(r"\s+", " ", response.content.decode())
    return response.status_code, text[text.index("<main") : text.index("</main>")]


@pytest.mark.parametrize(
    ("state", "status", "words"),
    [
        (full, 410, ["All places are taken", "Come to our open evening."]),
        (day_full, 200, ["The places for today are taken", "It opens again tomorrow, just after midnight."]),
        (
            ended,
            410,
            ["This offer has ended", "Its last day was 23 November 2026.", "Come to our open evening."],
        ),
        (off, 410, ["This offer is closed", "Come to our open evening."]),
        (not_begun, 200, ["This offer has not begun", "Its first day is Friday 27 November."]),
    ],
)
def test_its_own_page_says_why(client: Client, state: State, status: int, words: list[str]) -> None:
    make.make_clinic()
    with time_machine.travel(NOON, tick=False):
        state(offer_of_today(closing_message="Come to our open evening."))
        found = page(client)
        at_large = page(client, "/offers/")
        sent = client.post(URL, make.payload(note="Mornings are good."))
    assert found[0] == sent.status_code == status
    assert at_large[0] == 200
    for line in words:
        assert line in found[1]
        assert state is off or line in at_large[1]
    assert ("open evening" in found[1]) is (status == 410)
    assert "Mornings are good." in sent.content.decode()
    assert AMOUNT not in found[1]


def test_without_any_offer_it_says_so(client: Client) -> None:
    make.make_clinic()
    assert "There is no offer just now" in page(client, "/offers/")[1]


def test_the_closing_message_is_text_and_nothing_else(client: Client) -> None:
    make.make_clinic()
    make.make_offer(is_on=False, closing_message="<b>Soon</b>\n\nAsk us.")
    assert "<p>&lt;b&gt;Soon&lt;/b&gt;</p> <p>Ask us.</p>" in page(client)[1]


def test_on_its_last_day_a_full_day_does_not_promise_a_tomorrow(client: Client) -> None:
    make.make_clinic()
    with time_machine.travel(NOON, tick=False):
        day_full(offer_of_today(ends_on=NOON.date()))
        assert "All places are taken" in page(client)[1]


def test_another_offer_takes_its_place(client: Client) -> None:
    make.make_clinic()
    off(make.make_offer(slug="old", title="Old"))
    make.make_offer()
    assert "There is another offer now" in page(client, "/offers/old/")[1]


@pytest.mark.parametrize("day", [dt.date(2026, 11, 24), dt.date(2026, 11, 1), dt.date(2027, 3, 14)])
def test_a_full_day_opens_again_at_the_clinics_midnight_clock_changes_or_not(
    client: Client, day: dt.date
) -> None:
    """1 November 2026 is 25 hours long in New York, 14 March 2027 only 23."""
    start = dt.datetime.combine(day, dt.time(0, 0, 30), NEW_YORK)
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), NEW_YORK)
    with time_machine.travel(start, tick=False) as clock:
        make.make_clinic()
        make.make_offer(cap_day=2, ends_on=day + dt.timedelta(days=1))
        make.make_lead(phone="+12125550101", email="")
        clock.move_to(midnight - dt.timedelta(hours=1))
        assert client.post(URL, make.payload()).status_code == 302
        clock.move_to(midnight - dt.timedelta(seconds=1))
        assert live_offer() is None
        assert "$100" not in client.get("/prices/").content.decode()
        assert client.post(URL, make.payload(phone="212 555 0103", email="")).status_code == 200
        clock.move_to(midnight)
        assert "$100" in client.get("/prices/").content.decode()
        assert client.post(URL, make.payload(phone="212 555 0104", email="")).status_code == 302
    assert Lead.objects.count() == 3


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Auckland"])
def test_the_day_is_that_of_a_clinic_anywhere(client: Client, zone: str) -> None:
    midnight = dt.datetime(2026, 11, 25, tzinfo=ZoneInfo(zone))
    with time_machine.travel(midnight - dt.timedelta(minutes=1), tick=False) as clock:
        make.make_clinic(time_zone=zone)
        make.make_offer(cap_day=1)
        make.make_lead()
        assert live_offer() is None
        clock.move_to(midnight)
        assert live_offer()


@pytest.mark.parametrize("last_day", [dt.date(2026, 11, 1), dt.date(2027, 3, 14), dt.date(2026, 12, 31)])
def test_in_its_last_minute_it_is_open_and_in_the_next_it_is_over(client: Client, last_day: dt.date) -> None:
    midnight = dt.datetime.combine(last_day + dt.timedelta(days=1), dt.time(), NEW_YORK)
    with time_machine.travel(midnight - dt.timedelta(days=1), tick=False) as clock:
        make.make_clinic()
        make.make_offer(ends_on=last_day)
        assert client.get("/prices/").status_code == 200  # and the page is kept
        clock.move_to(midnight - dt.timedelta(minutes=1))
        assert "$100" in client.get("/prices/").content.decode()
        assert client.post(URL, make.payload()).status_code == 302
        clock.move_to(midnight)
        assert "$100" not in client.get("/prices/").content.decode()
        assert client.post(URL, make.payload(phone="212 555 0105")).status_code == 410
    assert Lead.objects.count() == 1


def test_a_clinic_that_moves_its_clock_moves_the_midnight(client: Client) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 25, 1, tzinfo=NEW_YORK), tick=False):
        clinic = make.make_clinic()
        make.make_offer(ends_on=dt.date(2026, 11, 24))
        assert live_offer() is None
        clinic.time_zone = "America/Los_Angeles"
        clinic.save()
        assert Clinic.objects.get().today() == dt.date(2026, 11, 24)
        assert live_offer()
