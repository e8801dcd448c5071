"""Claim by phone: one page, and the caller has a code; the same ledger as the form."""

import re
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from clinic_site.groups import FRONT_DESK
from offers.codes import SIGNS
from offers.models import Lead, LeadEvent, Notice, Offer
from offers.permissions import told_here
from offers.phone_claims import spelled

from . import factories as make
from .desk_pages import LEADS, page_of, read

pytestmark = pytest.mark.django_db
BY_PHONE = f"{LEADS}by-phone/"


@pytest.fixture
def offer(client: Client) -> Offer:
    make.make_clinic()
    client.force_login(make.make_user(group=FRONT_DESK, first_name="Rosa"))
    return make.make_offer()


def told(**spoiled: Any) -> dict[str, Any]:
    defaults = {
        "name": "Philippa Featherstone",
        "phone": "212 555 0187",
        "email": "",
        "region": "other",
        "article": "",
        "note": "",
        "form_key": str(uuid.uuid4()),
    }
    return defaults | spoiled


def test_it_works(client: Client, offer: Offer) -> None:
    make.make_edition()
    region = make.make_region(slug="hip-and-buttock")
    page = read(client, BY_PHONE)
    assert "$100 off your first visit" in page
    sent = told(
        region=region.slug,
        article="dry-needling-for-sciatica",
        note="After five.",
        email="P@example.com",
    )
    response = client.post(BY_PHONE, sent)
    lead = Lead.objects.get()
    assert response["Location"] == f"{LEADS}{lead.pk}/code/"
    assert (lead.name, lead.phone, lead.email) == ("Philippa Featherstone", "+12125550187", "p@example.com")
    assert (lead.region, lead.article, lead.note) == (region.slug, "dry-needling-for-sciatica", "After five.")
    assert (lead.came_by, lead.contact_by, lead.stage) == ("phone", "call", "new")
    event = lead.events.get()
    assert (event.kind, event.by) == (LeadEvent.Kind.CLAIMED, User.objects.get())
    assert event.text == "Took the request on the phone."
    kinds = set(lead.notices.values_list("kind", flat=True))
    assert kinds == {Notice.Kind.PATIENT, Notice.Kind.CLINIC}

    shown = read(client, response["Location"])
    assert lead.code_text in shown
    for sign, word in spelled(lead.code):
        assert f"<strong>{sign}</strong> <span>{word}</span>" in shown
    assert lead.views.count() == 1
    assert "Dry needling for sciatica" in read(client, page_of(lead))
    assert ", by phone" in read(client, LEADS)


def test_every_sign_has_a_word_of_its_own_to_say() -> None:
    words = [word for _, word in spelled(SIGNS)]
    assert len(set(words)) == len(SIGNS)
    assert all(word[0].upper() == sign for sign, word in spelled(SIGNS) if sign.isalpha())


@pytest.mark.parametrize(
    ("spoiled", "words"),
    [
        ({"name": " "}, "Write the caller’s name."),
        ({"name": "12"}, "Write the name with letters."),
        ({"name": "Pat\x07"}, "signs in it that cannot be read"),
        ({"phone": ""}, "Write a phone number or an e-mail address."),
        ({"phone": "5550187"}, "with its area code"),
        ({"email": "nobody"}, "Write the address in full"),
        ({"region": ""}, "Choose where it hurts"),
        ({"article": "not-ours"}, "Select a valid choice"),
        ({"note": "x" * 501}, "at most 500"),
    ],
)
def test_what_is_wrong_is_said_and_all_is_kept(
    client: Client, offer: Offer, spoiled: dict[str, str], words: str
) -> None:
    sent = told(note="Kept as typed.", email="kept@example.com" if "phone" not in spoiled else "") | spoiled
    page = client.post(BY_PHONE, sent).content.decode()
    assert words in page.replace("&#x27;", "’")
    assert "1 thing to mend" in page
    assert "<title>Error: " in page
    assert not Lead.objects.exists()
    (field,) = spoiled
    assert re.search(
        rf'aria-invalid="true"[^>]*id="id_{field}"|id="id_{field}"[^>]*aria-invalid="true"', page
    )
    for name in {"name", "phone", "email"} - {field}:
        assert not sent[name] or f'value="{sent[name]}"' in page
    assert field == "note" or "Kept as typed." in page


def test_all_errors_are_said_at_once(client: Client, offer: Offer) -> None:
    page = client.post(BY_PHONE, told(name="", phone="", region="")).content.decode()
    assert "3 things to mend" in page


def test_mail_alone_is_enough(client: Client, offer: Offer) -> None:
    client.post(BY_PHONE, told(phone="", email="pat@example.com"))
    lead = Lead.objects.get()
    assert (lead.phone, lead.contact_by) == ("", "email")


def test_a_second_press_is_the_same_lead(client: Client, offer: Offer) -> None:
    sent = told()
    first, second = client.post(BY_PHONE, sent), client.post(BY_PHONE, sent)
    assert first["Location"] == second["Location"]
    assert Lead.objects.count() == 1


def test_who_has_asked_before_is_named_and_has_one_discount(client: Client, offer: Offer) -> None:
    before = make.make_lead(phone="+12125550187")
    page = client.post(BY_PHONE, told(), follow=True).content.decode()
    assert "has asked before" in page
    assert page_of(before) in page
    before.redeem(by=User.objects.get())
    page = client.post(BY_PHONE, told(), follow=True).content.decode()
    assert "Already used on" in page


def test_it_says_so_when_no_offer_is_live(client: Client, offer: Offer) -> None:
    Offer.objects.update(is_on=False)
    from clinic_site import facts

    facts.forget()
    assert "There is no offer that can be claimed now" in read(client, BY_PHONE)
    page = client.post(BY_PHONE, told(note="Kept.")).content.decode()
    assert "There is no offer that can be claimed now" in page
    assert "Nothing was stored" in page
    assert "Kept." in page
    assert not Lead.objects.exists()


def test_the_last_place_is_taken_once(client: Client, offer: Offer) -> None:
    Offer.objects.update(cap_total=1)
    client.post(BY_PHONE, told())
    page = client.post(BY_PHONE, told(name="Ann Other", phone="212 555 0111")).content.decode()
    assert "places" in page
    assert 'value="Ann Other"' in page
    assert Lead.objects.count() == 1


@pytest.mark.parametrize(
    ("ticked", "expected"),
    [
        ({}, {"texts": False, "news": False}),
        ({"text_consent": "on"}, {"texts": True, "news": False}),
        ({"news_consent": "on"}, {"texts": False, "news": True}),
    ],
)
def test_what_the_caller_agrees_to_is_kept_with_who_heard_it(
    client: Client, offer: Offer, ticked: dict[str, str], expected: dict[str, bool]
) -> None:
    texts = make.make_consent_text(kind="texts")
    make.make_consent_text(kind="news")
    page = read(client, BY_PHONE)
    assert f"“{texts.rendered()}”" in page
    assert not re.search(r'type="checkbox"[^>]*checked', page)
    client.post(BY_PHONE, told(email="pat@example.com") | make.boxes(**ticked))
    lead = Lead.objects.get()
    rows = lead.consents.all()
    assert {row.kind: row.given for row in rows} == expected
    assert {(row.source, row.by) for row in rows} == {("phone", User.objects.get())}
    assert rows.get(kind="texts").sha256 == texts.sha256
    assert lead.may("text") == expected["texts"]
    assert ("sms:" in read(client, page_of(lead))) == expected["texts"]


def test_a_yes_beside_words_that_have_changed_is_asked_for_again(client: Client, offer: Offer) -> None:
    make.make_consent_text(kind="texts")
    page = client.post(BY_PHONE, told() | make.boxes(text_consent="on") | {"consent_texts": "old"})
    assert "These words have changed meanwhile." in page.content.decode()
    assert not Lead.objects.exists()
    assert client.post(BY_PHONE, told() | {"consent_texts": "old"}).status_code == 302


def test_a_box_that_is_not_ticked_on_the_phone_is_no_stop(client: Client, offer: Offer) -> None:
    make.make_consent_text(kind="texts")
    client.post(BY_PHONE, told() | make.boxes())
    lead = Lead.objects.get()
    assert lead.permissions["text"].why == "No: they did not agree."
    assert told_here(lead)["call"].may
    assert lead.may("call")


def test_no_address_tells_of_the_caller(client: Client, offer: Offer) -> None:
    response = client.post(BY_PHONE, told(email="pat@example.com"), follow=True)
    for url, _ in response.redirect_chain:
        assert not re.search("Philippa|0187|pat|example", url)
    assert "no-store" in response["Cache-Control"]
