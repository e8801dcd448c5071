"""A likely slip in a mail address is asked about once, and never stands in anybody's way."""

import re

import pytest
from django.test import Client

from offers.models import Lead, Notice
from offers.slips import COMMON, REAL, suggestion

from . import factories as make

URL = "/offers/new-patient/"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(("gmial.com", "gmail.com"), ("gmai.com", "gmail.com"), ("gmaill.com", "gmail.com")),
        *(("gnail.com", "gmail.com"), ("mgail.com", "gmail.com"), ("gmail.con", "gmail.com")),
        *(("gmial.con", "gmail.com"), ("gmail.co", "gmail.com"), ("gmail.cm", "gmail.com")),
        *(("gmail.comm", "gmail.com"), ("gmal.co", "gmail.com"), ("GMIAL.com", "gmail.com")),
        *(("yaho.com", "yahoo.com"), ("yahooo.com", "yahoo.com"), ("yhaoo.com", "yahoo.com")),
        *(("hotmial.com", "hotmail.com"), ("hotmal.con", "hotmail.com"), ("hotmil.com", "hotmail.com")),
        *(("outlok.com", "outlook.com"), ("outllook.com", "outlook.com"), ("iclould.com", "icloud.com")),
        *(("alo.com", "aol.com"), ("aol.con", "aol.com"), ("mns.com", "msn.com"), ("liev.com", "live.com")),
        *(("comcst.net", "comcast.net"), ("verizon.ner", "verizon.net"), ("optonlne.net", "optonline.net")),
        *(("protnmial.com", "protonmail.com"), ("columbia.edi", "columbia.edu")),
        *(("example.con", "example.com"), ("example.ogr", "example.org"), ("mail.con", "mail.com")),
    ],
)
def test_a_likely_slip_is_noticed(typed: str, meant: str) -> None:
    assert suggestion(f"pat.example+ticket@{typed}") == f"pat.example+ticket@{meant}"


@pytest.mark.parametrize(
    "domain",
    [
        *(
            "ymail.com",
            "mail.com",
            "gmx.com",
            "email.com",
            "live.com",
            "me.com",
            "hey.com",
            "pm.me",
            "mac.com",
        ),
        *("yahoo.co.uk", "yahoo.ca", "yahoo.fr", "hotmail.fr", "hotmail.ca", "hotmail.co.uk", "outlook.de"),
        *("live.nl", "live.co.uk", "googlemail.com", "gmx.de", "web.de", "qq.com", "163.com", "mail.ru"),
        *("aim.com", "cs.com", "acm.org", "al.com", "ao.com", "bol.com", "amc.com", "att.com", "comcast.com"),
        *(
            "example.co",
            "example.cm",
            "startup.io",
            "clinic.nyc",
            "nyu.edu",
            "barnard.edu",
            "ny.gov",
            "rcn.com",
        ),
        *("hmail.com", "tmail.com", "cloud.com", "horizon.net", "example.com", "bücher.example", "x", ""),
    ],
)
def test_a_real_domain_is_never_asked_about(domain: str) -> None:
    assert suggestion(f"pat@{domain}") == ""


def test_what_it_suggests_it_would_not_ask_about() -> None:
    for domain in (*COMMON, *REAL):
        assert suggestion(f"pat@{domain}") == ""


def test_what_is_no_address_has_no_suggestion() -> None:
    for text in ("", "@", "@gmial.com", "gmial.com", "pat"):
        assert suggestion(text) == ""


@pytest.fixture
def form(db: None) -> None:
    make.make_clinic()
    make.make_offer()
    make.make_region()


def hidden(page: str, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}"(?: value="([^"]*)")?', page)
    assert found
    return found[1] or ""


@pytest.mark.usefixtures("form")
def test_the_form_asks_once_and_keeps_what_was_typed(client: Client) -> None:
    sent = make.payload(email="Pat@gmial.com", region="lower-back", contact_by="text", note="Mornings.")
    response = client.post(URL, sent)
    page = response.content.decode()
    assert response.status_code == 200
    assert not Lead.objects.exists()
    assert "<title>Check your e-mail address: " in page
    assert "Did you mean pat@gmail.com?" in page
    assert "<b>pat@gmial.com</b> is what you wrote. Your request has not been sent yet." in page
    for typed in ("Pat Example", "(212) 555-0123", "Pat@gmial.com", "Mornings."):
        assert typed in page
    assert re.search(r'value="lower-back" selected', page)
    assert re.search(r'value="text"[^>]* checked', page)
    assert hidden(page, "opened") == sent["opened"]
    assert hidden(page, "form_key") == sent["form_key"]
    assert "There is a problem" not in page


@pytest.mark.usefixtures("form")
def test_sending_it_again_as_it_is_goes_through(client: Client) -> None:
    sent = make.payload(email="pat@gmial.com")
    page = client.post(URL, sent).content.decode()
    again = client.post(URL, sent | {"asked_about": hidden(page, "asked_about")})
    assert again.status_code == 302
    lead = Lead.objects.get()
    assert lead.email == "pat@gmial.com"
    assert lead.stage == Lead.Stage.NEW


@pytest.mark.usefixtures("form")
def test_the_suggestion_is_taken_with_one_press(client: Client) -> None:
    sent = make.payload(email="pat@gmial.com")
    page = client.post(URL, sent).content.decode()
    assert re.search(r'<button class="button" type="submit" form="claim" name="take_meant" value="1">', page)
    assert 'id="claim"' in page
    taken = client.post(URL, sent | {"asked_about": "pat@gmial.com", "take_meant": "1"})
    assert taken.status_code == 302
    assert Lead.objects.get().email == "pat@gmail.com"
    assert Notice.objects.filter(kind=Notice.Kind.PATIENT).count() == 1


@pytest.mark.usefixtures("form")
def test_enter_presses_the_button_that_changes_nothing(client: Client) -> None:
    """A browser presses the first button that belongs to the form."""
    page = client.post(URL, make.payload(email="pat@gmial.com")).content.decode()
    buttons = re.findall(r'<button[^>]*type="submit"[^>]*>', page[page.index("<main") :])
    assert len(buttons) == 3
    assert "take_meant" not in buttons[0]


@pytest.mark.usefixtures("form")
def test_another_slip_is_another_question(client: Client) -> None:
    asked = {"asked_about": "pat@gmial.com"}
    assert client.post(URL, make.payload(email="pat@gmai.com") | asked).status_code == 200
    assert client.post(URL, make.payload(email="pat@gmail.com") | asked).status_code == 302


@pytest.mark.usefixtures("form")
def test_nobody_is_made_to_take_an_address_that_was_not_asked_about(client: Client) -> None:
    client.post(URL, make.payload(email="pat@example.com") | {"take_meant": "evil@example.com"})
    assert Lead.objects.get().email == "pat@example.com"


@pytest.mark.usefixtures("form")
def test_what_is_wrong_is_told_before_what_is_likely(client: Client) -> None:
    page = client.post(URL, make.payload(email="pat@gmial.com", name="")).content.decode()
    assert "There is a problem" in page
    assert "Did you mean" not in page
