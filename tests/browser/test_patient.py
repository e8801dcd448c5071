"""The patient's walk on a phone, without JavaScript: from the front door to a code in hand."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from offers.models import Lead

from .conftest import PHONE


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"viewport": PHONE, "java_script_enabled": False}


@pytest.mark.parametrize("way", ["conditions", "blog"])
def test_from_the_front_door_to_a_code(page: Page, site: str, way: str) -> None:
    page.goto(f"{site}/")
    page.goto(f"{site}/{way}/")
    page.locator("main").get_by_role("link", name="Dry needling for sciatica").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dry needling for sciatica")
    page.locator(".ticket").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/offers/new-patient/$"))

    page.get_by_label("Full name").fill("Pat Example")
    page.get_by_label("Phone number").fill("212.555.0123")
    page.get_by_label("E-mail address").fill("pat@example.com")
    page.get_by_label("Text me").check()
    page.get_by_label("Where does it hurt?").select_option(label="Hip and buttock")
    page.get_by_role("button", name="Send my request").click()

    lead = Lead.objects.get()
    expect(page).to_have_url(re.compile(rf"/claimed/{lead.token}/$"))
    expect(page.locator("[data-lead-code]")).to_have_text(lead.code_text)
    expect(page.locator("main")).to_contain_text("Pat Example")
    expect(page.locator("main")).to_contain_text("$100")


def test_the_front_door_leads_there_by_itself(page: Page, site: str) -> None:
    page.goto(f"{site}/")
    page.locator("main").get_by_role("link", name="Lower back").first.click()
    page.locator("main").get_by_role("link", name="Dry needling for sciatica").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dry needling for sciatica")


def test_a_slip_is_told_at_the_field_and_nothing_is_lost(page: Page, site: str) -> None:
    page.goto(f"{site}/offers/new-patient/")
    page.get_by_label("Full name").fill("Pat Example")
    page.get_by_label("Phone number").fill("0123")
    page.get_by_role("button", name="Send my request").click()

    summary = page.locator(".error-summary")
    expect(summary).to_be_visible()
    assert page.title().startswith("Error: ")
    summary.get_by_role("link", name="area code").click()
    assert page.evaluate("document.activeElement.id") == "id_phone"
    expect(page.get_by_label("Full name")).to_have_value("Pat Example")
    expect(page.get_by_label("Phone number")).to_have_value("0123")


def test_a_likely_slip_in_the_mail_address_is_asked_about_and_either_answer_sends(
    page: Page, site: str
) -> None:
    """Enter in a box presses the form's first button: that one keeps what was typed."""
    for taken, address in ((True, "pat@gmail.com"), (False, "pat@gmial.com")):
        page.goto(f"{site}/offers/new-patient/")
        page.get_by_label("Full name").fill("Pat Example")
        page.get_by_label("E-mail address").fill("pat@gmial.com")
        page.get_by_label("E-mail me").check()
        page.get_by_label("Where does it hurt?").select_option(label="Hip and buttock")
        page.get_by_role("button", name="Send my request").click()
        expect(page.get_by_role("heading", name="Did you mean pat@gmail.com?")).to_be_visible()
        assert page.title().startswith("Check your e-mail address: ")
        expect(page.get_by_label("Full name")).to_have_value("Pat Example")
        if taken:
            page.get_by_role("button", name="Yes, change it and send").click()
        else:
            page.get_by_label("E-mail address").press("Enter")
        expect(page).to_have_url(re.compile(r"/claimed/"))
        assert Lead.objects.latest("pk").email == address


def test_each_question_has_its_own_address(page: Page, site: str) -> None:
    """A link to a question opens it, by the browser's own doing."""
    page.goto(f"{site}/blog/dry-needling-for-sciatica/#does-it-help")
    expect(page.get_by_text("The 58 people in that trial knew")).to_be_visible()


def test_a_marker_leads_to_its_source_and_back(page: Page, site: str) -> None:
    page.goto(f"{site}/blog/dry-needling-for-sciatica/")
    page.locator("#cite-3-1").click()
    expect(page).to_have_url(re.compile("#source-3$"))
    page.locator("#source-3 a[href='#cite-3-1']").click()
    expect(page).to_have_url(re.compile("#cite-3-1$"))
