"""The bar at the foot of a phone: in reach, never in the way, and no offer before the emergency advice."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from clinic_site.models import Clinic

from .conftest import PHONE

ARTICLE = "/blog/dry-needling-for-sciatica/"
OFFERS_IN_VIEW = """() => [...document.querySelectorAll("a[href^='/offers/']")].filter((link) => {
  const box = link.getBoundingClientRect();
  return box.height && box.top < innerHeight && box.bottom > 0;
}).length"""
UNDER_THE_BAR = """() => {
  const bar = document.querySelector(".thumb-bar").getBoundingClientRect();
  const box = document.activeElement.getBoundingClientRect();
  const isInBar = document.activeElement.closest(".thumb-bar");
  return !isInBar && box.height && box.top >= bar.top ? document.activeElement.outerHTML : "";
}"""


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"viewport": PHONE, "reduced_motion": "reduce"}


@pytest.fixture
def clinic(site: str) -> Clinic:
    clinic = Clinic.objects.get()
    clinic.street = "1 Example St"
    clinic.save()
    return clinic


def test_no_offer_is_in_view_before_the_emergency_box(page: Page, site: str) -> None:
    page.goto(site + ARTICLE)
    heading = page.locator(".care--emergency .care__heading")
    offer = page.locator(".thumb-bar__offer")
    top = heading.evaluate("e => e.getBoundingClientRect().top")
    for place in range(0, int(top) - PHONE["height"], 300):
        page.evaluate("place => scrollTo(0, place)", place)
        page.wait_for_timeout(50)
        assert page.evaluate(OFFERS_IN_VIEW) == 0, place
    heading.scroll_into_view_if_needed()
    expect(offer).to_be_visible()
    page.evaluate("scrollTo(0, 0)")
    expect(offer).to_be_visible()  # it has been reached

    page.goto(f"{site}/about/")
    page.goto(f"{site}{ARTICLE}#sources")  # a jump over the box
    page.wait_for_timeout(200)
    expect(offer).to_be_hidden()
    page.route("**/site*.js", lambda route: route.abort())
    page.goto(site + ARTICLE)
    heading.scroll_into_view_if_needed()
    expect(offer).to_be_hidden()
    expect(page.locator(".ticket .button")).to_have_count(1)


def test_it_has_what_is_known_and_fits_a_small_phone(page: Page, site: str, clinic: Clinic) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"{site}/about/")
    links = page.locator(".thumb-bar a")
    expect(links).to_have_text(["Call", "Text", "Directions", "$100 off"])
    boxes = [link.bounding_box() for link in links.all()]
    assert all(box and 44 <= box["height"] < 70 and box["width"] >= 44 for box in boxes)
    assert all(box and 600 < box["y"] <= 700 - box["height"] for box in boxes)
    links.get_by_text("Directions").click()
    expect(page.locator("#getting-here")).to_be_in_viewport()


def test_it_never_covers_what_has_the_focus_nor_the_last_line(page: Page, site: str, clinic: Clinic) -> None:
    """WCAG 2.2, 2.4.11, forwards and backwards."""
    for address in ("/", ARTICLE):
        page.goto(site + address)
        for key in ("Tab", "Shift+Tab"):
            for _ in range(60):
                page.keyboard.press(key)
                assert page.evaluate(UNDER_THE_BAR) == "", (address, key)
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        bar, footer = (page.locator(part).bounding_box() for part in (".thumb-bar", ".site-footer"))
        assert bar
        assert footer
        assert footer["y"] + footer["height"] <= bar["y"] + 1


def test_it_steps_aside_where_somebody_types(page: Page, site: str) -> None:
    for address in ("/search/", "/search/?q=heel", "/offers/new-patient/", "/nowhere/"):
        page.goto(site + address)
        bar = page.locator(".thumb-bar")
        assert bar.evaluate("e => getComputedStyle(e).position") == "static", address
