"""A redemption undone, a code taken back, a code issued anew: each with who and why."""

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import User

from offers.leads import UNDO_WITHIN
from offers.models import Lead, LeadEvent
from offers.stages import NotAllowed

from . import factories as make

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 22, 17, 5, tzinfo=dt.UTC)


@pytest.fixture
def desk() -> User:
    make.make_clinic()
    return make.make_user()


def test_a_redemption_undone_can_be_redeemed_again(desk: User) -> None:
    lead = make.make_lead()
    lead.move(Lead.Stage.BOOKED, by=desk)
    lead.redeem(by=desk)
    lead.undo_redemption(by=desk, reason="Wrong person.")

    assert (lead.stage, lead.redeemed_at, lead.redeemed_by) == (Lead.Stage.BOOKED, None, None)
    last = lead.events.last()
    assert last is not None
    assert (last.kind, last.text, last.by) == (
        LeadEvent.Kind.UNDONE,
        "Redemption undone: Wrong person.",
        desk,
    )
    lead.redeem(by=desk)
    assert lead.redeemed_at


def test_it_is_undone_within_its_time_and_with_a_reason(desk: User) -> None:
    lead = make.make_lead()
    with time_machine.travel(NOON, tick=False) as clock:
        lead.redeem(by=desk)
        with pytest.raises(NotAllowed, match="Say why"):
            lead.undo_redemption(by=desk, reason=" ")
        clock.shift(UNDO_WITHIN + dt.timedelta(seconds=1))
        with pytest.raises(NotAllowed, match="24 hours"):
            lead.undo_redemption(by=desk, reason="Too late.")
        assert lead.redeemed_at


def test_what_was_not_redeemed_cannot_be_undone(desk: User) -> None:
    with pytest.raises(NotAllowed):
        make.make_lead().undo_redemption(by=desk, reason="Why not.")


def test_a_code_taken_back_is_not_redeemed(desk: User) -> None:
    lead = make.make_lead()
    lead.void(by=desk, reason="Read out to the wrong person.")
    with pytest.raises(NotAllowed, match="taken back"):
        lead.redeem(by=desk)
    lead.reissue(by=desk, reason="For the right one.")
    lead.redeem(by=desk)


def test_a_new_code_kills_the_old_one(desk: User) -> None:
    lead = make.make_lead()
    old = lead.code
    lead.reissue(by=desk, reason="Lost the slip.")
    assert lead.code != old
    assert not Lead.objects.by_code(old).exists()
    assert old[:3] in lead.events.last().text  # type: ignore[union-attr]


def test_a_used_code_stays_as_it_is(desk: User) -> None:
    lead = make.make_lead()
    lead.redeem(by=desk)
    for change in (lead.void, lead.reissue):
        with pytest.raises(NotAllowed, match="Already used"):
            change(by=desk, reason="Too late.")


@pytest.mark.parametrize(("grace", "is_taken"), [(0, False), (7, True)])
def test_the_desk_takes_codes_through_the_days_of_grace(desk: User, grace: int, is_taken: bool) -> None:
    offer = make.make_offer(ends_on=dt.date(2026, 11, 15), grace_days=grace)
    lead = make.make_lead(offer=offer)
    with time_machine.travel(dt.datetime(2026, 11, 23, 4, 59, tzinfo=dt.UTC), tick=False):  # Nov 22, 23:59
        if is_taken:
            lead.redeem(by=desk)
        else:
            with pytest.raises(NotAllowed, match="November 15, 2026"):
                lead.redeem(by=desk)


def test_grace_ends_at_the_clinics_midnight(desk: User) -> None:
    lead = make.make_lead(offer=make.make_offer(ends_on=dt.date(2026, 11, 15), grace_days=7))
    with (
        time_machine.travel(dt.datetime(2026, 11, 23, 5, 0, tzinfo=dt.UTC), tick=False),
        pytest.raises(NotAllowed, match="last day"),
    ):
        lead.redeem(by=desk)
