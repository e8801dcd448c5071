"""What an offer has to state, who has looked at it, and a regular fee that is the one really charged."""

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from clinic_site.checklist import all_tasks
from clinic_site.models import Fee, Page
from offers.models import Offer

from . import factories as make
from .test_offer_admin import change_page, filled

pytestmark = pytest.mark.django_db
REVIEW: dict[str, Any] = {"terms_reviewed_on": "2026-11-20", "terms_reviewed_by": "A. Counsel"}


@pytest.fixture
def owner(client: Client) -> Client:
    make.make_clinic()
    client.force_login(make.make_user("owner", group="Owner"))
    return client


def whole_offer(**fields: Any) -> Offer:
    days = {"starts_on": dt.date(2026, 1, 1), "ends_on": dt.date(2099, 12, 31)}
    fee = {"regular_fee": make.make_fee(), "extra_charges": "None."}
    return make.make_offer(**days | fee | REVIEW | fields)


def doubts() -> list[str]:
    return [task.text for task in all_tasks() if "Look whether both are right" in task.text]


def test_caps_grace_and_closing_message_are_set_in_the_form(owner: Client) -> None:
    offer = make.make_offer(is_on=False)
    page = owner.get(change_page(offer)).content.decode()
    assert "the form closes until midnight" in page
    more = {"cap_total": "200", "cap_day": "8", "grace_days": "3", "closing_message": "Ask us."}
    assert owner.post(change_page(offer), filled(**more)).status_code == 302
    offer.refresh_from_db()
    assert (offer.cap_total, offer.cap_day, offer.grace_days) == (200, 8, 3)
    assert offer.closing_message == "Ask us."
    owner.post(change_page(offer), filled(cap_total="", cap_day="", grace_days=""))
    offer.refresh_from_db()
    assert (offer.cap_total, offer.cap_day, offer.grace_days) == (None, None, 0)


def test_a_cap_of_nobody_is_refused(owner: Client) -> None:
    response = owner.post(change_page(make.make_offer(is_on=False)), filled(cap_day="0"))
    assert "greater than or equal to 1" in str(response.context["errors"])


def test_the_list_says_when_all_places_are_taken(owner: Client) -> None:
    make.make_offer(cap_total=1)
    make.make_lead()
    assert "On, all places taken" in owner.get("/admin/offers/offer/").content.decode()


def test_a_changed_fee_flags_the_offer_until_somebody_has_looked(owner: Client) -> None:
    offer = whole_offer()
    assert doubts() == []
    Fee.objects.get().save()
    assert doubts() == []
    fee = Fee.objects.get()
    fee.amount = Decimal(200)
    fee.save()
    assert len(doubts()) == 1
    assert "The regular fee is $200 now and was $180 when this offer was last checked." in doubts()[0]
    assert "was $180 when this offer" in owner.get(change_page(offer)).content.decode()

    sent = filled(regular_fee=str(fee.pk), **REVIEW)
    owner.post(change_page(offer), sent)  # saved for another reason
    assert len(doubts()) == 1
    owner.post(change_page(offer), sent | {"fee_is_right": "on"})
    assert doubts() == []


def test_a_changed_amount_asks_to_look_at_the_fee(owner: Client) -> None:
    offer = whole_offer()
    sent = filled(regular_fee=str(offer.regular_fee_id), amount="120", **REVIEW)
    owner.post(change_page(offer), sent)
    assert "It takes off $120 now, and took off $100" in doubts()[0]
    owner.post(change_page(offer), sent | {"fee_is_right": "on"})
    assert doubts() == []


def test_another_fee_asks_to_look_at_it(owner: Client) -> None:
    offer = whole_offer()
    other = make.make_fee(name="Long first visit", amount=Decimal(240))
    owner.post(change_page(offer), filled(regular_fee=str(other.pk), **REVIEW))
    assert "The regular fee is $240 now" in doubts()[0]


def test_a_fee_chosen_for_the_first_time_is_no_change(owner: Client) -> None:
    offer = make.make_offer()
    owner.post(change_page(offer), filled())
    assert doubts() == []
    offer.refresh_from_db()
    assert offer.checked_fee == Decimal(180)


def test_the_command_lists_what_is_missing_or_not_reviewed() -> None:
    make.make_clinic()
    make.make_offer()
    Page.objects.create(slug="privacy", title="Privacy", counsel_note="have your counsel review it.")
    out = io.StringIO()
    with pytest.raises(CommandError, match=r"^5 to look at\.$"):
        call_command("check_offer", stdout=out)
    for words in (
        "regular fee",
        "review the terms",
        "first and the last day",
        "on top",
        "Privacy: have your",
    ):
        assert words in out.getvalue()
    assert "/admin/offers/offer/" in out.getvalue()


def test_the_command_is_content_when_nothing_is_missing() -> None:
    whole_offer()
    out = io.StringIO()
    call_command("check_offer", stdout=out)
    assert "Nothing is missing" in out.getvalue()


def test_the_terms_next_to_the_claim_say_what_the_row_says(client: Client) -> None:
    make.make_clinic()
    whole_offer()
    page = client.get("/offers/new-patient/").content.decode()
    terms = page[page.index('class="terms') : page.index("</section>", page.index('class="terms'))]
    for line in (
        "Once for each person.",
        "Regular fee: $180.",
        "Last day: 31 December 2099, until midnight at the clinic.",
    ):
        assert line in terms


def test_the_terms_say_nothing_that_is_not_known(client: Client) -> None:
    make.make_clinic()
    assert make.make_offer().fixed_terms == ["Once for each person."]
