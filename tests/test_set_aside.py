"""What is doubtful is kept, told to nobody, and a request like any other once it is released."""

import pytest
from django.contrib.auth.models import User

from offers.counts import DailyCount, Kind
from offers.models import Lead, Notice
from offers.stages import NotAllowed

from . import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> User:
    make.make_clinic()
    return make.make_user()


def test_it_is_stored_and_nobody_is_told(desk: User) -> None:
    lead = make.make_lead(doubts=["trap", "fast"])
    assert (lead.stage, lead.doubts) == (Lead.Stage.SET_ASIDE, ["trap", "fast"])
    assert not Notice.objects.exists()
    assert lead not in Lead.objects.unanswered()


def test_released_it_is_new_and_its_notices_go_out_once(desk: User) -> None:
    lead = make.make_lead(doubts=["trap"])
    lead.release(by=desk)
    assert lead.stage == Lead.Stage.NEW
    assert {notice.kind for notice in lead.notices.all()} == {Notice.Kind.PATIENT, Notice.Kind.CLINIC}
    assert lead.events.last().by == desk  # type: ignore[union-attr]
    with pytest.raises(NotAllowed, match="not set aside"):
        lead.release(by=desk)


def test_what_was_told_already_is_not_told_again_after_a_detour(desk: User) -> None:
    lead = make.make_lead()
    lead.move(Lead.Stage.SET_ASIDE, by=desk)
    lead.release(by=desk)
    assert lead.notices.count() == 2


def test_its_code_is_good_at_the_desk(desk: User) -> None:
    lead = make.make_lead(doubts=["trap"])
    lead.redeem(by=desk)
    assert lead.stage == Lead.Stage.REDEEMED


def test_why_something_is_lost_must_be_said(desk: User) -> None:
    lead = make.make_lead()
    for reason in ("", "nonsense"):
        with pytest.raises(NotAllowed, match="why"):
            lead.move(Lead.Stage.LOST, by=desk, reason=reason)
    lead.move(Lead.Stage.LOST, by=desk, reason=Lead.LostReason.COST)
    assert lead.lost_reason == "cost"
    lead.move(Lead.Stage.CONTACTED, by=desk)
    assert lead.lost_reason == ""


def test_redeemed_at_the_desk_it_is_a_request_like_any_other(desk: User) -> None:
    lead = make.make_lead(doubts=["trap"])
    lead.redeem(by=desk)
    assert lead.takes_place
    assert not lead.notices.exists()  # the person stands there
    counts = dict(DailyCount.objects.values_list("kind", "count"))
    assert (counts[Kind.CLAIMED], counts[Kind.REDEEMED]) == (1, 1)
    lead.undo_redemption(by=desk, reason="Wrong person")
    assert lead.stage == Lead.Stage.CONTACTED
