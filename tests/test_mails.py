"""What the patient's mail says: what was asked, what happens next, the terms, who writes, and nothing else."""

import datetime as dt
import re
from email.message import EmailMessage

import pytest
from django.utils.html import strip_tags

from offers.models import Lead, Notice, Offer

from . import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(db: None) -> None:
    make.make_clinic(
        email="desk@clinic.example",
        legal_name="Example Acupuncture PLLC",
        street="1 Example Street",
        state="NY",
        postal_code="10001",
    )
    make.make_offer(extra_charges="None")


def test_the_confirmation_says_the_terms_that_the_offer_has_by_itself() -> None:
    Offer.objects.update(ends_on=dt.date(2037, 1, 31))
    _, text, html = bodies(make.make_lead())
    for term in ("Once for each person.", "Last day: 31 January 2037, until midnight at the clinic."):
        assert f"- {term}" in text
        assert f"<li>{term}</li>" in html


def bodies(lead: Lead, kind: str = Notice.Kind.PATIENT) -> tuple[EmailMessage, str, str]:
    message = lead.notices.get(kind=kind).as_mail().message()
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text
    assert html
    return message, text.get_content(), html.get_content()


def without_what_is_its_own(lead: Lead, words: str) -> str:
    for own in (lead.token, lead.code_text):
        words = words.replace(own, "…")
    return words


def test_it_is_the_same_with_and_without_ticks() -> None:
    plain = make.make_lead()
    ticked = make.make_lead(email="pat.two@example.com")
    make.agree(ticked, "texts")
    make.agree(ticked, "news")
    assert ticked.offer == plain.offer
    seen = [bodies(lead) for lead in (plain, ticked)]
    told = [
        [without_what_is_its_own(lead, words) for words in (mail[1], mail[2])]
        for lead, mail in zip((plain, ticked), seen, strict=True)
    ]
    assert told[0] == told[1]
    assert seen[0][0]["Subject"] == seen[1][0]["Subject"]
    assert set(seen[0][0].keys()) == set(seen[1][0].keys())


def test_it_names_the_practice_where_it_is_and_how_to_reply() -> None:
    message, *parts = bodies(make.make_lead())
    assert message["Reply-To"] == "desk@clinic.example"
    for words in parts:
        for told in (
            "Example Acupuncture PLLC",
            "1 Example Street",
            "New York, NY 10001",
            "reply to this mail",
        ):
            assert told in words


def test_it_leads_to_the_ticket_page_and_tells_how_to_be_forgotten() -> None:
    lead = make.make_lead()
    for words in bodies(lead)[1:]:
        assert lead.get_absolute_url() in words
        assert "delete what you told us" in words


def test_it_promotes_nothing_and_asks_for_no_consent() -> None:
    lead = make.make_lead()
    for words in bodies(lead)[1:]:
        said = strip_tags(words).lower()
        for word in (
            "news",
            "unsubscribe",
            "subscribe",
            "text messages",
            "deal",
            "hurry",
            "don't miss",
            "only today",
        ):
            assert not re.search(rf"\b{word}\b", said), word
        assert said.count("$") == 1  # the offer that was claimed, once


def test_it_names_no_condition() -> None:
    lead = make.make_lead(
        region=make.make_region(slug="hip-and-buttock"), note="My sciatica", article="sciatica"
    )
    for words in bodies(lead)[1:]:
        for told in ("hip", "buttock", "sciatica", "pain", "hurt"):
            assert not re.search(rf"\b{told}\b", words.lower())


def test_where_no_street_is_known_none_is_printed() -> None:
    make.make_clinic(street="", legal_name="")
    for words in bodies(make.make_lead())[1:]:
        assert "Example Acupuncture" in words
        assert "10001" not in words
