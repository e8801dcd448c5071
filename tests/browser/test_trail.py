"""In a real browser: the way to the form and the taps on it, and none of that of whoever asks not to be recorded."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from clinic_site.models import Clinic
from offers import tally
from offers.models import DailyCount, Lead
from tests.test_counts import PHONE as AGENT

from .conftest import PHONE
from .waiting import wait_until

FIRST, LAST = "dry-needling-for-sciatica", "dry-needling-for-low-back-pain"
NO_RECORD = "Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })"


@pytest.fixture
def browser_context_args(
    browser_context_args: dict[str, Any], request: pytest.FixtureRequest
) -> dict[str, Any]:
    own: dict[str, Any] = getattr(request, "param", {})
    return browser_context_args | {"viewport": PHONE, "user_agent": AGENT} | own


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sends the form here has looked at it for a while."""
    monkeypatch.setattr("offers.suspicion.FASTEST", -1)


def counted() -> dict[tuple[str, str], int]:
    tally.write()
    return {(row.kind, row.article): row.count for row in DailyCount.objects.all()}


def walk_to_the_form(page: Page, site: str) -> None:
    """From a poster to one article, on to another, and by its own link to the form."""
    page.goto(f"{site}/blog/{FIRST}/?c=poster-7")
    page.locator(f'main a[href="/blog/{LAST}/"]').first.click()
    expect(page).to_have_url(re.compile(f"/blog/{LAST}/$"))
    page.locator(".ticket").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/offers/new-patient/$"))


def send(page: Page) -> Lead:
    page.get_by_label("Full name").fill("Pat Example")
    page.get_by_label("Phone number").fill("212.555.0123")
    page.get_by_label("E-mail address").fill("pat@example.com")
    page.get_by_label("Where does it hurt?").select_option(label="Hip and buttock")
    page.get_by_role("button", name="Send my request").click()
    expect(page).to_have_url(re.compile("/claimed/"))
    return Lead.objects.get()


def test_the_request_knows_the_first_article_the_last_one_and_the_poster(page: Page, site: str) -> None:
    walk_to_the_form(page, site)
    page.get_by_role(
        "button", name="Send my request"
    ).click()  # too early: it comes back with what is missing
    expect(page.locator(".error-summary")).to_be_visible()
    lead = send(page)
    assert (lead.first_article, lead.article, lead.campaign) == (FIRST, LAST, "poster-7")
    assert counted() == {
        ("read", FIRST): 1,
        ("read", LAST): 1,
        ("opened", LAST): 1,
        ("claimed", LAST): 1,
    }


def test_a_page_in_between_does_not_hide_the_last_article(page: Page, site: str) -> None:
    page.goto(f"{site}/blog/{FIRST}/")
    page.goto(f"{site}/blog/{LAST}/")
    page.goto(f"{site}/prices/")
    page.locator('main a[href="/offers/new-patient/"]').first.click()
    lead = send(page)
    assert (lead.first_article, lead.article, lead.campaign) == (FIRST, LAST, "")


def test_the_visit_leaves_no_cookie_and_nothing_stored(
    page: Page, context: BrowserContext, site: str
) -> None:
    walk_to_the_form(page, site)
    assert [cookie.get("name") for cookie in context.cookies()] == ["csrf"]
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert "needling" not in page.url


def ask_not_to_be_recorded(context: BrowserContext) -> None:
    context.set_extra_http_headers({"Sec-GPC": "1"})
    context.add_init_script(NO_RECORD)


def test_whoever_asks_not_to_be_recorded_is_not(page: Page, context: BrowserContext, site: str) -> None:
    ask_not_to_be_recorded(context)
    walk_to_the_form(page, site)
    assert page.locator("[name=seen]").input_value() == ""
    lead = send(page)
    assert (lead.first_article, lead.article, lead.campaign) == ("", "", "")
    assert counted() == {("claimed", ""): 1}


def test_taps_of_whoever_asks_not_to_be_recorded_are_not_even_sent(
    page: Page, context: BrowserContext, site: str
) -> None:
    ask_not_to_be_recorded(context)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/blog/{FIRST}/")
    page.locator(".thumb-bar").get_by_role("link", name="Call").click()
    page.goto(f"{site}/prices/")
    assert f"{site}/prices/" in asked
    assert not [url for url in asked if "/count/" in url]


@pytest.mark.parametrize(("name", "kind"), [("Call", "call"), ("Text", "text"), ("Directions", "directions")])
def test_a_tap_is_counted_for_its_article(page: Page, site: str, name: str, kind: str) -> None:
    clinic = Clinic.objects.get()
    clinic.directions = "Ring twice."  # the starter content knows no way
    clinic.save()
    page.goto(f"{site}/blog/{FIRST}/")
    page.locator(".thumb-bar").get_by_role("link", name=name).click()
    wait_until(page, lambda: (kind, FIRST) in counted())
    assert counted() == {("read", FIRST): 1, (kind, FIRST): 1}


@pytest.mark.parametrize("browser_context_args", [{"java_script_enabled": False}], indirect=True)
def test_without_javascript_the_last_article_is_known(page: Page, site: str) -> None:
    walk_to_the_form(page, site)
    lead = send(page)
    assert (lead.first_article, lead.article, lead.campaign) == (LAST, LAST, "")


def test_another_site_does_not_learn_which_page_was_read(
    page: Page, context: BrowserContext, site: str
) -> None:
    outside: list[dict[str, str]] = []

    def answer(route: Route) -> None:
        outside.append(route.request.all_headers())
        route.fulfill(body="A paper.", content_type="text/plain")

    context.route(re.compile(rf"^(?!{re.escape(site)})http"), answer)
    page.goto(f"{site}/blog/{FIRST}/")
    page.locator('.sources a[href^="https://"], main a[href^="https://doi.org"]').first.click()
    expect(page.get_by_text("A paper.")).to_be_visible()
    assert len(outside) == 1
    assert "referer" not in outside[0]
