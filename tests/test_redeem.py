"""One code, one redemption; one person, one discount for an offer."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection

from offers.models import Lead, LeadEvent
from offers.stages import NotAllowed

from . import factories as make

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2037, 11, 22, 17, 5, tzinfo=dt.UTC)  # 12:05 in New York


@pytest.fixture
def desk() -> User:
    return make.make_user(first_name="Rosa", last_name="Diaz")


def test_it_works(desk: User) -> None:
    lead = make.make_lead()
    with time_machine.travel(NOON, tick=False):
        lead.redeem(by=desk)

    lead = Lead.objects.get()
    assert (lead.stage, lead.redeemed_at, lead.redeemed_by) == (Lead.Stage.REDEEMED, NOON, desk)
    last = lead.events.last()
    assert last is not None
    assert (last.kind, last.by, last.text) == ("redeemed", desk, "Redeemed: $100 off your first visit")


def test_a_code_is_redeemed_once(desk: User) -> None:
    lead = make.make_lead()
    with time_machine.travel(NOON, tick=False):
        lead.redeem(by=desk)
    with pytest.raises(NotAllowed, match=r"Already used on November 22, 2037 at 12:05 p\.m\. by Rosa Diaz"):
        Lead.objects.get().redeem(by=make.make_user("other"))

    assert Lead.objects.get().redeemed_by == desk
    assert lead.events.filter(kind=LeadEvent.Kind.REDEEMED).count() == 1


@pytest.mark.parametrize(
    "same",
    [
        {"phone": "+12125550123", "email": "other@example.com"},
        {"phone": "+12125550199", "email": "pat@example.com"},
        {"phone": "", "email": "pat@example.com", "contact_by": "email"},
    ],
)
def test_the_same_person_with_two_codes_gets_one_discount(desk: User, same: dict[str, str]) -> None:
    first, second = make.make_lead(), make.make_lead(name="P. Example", **same)
    first.redeem(by=desk)
    with pytest.raises(NotAllowed, match=first.code_text):
        second.redeem(by=desk)

    second.refresh_from_db()
    assert second.stage == Lead.Stage.NEW
    assert second.used_by_same_person() == first


def test_another_person_is_not_held_back(desk: User) -> None:
    make.make_lead().redeem(by=desk)
    other = make.make_lead(phone="+12125550199", email="")
    assert other.used_by_same_person() is None
    other.redeem(by=desk)
    assert other.stage == Lead.Stage.REDEEMED


def test_people_without_mail_are_not_one_person(desk: User) -> None:
    make.make_lead(email="").redeem(by=desk)
    make.make_lead(phone="+12125550199", email="").redeem(by=desk)
    assert Lead.objects.filter(stage=Lead.Stage.REDEEMED).count() == 2


def test_another_offer_is_another_discount(desk: User) -> None:
    make.make_lead().redeem(by=desk)
    offer = make.make_offer(slug="spring", title="Spring", is_on=False)
    again = make.make_lead(offer=offer)
    again.redeem(by=desk)
    assert again.stage == Lead.Stage.REDEEMED


def test_a_redeemed_lead_cannot_be_moved(desk: User) -> None:
    lead = make.make_lead()
    lead.redeem(by=desk)
    with pytest.raises(NotAllowed, match="is redeemed and cannot be called lost"):
        lead.move(Lead.Stage.LOST, by=desk)


def test_a_line_of_the_timeline_stays_as_it_is(desk: User) -> None:
    event = make.make_lead().add_event("Called.", by=desk)
    event.text = "Never called."
    with pytest.raises(NotAllowed):
        event.save()
    with pytest.raises(NotAllowed):
        event.delete()


def _press_at_once(leads: list[Lead], by: User) -> list[str]:
    """Every lead redeemed in its own thread and transaction, all starting together; what each got."""
    start = Barrier(len(leads))

    def press(lead: Lead) -> str:
        try:
            start.wait(timeout=20)
            lead.redeem(by=by)
        except NotAllowed as refusal:
            return str(refusal)
        finally:
            connection.close()
        return "redeemed"

    with ThreadPoolExecutor(len(leads)) as pool:
        return list(pool.map(press, leads))


@pytest.mark.django_db(transaction=True)
def test_desks_that_press_at_once_redeem_once(desk: User) -> None:
    pk = make.make_lead().pk
    answers = _press_at_once([Lead.objects.get(pk=pk) for _ in range(6)], desk)

    assert sorted(answers)[-1] == "redeemed"
    assert answers.count("redeemed") == 1
    assert all(answer.startswith("Already used on") for answer in answers if answer != "redeemed")
    assert LeadEvent.objects.filter(kind=LeadEvent.Kind.REDEEMED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_codes_of_one_person_at_once_are_one_discount(desk: User) -> None:
    leads = [make.make_lead(), make.make_lead(name="P. Example", email="")]
    answers = _press_at_once(leads, desk)

    assert answers.count("redeemed") == 1
    assert Lead.objects.exclude(redeemed_at=None).count() == 1


def test_a_shared_phone_or_mail_ties_a_person_together_over_any_number_of_leads() -> None:
    first = make.make_lead(phone="+12125550123", email="")
    make.make_lead(phone="+12125550123", email="pat@example.com")
    last = make.make_lead(phone="", email="pat@example.com")
    desk = make.make_user("at-the-desk")
    first.redeem(by=desk)
    with pytest.raises(NotAllowed):
        last.redeem(by=desk)


def test_two_extensions_of_one_number_are_two_people() -> None:
    desk = make.make_user("at-the-desk")
    for extension in ("5", "6"):
        make.make_lead(phone_extension=extension, email="").redeem(by=desk)
    assert Lead.objects.filter(stage=Lead.Stage.REDEEMED).count() == 2
