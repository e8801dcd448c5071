"""The patient's own page: the ticket, and what they wish about being contacted."""

import datetime as dt
import re
import unicodedata

import pytest
import qrcode
from django.test import Client
from pytest_django import Settings

from clinic_site import facts
from clinic_site.models import Clinic
from offers.calendar_file import escaped, folded
from offers.consents import Consent, DoNotContact
from offers.models import Lead, Offer

from . import factories as make

pytestmark = pytest.mark.django_db
LAST_DAY = dt.date(2030, 12, 31)


@pytest.fixture(autouse=True)
def site(db: None) -> None:
    make.make_clinic(street="1 Example Street", city="New York", state="NY", postal_code="10001")
    make.make_offer(ends_on=LAST_DAY)
    make.make_consent_text(kind="texts")
    make.make_consent_text(kind="news")


@pytest.fixture
def lead() -> Lead:
    return make.make_lead()


def page_of(client: Client, lead: Lead) -> str:
    return client.get(lead.get_absolute_url()).content.decode()


def save(client: Client, lead: Lead, **fields: str) -> str:
    address = f"{lead.get_absolute_url()}reach/"
    answer = client.post(address, {"contact_by": lead.contact_by} | make.boxes() | fields, follow=True)
    lead.refresh_from_db()
    return answer.content.decode()


def allowed(lead: Lead) -> set[str]:
    return {way for way in ("text", "call", "email", "news") if lead.may(way)}


def ticks(page: str) -> list[bool]:
    return ["checked" in box for box in re.findall(r'<input type="checkbox"[^>]*>', page)]


def test_it_works_without_a_cookie_and_is_kept_by_nobody(client: Client, lead: Lead) -> None:
    answer = client.get(lead.get_absolute_url())
    assert lead.code_text in answer.content.decode()
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"


def test_it_changes_how_the_person_is_reached(client: Client, lead: Lead) -> None:
    assert "Saved." in save(client, lead, contact_by="email")
    assert lead.contact_by == "email"
    assert "E-mail me" in lead.events.get(kind="consent").text


def test_it_offers_only_the_ways_for_which_there_is_an_address(client: Client) -> None:
    page = page_of(client, make.make_lead(phone="", contact_by="email"))
    assert re.findall(r'name="contact_by" value="(\w+)"', page) == ["email"]
    assert "text_consent" not in page
    assert "news_consent" in page


def test_a_way_without_an_address_is_refused(client: Client) -> None:
    lead = make.make_lead(phone="", contact_by="email")
    assert "Choose how we should answer from the list." in save(client, lead, contact_by="call")
    assert lead.contact_by == "email"


def test_whoever_asked_for_a_text_without_the_tick_is_told_and_can_tick_it_here(client: Client) -> None:
    lead = make.make_lead(contact_by="text")
    page = page_of(client, lead)
    assert "You asked for a text, and the box for texts is empty. So we call or mail you" in page
    assert ticks(page) == [False, False]
    page = save(client, lead, text_consent="on")
    assert allowed(lead) == {"text", "call", "email"}
    assert "In clinic hours, in the way you chose" in page
    assert ticks(page) == [True, False]


def test_a_yes_is_taken_back_by_an_empty_box(client: Client, lead: Lead) -> None:
    make.agree(lead, "texts")
    make.agree(lead, "news")
    save(client, lead, news_consent="on")
    assert allowed(lead) == {"call", "email", "news"}
    row = Consent.objects.filter(kind="texts").latest("pk")
    assert (row.given, row.source, row.text) == (False, "ticket", Consent.objects.first().text)  # type: ignore[union-attr]
    assert lead.token not in row.page
    assert Consent.objects.filter(kind="news").count() == 1
    assert "took it back" in lead.permissions["text"].why


def test_saving_what_is_there_adds_no_row(client: Client, lead: Lead) -> None:
    make.agree(lead, "texts")
    before = Consent.objects.count()
    save(client, lead, text_consent="on")
    assert Consent.objects.count() == before
    assert not lead.events.filter(kind="consent").exists()


def test_one_press_stops_everything_and_the_code_stays(client: Client, lead: Lead) -> None:
    make.agree(lead, "texts")
    page = client.post(f"{lead.get_absolute_url()}stop/", follow=True).content.decode()
    assert allowed(lead) == set()
    assert "We will not contact you any more." in page
    assert "we wait for you to call" in page
    assert lead.code_text in page
    assert {stop.source for stop in DoNotContact.objects.all()} == {"ticket"}


def test_whoever_said_stop_may_ask_again_for_one_way(client: Client, lead: Lead) -> None:
    client.post(f"{lead.get_absolute_url()}stop/")
    save(client, lead, contact_by="call")
    assert allowed(lead) == {"call"}
    assert allowed(make.make_lead(contact_by="email", phone="", email="pat@example.com")) == {"email"}


def test_who_types_somebodys_number_learns_nothing_of_what_they_said(client: Client) -> None:
    victim = make.make_lead()
    make.agree(victim, "texts")
    make.agree(victim, "news")
    other = make.make_lead(phone="+12125550150", email="other@example.com")
    client.post(f"{other.get_absolute_url()}stop/")

    def plain(**fields: str) -> str:
        lead = make.make_lead(name="A Stranger", **fields)
        page = page_of(client, lead)
        page = page.replace(lead.token, "").replace(lead.code_text, "").replace(lead.code, "")
        return re.sub(r' d="M[^"]*"| value="[^"]{40,}"', "", page)  # the code to scan, what is signed

    nobodys = plain(phone="+12125550160", email="nobody@example.com")
    assert plain() == nobodys
    assert plain(phone="+12125550150", email="other@example.com") == nobodys


def test_two_presses_delete_what_was_told_and_nothing_of_anybody_else(client: Client, lead: Lead) -> None:
    make.agree(lead, "texts")
    other = make.make_lead()
    address = f"{lead.get_absolute_url()}delete/"
    assert address in page_of(client, lead)
    assert "This cannot be undone." in client.get(address).content.decode()
    assert Lead.objects.get(pk=lead.pk).name == "Pat Example"
    assert "Deleted." in client.post(address).content.decode()
    gone = Lead.objects.get(pk=lead.pk)
    assert (gone.name, gone.phone, gone.email) == ("", "", "")
    assert gone.erased_at
    assert Lead.objects.get(pk=other.pk).name == "Pat Example"
    assert Consent.objects.filter(lead=lead, kind="texts", given=True).exists()
    assert client.get(address).status_code == 404
    assert "Deleted." in client.post(address).content.decode()  # a second press


def test_looking_changes_nothing(client: Client, lead: Lead) -> None:
    ticket = lead.get_absolute_url()
    assert client.get(f"{ticket}reach/")["Location"] == ticket
    assert client.get(f"{ticket}stop/").status_code == 405
    assert not Consent.objects.exists()


@pytest.mark.parametrize("stamp", ["", "nonsense", "old"])
def test_an_empty_box_is_a_no_whatever_words_stood_beside_it(client: Client, lead: Lead, stamp: str) -> None:
    for kind in ("texts", "news"):
        make.agree(lead, kind)
    old = make.boxes()["consent_texts"]
    Clinic.objects.update(name="Another name")
    facts.forget()
    assert "Saved." in save(client, lead, consent_texts=old if stamp == "old" else stamp)
    assert not allowed(lead) & {"text", "news"}


def test_a_tick_beside_words_that_have_changed_is_asked_about(client: Client, lead: Lead) -> None:
    old = make.boxes(text_consent="on")
    Clinic.objects.update(name="Another name")
    facts.forget()
    page = save(client, lead, **old)
    assert "These words have changed." in page
    assert "Another name may text me" in page
    assert ticks(page) == [False, False]
    assert not allowed(lead) & {"text", "news"}


def test_saving_after_a_stop_ends_no_peace(client: Client, lead: Lead) -> None:
    client.post(f"{lead.get_absolute_url()}stop/")
    page = page_of(client, lead)
    assert not re.search(r'type="radio"[^>]*checked', page)
    address = f"{lead.get_absolute_url()}reach/"
    assert "Saved." in client.post(address, make.boxes(), follow=True).content.decode()
    lead.refresh_from_db()
    assert allowed(lead) == set()
    assert "Saved." in save(client, lead, contact_by="email")
    assert allowed(lead) == {"email"}


def test_a_wrong_address_and_one_that_is_no_more_look_the_same(client: Client, lead: Lead) -> None:
    address = lead.get_absolute_url()
    Lead.objects.filter(pk=lead.pk).update(erased_at=lead.created_at)
    for part in ("", "last-day.ics"):
        gone = client.get(f"{address}{part}")
        wrong = client.get(f"/offers/new-patient/claimed/{'x' * 43}/{part}")
        assert gone.status_code == wrong.status_code == 404
        assert gone.content == wrong.content.replace(b"x" * 43, lead.token.encode())
    assert client.post(f"{address}stop/").status_code == 404
    assert not DoNotContact.objects.exists()


def test_the_last_day_goes_into_a_calendar(client: Client, lead: Lead) -> None:
    answer = client.get(f"{lead.get_absolute_url()}last-day.ics")
    text = answer.content.decode()
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert text.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = text.replace("\r\n ", "").split("\r\n")
    assert "DTSTART;VALUE=DATE:20301231" in lines
    assert "DTEND;VALUE=DATE:20310101" in lines
    assert "SUMMARY:Last day of your code at Example Acupuncture" in lines
    assert f"DESCRIPTION:Your code: {lead.code_text}\\nCall (212) 555-0100." in lines
    assert "LOCATION:1 Example Street\\, New York\\, NY 10001" in lines
    assert any(re.fullmatch(r"DTSTAMP:\d{8}T\d{6}Z", line) for line in lines)
    assert lead.token not in text
    assert "Pat" not in text


def test_an_offer_without_a_last_day_has_no_calendar_file(client: Client, lead: Lead) -> None:
    Offer.objects.update(ends_on=None)
    assert "last-day.ics" not in page_of(client, lead)
    assert client.get(f"{lead.get_absolute_url()}last-day.ics").status_code == 404


def test_the_file_says_the_same_after_folding_and_escaping() -> None:
    name = "Klinik für Nadeln; eine, zwei\nund ⚕ " * 4
    line = folded(f"SUMMARY:{escaped(name)}")
    assert max(len(piece.encode()) for piece in line.split("\r\n")) <= 75
    read = line.replace("\r\n ", "").removeprefix("SUMMARY:")
    read = re.sub(r"\\(.)", lambda sign: "\n" if sign[1] == "n" else sign[1], read)
    assert read == unicodedata.normalize("NFC", name)


def test_the_code_can_be_scanned_and_is_in_no_log(client: Client, lead: Lead, settings: Settings) -> None:
    """Behind the #: what stands there is never sent to a server. The drawing is read back, module by module."""
    page = page_of(client, lead)
    drawn = re.search(
        r'<svg role="img" aria-label="Code [^"]+"[^>]*viewBox="0 0 (\d+) \1".*?<path d="([^"]+)"', page
    )
    assert drawn
    dark = set()
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", drawn[2]):
        dark |= {(int(x) + step, int(y)) for step in range(int(width))}
    wanted = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    wanted.add_data(f"{settings.SITE_ORIGIN}/desk/#{lead.code}")
    rows = wanted.get_matrix()
    assert len(rows) == int(drawn[1])
    assert dark == {(x, y) for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark}


def test_it_asks_no_other_host_and_carries_no_style(client: Client, lead: Lead) -> None:
    page = page_of(client, lead)
    assert " style=" not in page
    assert not re.findall(r'(?:src|action)="https?://', page)
