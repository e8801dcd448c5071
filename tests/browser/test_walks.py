"""Map, region, article, muscle, article: with nothing but a keyboard, and without any CSS."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from .conftest import PHONE

MOST_TABS = 150
FOCUSED = "document.activeElement"
# An outline; on the map, the region's name instead.
SHOWN = f"""getComputedStyle({FOCUSED}).outlineStyle != 'none'
  || getComputedStyle({FOCUSED}.querySelector('.body-map__name')).fill != 'none'"""


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"java_script_enabled": False}


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until something that `selector` names has the focus, and see that it shows."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(f"{FOCUSED}.matches({selector!r})"):
            assert page.evaluate(SHOWN)
            return
    pytest.fail(f"{selector} cannot be reached")


def test_with_a_keyboard_alone(page: Page, site: str) -> None:
    page.goto(f"{site}/")
    tab_to(page, ".body-map a[href='/blog/?region=lower-back']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Lower back")
    tab_to(page, ".article-index a[href='/blog/dry-needling-for-sciatica/']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dry needling for sciatica")
    tab_to(page, ".muscle-list a[href='/muscles/piriformis/']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Piriformis")
    tab_to(page, ".article-index a[href='/blog/dry-needling-for-low-back-pain/']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dry needling for low back pain")


def test_each_region_of_the_map_is_one_link_with_its_name(page: Page, site: str) -> None:
    page.goto(f"{site}/conditions/")
    on_the_map = page.locator(".body-map").get_by_role("link").all()
    names = [link.text_content() for link in on_the_map]
    listed = [link.text_content() for link in page.locator(".region-links a").all()]
    assert names == listed
    for link in on_the_map:
        address = link.get_attribute("href")
        assert page.locator(f".region-links a[href='{address}']").count() == 1


def test_a_number_on_the_plate_leads_to_its_row(page: Page, site: str) -> None:
    page.goto(f"{site}/blog/dry-needling-for-sciatica/")
    tab_to(page, ".plate a[href='#muscle-3']")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#muscle-3$"))
    expect(page.locator("#muscle-3")).to_contain_text("Gluteus minimus")


def without_css(route: Route) -> None:
    """As a text browser or a broken network would have it."""
    if route.request.resource_type == "stylesheet":
        route.abort()
    elif route.request.resource_type == "document":
        response = route.fetch()
        body = re.sub(r"<style>.*?</style>", "", response.text(), flags=re.DOTALL)
        route.fulfill(response=response, body=body)
    else:
        route.continue_()


def test_without_css(page: Page, site: str) -> None:
    page.set_viewport_size(PHONE)
    page.route("**/*", without_css)
    page.goto(f"{site}/")
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily") == '"Times New Roman"'
    page.locator("main").get_by_role("link", name="Lower back").first.click()
    page.locator("main").get_by_role("link", name="Dry needling for sciatica").click()
    expect(page.get_by_role("heading", name="Emergency: Call 911", exact=False)).to_be_visible()
    page.get_by_role("heading", name="Piriformis").get_by_role("link").click()
    expect(page.get_by_text("Where its pain is felt")).to_be_visible()
    page.locator("main").get_by_role("link", name="Dry needling for low back pain").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dry needling for low back pain")
