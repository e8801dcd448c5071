"""The offer in the staff admin: nothing is promised to patients with a gap in it."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client

from clinic_site.groups import FRONT_DESK, OWNER
from offers.models import Lead, LeadEvent, Notice, Offer

from . import factories as make

pytestmark = pytest.mark.django_db
OFFERS = "/admin/offers/offer/"
NOTICES = "/admin/offers/notice/"
REVIEWED = dt.date(2026, 11, 20)


@pytest.fixture
def owner(client: Client) -> User:
    make.make_clinic()
    user = make.make_user("owner", group=OWNER)
    client.force_login(user)
    return user


def filled(**spoiled: Any) -> dict[str, Any]:
    """What the form posts for an offer with nothing missing, switched on."""
    fields = {
        "title": "New patients",
        "slug": "new-patient",
        "is_on": "on",
        "amount": "100",
        "service": "first visit",
        "regular_fee": str(make.make_fee().pk),
        "eligibility": "New patients only.",
        "extra_charges": "None.",
        "terms": "<p>Once for each person.</p>",
        "starts_on": "2026-11-01",
        "ends_on": "2026-12-31",
        "answer_within": "4",
    }
    return fields | spoiled


def change_page(offer: Offer) -> str:
    return f"{OFFERS}{offer.pk}/change/"


def read(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_it_works(client: Client, owner: User) -> None:
    response = client.post(f"{OFFERS}add/", filled())
    assert response.status_code == 302

    offer = Offer.objects.get()
    assert (offer.is_on, offer.amount, offer.changed_by) == (True, Decimal(100), owner)
    assert offer.ends_on == dt.date(2026, 12, 31)


@pytest.mark.parametrize(
    ("field", "empty", "words"),
    [
        ("regular_fee", "", "Choose the regular fee that this offer reduces."),
        ("eligibility", "", "Say who may use it."),
        ("extra_charges", " ", "Say what may come on top, or write: None."),
        ("terms", "", "Write the terms."),
        ("terms", "<p></p>", "Write the terms."),
        ("terms", "<ul><li><p> &nbsp;</p></li></ul>", "Write the terms."),
        ("starts_on", "", "Give the first day."),
        ("ends_on", "", "Give the last day."),
    ],
)
def test_it_cannot_be_switched_on_with_a_gap(
    client: Client, owner: User, field: str, empty: str, words: str
) -> None:
    offer = make.make_offer(is_on=False)
    response = client.post(change_page(offer), filled(**{field: empty}))

    assert response.status_code == 200
    assert response.context["adminform"].form.errors == {field: [words]}
    assert not Offer.objects.get().is_on


def test_with_gaps_it_can_be_kept_switched_off(client: Client, owner: User) -> None:
    sent = {"title": "Spring", "slug": "spring", "amount": "50", "service": "first visit"}
    assert client.post(f"{OFFERS}add/", sent).status_code == 302
    assert not Offer.objects.get().is_on


@pytest.mark.parametrize(
    ("spoiled", "words"),
    [
        ({"amount": "500"}, "The amount taken off is more than the regular fee."),
        ({"amount": "0"}, "greater than or equal to 0.01"),
        ({"ends_on": "2026-10-01"}, "The last day cannot be before the first."),
    ],
)
def test_it_cannot_promise_what_makes_no_sense(
    client: Client, owner: User, spoiled: dict[str, str], words: str
) -> None:
    response = client.post(f"{OFFERS}add/", filled(**spoiled))
    assert words in str(response.context["errors"])
    assert not Offer.objects.exists()


def test_one_offer_is_on_at_a_time(client: Client, owner: User) -> None:
    make.make_offer()
    response = client.post(f"{OFFERS}add/", filled(slug="second"))
    assert "Another offer is switched on. Switch that one off first." in str(response.context["errors"])
    assert Offer.objects.count() == 1


def test_what_is_saved_shows_on_the_site_at_once(client: Client, owner: User) -> None:
    offer = make.make_offer()
    page = Client().get("/offers/new-patient/").content.decode()
    assert "$100" in page
    client.post(change_page(offer), filled(amount="70", starts_on="2020-01-01", ends_on="2099-12-31"))
    page = Client().get("/offers/new-patient/").content.decode()
    assert "$70" in page
    assert "$100" not in page


def test_terms_nobody_has_reviewed_stand_under_a_banner(client: Client, owner: User) -> None:
    offer = make.make_offer()
    assert "have your counsel review it" in read(client, change_page(offer))
    offer.terms_reviewed_on = REVIEWED
    offer.save()
    assert "have your counsel review it" not in read(client, change_page(offer))


def test_a_review_says_who_and_when(client: Client, owner: User) -> None:
    offer = make.make_offer(is_on=False)
    for half in ({"terms_reviewed_on": "2026-11-20"}, {"terms_reviewed_by": "A. Counsel"}):
        response = client.post(change_page(offer), filled(**half))
        assert "Write both" in str(response.context["errors"])
    whole = {"terms_reviewed_on": "2026-11-20", "terms_reviewed_by": "A. Counsel"}
    assert client.post(change_page(offer), filled(**whole)).status_code == 302


def test_terms_that_change_are_to_be_reviewed_again(client: Client, owner: User) -> None:
    review = {"terms_reviewed_on": REVIEWED, "terms_reviewed_by": "A. Counsel"}
    offer = make.make_offer(is_on=False, terms="<p>Once.</p>", **review)
    client.post(change_page(offer), filled(terms="<p>Once.</p>", amount="90", **review))
    assert Offer.objects.get().terms_reviewed_on == REVIEWED

    client.post(change_page(offer), filled(terms="<p>Twice.</p>", **review))
    assert (Offer.objects.get().terms_reviewed_on, Offer.objects.get().terms_reviewed_by) == (None, "")


def test_terms_are_cleaned_before_they_are_stored(client: Client, owner: User) -> None:
    client.post(f"{OFFERS}add/", filled(terms='<p onclick="x()">Once.</p><script>x()</script>'))
    assert Offer.objects.get().terms == "<p>Once.</p>"


def test_the_list_counts_the_leads(client: Client, owner: User) -> None:
    for _ in range(3):
        make.make_lead()
    page = read(client, OFFERS)
    assert re.search(r'<td class="field-lead_count">3</td>', page)
    assert re.search(r'<td class="field-state[^"]*">On the site</td>', page)


def test_an_offer_with_leads_is_kept_and_says_so(client: Client, owner: User) -> None:
    lead = make.make_lead()
    page = read(client, change_page(lead.offer))
    assert "1 lead came from this offer" in page
    assert f"{OFFERS}{lead.offer.pk}/delete/" not in page
    for method in (client.get, client.post):
        response = method(f"{OFFERS}{lead.offer.pk}/delete/", {"post": "yes"}, follow=True)
        assert response.status_code == 200
        assert "Switch it off instead." in response.content.decode()
    assert Offer.objects.exists()


def test_what_stands_on_a_ticket_stays(client: Client, owner: User) -> None:
    lead = make.make_lead()
    client.post(change_page(lead.offer), filled(slug="elsewhere", amount="90", service="haircut"))
    offer = Offer.objects.get()
    assert (offer.slug, offer.amount, offer.service) == ("new-patient", Decimal(100), "first visit")


def test_an_offer_without_leads_can_be_deleted(client: Client, owner: User) -> None:
    offer = make.make_offer(is_on=False)
    client.post(f"{OFFERS}{offer.pk}/delete/", {"post": "yes"})
    assert not Offer.objects.exists()


def test_the_front_desk_changes_no_offer(client: Client, owner: User) -> None:
    offer = make.make_offer()
    client.force_login(make.make_user(group=FRONT_DESK))
    assert client.get(change_page(offer)).status_code == 403
    assert client.post(change_page(offer), filled()).status_code == 403


# The ledger of mails


def test_the_ledger_is_only_read(client: Client, owner: User) -> None:
    notice = make.make_lead().notices.all()[0]
    assert client.get(f"{NOTICES}add/").status_code == 403
    assert client.post(f"{NOTICES}{notice.pk}/change/", {"status": "sent"}).status_code == 403
    assert client.post(f"{NOTICES}{notice.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "Confirmation to the patient" in read(client, f"{NOTICES}{notice.pk}/change/")


def test_the_ledger_is_filtered_and_names_nobody(client: Client, owner: User) -> None:
    lead = make.make_lead(name="Philippa", email="philippa@home.example")
    lead.notices.filter(kind=Notice.Kind.PATIENT).update(
        status=Notice.Status.GIVEN_UP, tries=30, trouble="SMTPRecipientsRefused"
    )
    page = read(client, f"{NOTICES}?status__exact=given_up")
    assert "Could not be delivered: the address was refused." in page
    assert str(lead) in page
    assert "New request, to the clinic" not in page
    assert "hilippa" not in page


def test_chosen_mails_are_sent_again(client: Client, owner: User) -> None:
    client.force_login(make.make_user(group=FRONT_DESK))
    lead = make.make_lead()
    Notice.objects.update(
        status=Notice.Status.GIVEN_UP, tries=30, not_before=dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
    )
    chosen = [notice.pk for notice in lead.notices.all()]
    response = client.post(NOTICES, {"action": "send_again", "_selected_action": chosen}, follow=True)

    assert "2 mails are queued to be sent again." in response.content.decode()
    assert {(notice.status, notice.tries) for notice in Notice.objects.all()} == {("queued", 0)}
    assert Notice.objects.due().count() == 2
    assert lead.events.filter(kind=LeadEvent.Kind.NOTE).count() == 2


def test_who_may_only_look_cannot_send_again(client: Client, owner: User) -> None:
    looks = make.make_user("looks")
    looks.user_permissions.set(
        owner.groups.get().permissions.filter(codename__in=["view_notice", "view_lead"])
    )
    client.force_login(looks)
    make.make_lead()
    Notice.objects.update(status=Notice.Status.GIVEN_UP)
    chosen = [notice.pk for notice in Notice.objects.all()]
    client.post(NOTICES, {"action": "send_again", "_selected_action": chosen})
    assert {notice.status for notice in Notice.objects.all()} == {Notice.Status.GIVEN_UP}


def test_the_log_of_changes_names_no_patient(client: Client, owner: User) -> None:
    lead = make.make_lead(name="Philippa")
    client.post(f"/admin/offers/lead/{lead.pk}/redeem/")
    client.post(change_page(lead.offer), filled(amount="90"))
    assert Lead.objects.get().stage == Lead.Stage.REDEEMED
    for entry in LogEntry.objects.all():
        assert "Philippa" not in f"{entry.object_repr} {entry.change_message}"
