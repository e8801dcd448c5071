"""Requests, bookings, visits and dollars in the totals: each once, on its day, under its article."""

import datetime as dt
import uuid
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import DatabaseError, connection

from offers.models import DailyCount, Lead
from offers.stages import NotAllowed

from . import factories as make

TRAIL = {
    "article": "dry-needling-for-neck-pain",
    "first_article": "dry-needling-for-sciatica",
    "campaign": "x",
}
ARTICLE = TRAIL["article"]
MONDAY = dt.date(2026, 11, 23)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(db: None) -> Any:
    make.make_clinic()
    make.make_offer(amount=Decimal("100.50"))
    with time_machine.travel("2026-11-23T17:00:00Z", tick=False) as clock:
        yield clock


@pytest.fixture
def desk() -> User:
    return make.make_user()


def counted(article: str = ARTICLE, day: dt.date = MONDAY) -> dict[str, int]:
    return dict(DailyCount.objects.filter(article=article, day=day).values_list("kind", "count"))


def test_a_request_counts_under_the_last_article_on_its_day() -> None:
    make.make_lead(trail=TRAIL)
    assert counted() == {"claimed": 1}
    assert DailyCount.objects.count() == 1


def test_a_request_from_nowhere_counts_too() -> None:
    make.make_lead()
    assert counted("") == {"claimed": 1}


def test_a_second_press_counts_nothing() -> None:
    key = uuid.uuid4()
    for _ in range(2):
        make.make_lead(trail=TRAIL, form_key=key)
    assert counted() == {"claimed": 1}


def test_what_is_set_aside_counts_when_it_is_released_on_the_day_it_came(site: Any, desk: User) -> None:
    lead = make.make_lead(trail=TRAIL, doubts=["links"])
    assert counted() == {}
    site.shift(dt.timedelta(days=2))
    lead.release(by=desk)
    assert counted() == {"claimed": 1}
    lead.move("set_aside", by=desk)
    assert counted() == {"claimed": 0}


def test_the_form_alarms_own_lead_counts_nothing(desk: User) -> None:
    lead = make.make_lead(trail=TRAIL, is_test=True)
    lead.move("booked", by=desk)
    lead.redeem(by=desk)
    assert not DailyCount.objects.exists()


def test_a_booking_counts_once(desk: User) -> None:
    lead = make.make_lead(trail=TRAIL)
    for stage in ("booked", "contacted", "booked"):
        lead.move(stage, by=desk)
    assert counted() == {"claimed": 1, "booked": 1}


def test_a_visit_counts_with_its_dollars_and_once(desk: User) -> None:
    lead = make.make_lead(trail=TRAIL)
    lead.redeem(by=desk)
    with pytest.raises(NotAllowed):
        lead.redeem(by=desk)
    assert counted() == {"claimed": 1, "redeemed": 1, "cents": 10_050}


def test_a_visit_that_was_undone_is_taken_off_the_day_it_stood_on(site: Any, desk: User) -> None:
    lead = make.make_lead(trail=TRAIL)
    lead.redeem(by=desk)
    site.shift(dt.timedelta(hours=20))
    lead.undo_redemption(by=desk, reason="The wrong code.")
    assert counted() == {"claimed": 1, "redeemed": 0, "cents": 0}
    assert counted(day=MONDAY + dt.timedelta(days=1)) == {}


def test_a_request_that_is_not_stored_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise DatabaseError("database or disk is full")

    monkeypatch.setattr("offers.notices.NoticeQuerySet.queue_for", fail)
    with pytest.raises(DatabaseError):
        make.make_lead(trail=TRAIL)
    assert not Lead.objects.exists()
    assert not DailyCount.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_every_request_of_many_at_once_is_counted() -> None:
    offer = make.make_lead(trail=TRAIL).offer
    start = Barrier(6)

    def work(number: int) -> None:
        start.wait()
        for turn in range(3):
            make.make_lead(trail=TRAIL, offer=offer, email=f"pat{number}{turn}@example.com")
        connection.close()

    workers = [Thread(target=work, args=[number]) for number in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert counted() == {"claimed": 19}
