"""A form that was open for too long, or lost its cookie, comes back whole; pressed again it is one request."""

from typing import Any

import pytest
from django.test import Client
from lxml import html

from offers.models import Lead, Offer

from . import factories as make

pytestmark = pytest.mark.django_db
URL = "/offers/new-patient/"
TOKEN = "csrfmiddlewaretoken"


@pytest.fixture(autouse=True)
def site(db: None) -> None:
    make.make_clinic()
    make.make_offer()
    make.make_region()


def form_of(page: str) -> Any:
    return next(form for form in html.fromstring(page).forms if form.method == "POST")


def sent_by(page: str) -> dict[str, str]:
    """What a browser would send: every field of the form, hidden ones included, as it stands on the page.

    A browser leaves out the line end that opens a text area, and sends all others as CR LF.
    """
    return {
        name: value.removeprefix("\n").replace("\n", "\r\n") for name, value in form_of(page).form_values()
    }


def filled_in(client: Client) -> dict[str, Any]:
    """The page's own hidden fields, with what somebody typed, ticked and chose in all of the others."""
    page = client.get(URL).content.decode()
    boxes = {field.name: "on" for field in form_of(page).inputs if getattr(field, "type", "") == "checkbox"}
    typed = make.payload(contact_by="text", region="lower-back", note="Two\r\nlines & <signs>")
    del typed["form_key"]
    return sent_by(page) | boxes | typed


@pytest.mark.parametrize("keeps_cookies", [True, False])
def test_everything_comes_back_and_the_next_press_is_the_only_request(keeps_cookies: bool) -> None:
    client = Client(enforce_csrf_checks=True)
    sent = filled_in(client)
    if keeps_cookies:
        sent[TOKEN] = "stale"
    else:
        client.cookies.clear()
    response = client.post(URL, sent)

    page = response.content.decode()
    assert response.status_code == 200
    assert page.count("Nothing is lost") == 1
    assert not Lead.objects.exists()
    again = sent_by(page)
    for name in sent.keys() - {TOKEN}:
        assert again.get(name, "") == str(sent[name]), name

    first, second = client.post(URL, again), client.post(URL, again)
    assert first.status_code == 302
    assert first["Location"] == second["Location"]
    lead = Lead.objects.get()
    assert (lead.contact_by, lead.region) == ("text", "lower-back")


def test_pressing_back_and_sending_the_stale_page_once_more_is_no_second_request() -> None:
    """The key of the form stays with it through the page that came back."""
    client = Client(enforce_csrf_checks=True)
    sent = filled_in(client)
    page = client.post(URL, sent | {TOKEN: "stale"}).content.decode()
    assert sent_by(page)["form_key"] == sent["form_key"]
    assert client.post(URL, sent_by(page)).status_code == 302
    assert client.post(URL, sent).status_code == 302
    assert Lead.objects.count() == 1


def test_a_stale_form_with_a_slip_comes_back_with_both_said() -> None:
    client = Client(enforce_csrf_checks=True)
    sent = filled_in(client) | {TOKEN: "stale", "name": ""}
    page = client.post(URL, sent).content.decode()
    assert "Nothing is lost" in page
    assert "Write your name." in page


def test_a_stale_form_of_an_offer_that_is_over_gives_back_what_was_typed() -> None:
    client = Client(enforce_csrf_checks=True)
    sent = filled_in(client) | {TOKEN: "stale"}
    Offer.objects.update(is_on=False)
    response = client.post(URL, sent)
    page = response.content.decode()
    assert response.status_code == 410
    for words in ("This offer is closed", "Pat Example", "lines &amp; &lt;signs&gt;", "(212) 555-0100"):
        assert words in page
    assert not Lead.objects.exists()


def test_a_stale_form_of_an_offer_that_never_was_is_not_found() -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/offers/nothing/", make.payload()).status_code == 404
