"""The form that nobody has filled in yet is rendered once; each visitor gets it with values of their own."""

import datetime as dt
import re
from unittest.mock import patch

import pytest
import time_machine
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from clinic_site import facts
from clinic_site.changes import PageChange
from clinic_site.models import Clinic, Closure
from offers import blank_form
from offers.forms import LeadForm
from offers.models import Lead, Offer

from . import factories as make

pytestmark = pytest.mark.django_db
URL = "/offers/new-patient/"
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


@pytest.fixture(autouse=True)
def site(db: None) -> None:
    make.make_clinic()
    make.make_offer()
    make.make_region()


def read(client: Client) -> str:
    response = client.get(URL)
    assert response.status_code == 200
    return response.content.decode()


def hidden(page: str) -> dict[str, str]:
    return dict(HIDDEN.findall(page))


def without_values(page: str) -> str:
    return re.sub(r'(<input type="hidden" name="\w+") value="[^"]*"', r"\1", page)


def test_it_is_the_page_that_rendering_anew_would_make(client: Client) -> None:
    request = RequestFactory().get(URL)
    request.resolver_match = client.get(URL).resolver_match
    anew = render_to_string("offers/offer.html", {"offer": Offer.objects.get(), "form": LeadForm()}, request)
    for _ in range(2):
        assert without_values(read(client)) == without_values(anew)


def test_each_visitor_has_a_key_and_a_token_of_their_own() -> None:
    pages = [hidden(read(Client())) for _ in range(2)]
    for name in ("form_key", "csrfmiddlewaretoken"):
        assert len({page[name] for page in pages}) == 2, name
    for page in pages:
        assert page["opened"]
        assert page["trail"]


def test_what_it_carries_is_accepted_when_it_is_sent() -> None:
    client = Client(enforce_csrf_checks=True)
    read(Client())
    page = hidden(read(client))
    response = client.post(URL, make.payload(email="own@example.com") | page)
    assert response.status_code == 302
    assert Lead.objects.get().email == "own@example.com"


def test_it_is_rendered_once(client: Client) -> None:
    read(client)
    with patch.object(blank_form, "render_to_string", side_effect=AssertionError("rendered again")):
        read(client)


def test_a_change_shows_at_once(client: Client) -> None:
    assert "Twelve" not in read(client)
    offer = Offer.objects.get()
    offer.eligibility = "Twelve new patients only."
    offer.save()
    assert "Twelve" in read(client)
    Clinic.objects.update(emergency_line="Call 911 at once.")
    PageChange.objects.note()
    assert "Call 911 at once." in read(client)


def test_it_is_rendered_anew_when_the_clinics_day_is_over(client: Client) -> None:
    noon = dt.datetime(2026, 11, 22, 17, tzinfo=dt.UTC)
    with time_machine.travel(noon, tick=False) as clock:
        Closure.objects.create(
            first_day=dt.date(2026, 11, 30), last_day=dt.date(2026, 11, 30), reason="Repairs"
        )
        assert "30 November" not in read(client)
        clock.shift(dt.timedelta(days=1))
        assert "30 November" in read(client)


def test_it_is_forgotten_with_what_it_was_made_of(client: Client) -> None:
    read(client)
    facts.forget()
    again = patch.object(blank_form, "render_to_string", side_effect=LookupError("rendered again"))
    with again, pytest.raises(LookupError, match="rendered again"):
        read(client)


def test_it_carries_no_mark_of_ours(client: Client) -> None:
    assert blank_form._KEY not in read(client)


def test_values_are_escaped() -> None:
    request = RequestFactory().get(URL)
    form = LeadForm(initial={"form_key": '"><b>'})
    page = blank_form.page(request, Offer.objects.get(), form)
    assert "<b>" not in page.partition('name="form_key"')[2].partition(">")[0]
    assert 'value="&quot;&gt;&lt;b&gt;"' in page
