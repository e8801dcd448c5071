"""The staff's walk: in by the printed link, a lead called and redeemed, an article edited and published."""

import re
from base64 import b32decode
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.core.management import call_command
from playwright.sync_api import Page, expect

from blog.models import Article, Edition
from clinic_site.models import AuthenticatorApp, SignInLink
from offers.models import Lead, LeadEvent
from tests import factories as make
from tests.signing_in import KEY, code_of, phone_of

from .conftest import PHONE

# Links in the middle of a sentence may be as high as its line (WCAG 2.5.8).
TARGETS = "button:visible, input:visible, summary:visible, a.button:visible, header a:visible, nav a:visible"
ADDRESS = "/blog/dry-needling-for-sciatica/"


def sign_in(page: Page, site: str, username: str = "owner") -> None:
    """By a link, which stands for the password, and with a phone that is set up already."""
    user = User.objects.get_or_create(username=username, defaults={"is_staff": True, "is_superuser": True})[0]
    phone_of(user)
    AuthenticatorApp.objects.filter(user=user).update(last_step=-1)  # tests sign in twice in half a minute
    page.goto(f"{site}/admin/sign-in/{SignInLink.objects.issue(user)}/")
    page.get_by_role("button", name="Sign in").click()
    expect(
        page.get_by_label("Code")
    ).to_be_focused()  # by itself: whoever types sooner makes Chromium complain
    page.get_by_label("Code").fill(code_of(KEY))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")


def test_a_new_receptionist_comes_from_a_printed_link_to_a_redeemed_code(
    page: Page, site: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a phone, without a manual: each page has a way on, and nothing to press is smaller than a finger."""
    make.make_user("frida", group="Front desk").set_unusable_password()
    lead = make.make_lead()
    call_command("sign_in_link", "frida")
    path = re.search(r"/admin/sign-in/\S+", capsys.readouterr().out)
    assert path
    page.set_viewport_size(PHONE)
    page.goto(site + path[0])
    press(page, "button", "Sign in", "Set up your phone")
    assert_accessible(page)
    opens = page.get_by_role("link", name="Open the app with the key").get_attribute("href")
    key = b32decode(page.locator("code.key").inner_text().replace(" ", "")).hex()
    assert opens
    assert opens.startswith("otpauth://totp/")
    page.get_by_label("The six digits").fill(code_of(key))
    press(page, "button", "Set up this phone", "Recovery codes")
    press(page, "button", "Make recovery codes", "Recovery codes")
    expect(page.locator(".recovery-codes li")).to_have_count(8)
    assert_accessible(page)
    press(page, "link", "I have them", "Today")
    press(page, "link", "Redeem a code", "Find a person")
    page.get_by_label("Code, last four digits").fill(lead.code_text.lower())
    press(page, "button", "Find", "Pat Example")
    press(page, "button", "Redeem $100 now", "Pat Example")
    expect(page.get_by_role("status")).to_have_text("Done. Take $100 off the regular fee.")
    press(page, "link", "Today", "Today")
    lead.refresh_from_db()
    assert lead.redeemed_by
    assert lead.redeemed_by.username == "frida"
    page.goto(site + path[0])
    expect(page.get_by_role("heading", level=1)).to_have_text("This link is over")


def press(page: Page, role: Literal["button", "link"], name: str, heading: str) -> None:
    """A press on a page of which every button, box and way out is 44 px high, and where it leads."""
    small = [
        target.evaluate("one => one.outerHTML.slice(0, 120)")
        for target in page.locator(TARGETS).all()
        if (size := target.bounding_box()) and size["height"] < 44
    ]
    assert small == [], page.url
    page.get_by_role(role, name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def assert_accessible(page: Page) -> None:
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    violations = Axe().run(page, options=rules).response["violations"]
    assert [f"{row['id']}: {row['nodes'][0]['html'][:150]}" for row in violations] == []


def test_a_lead_is_found_called_and_redeemed_on_a_phone(page: Page, site: str) -> None:
    lead = make.make_lead()
    page.set_viewport_size(PHONE)
    sign_in(page, site)
    page.get_by_role("link", name="All that wait").click()
    page.get_by_label("Find a lead").fill(f"  {lead.code_text.lower().replace('-', ' ')} ")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name=re.compile(r"^Pat E\.")).click()
    page.get_by_role("button", name="Mark as contacted").click()
    expect(page.get_by_text("Marked as contacted.")).to_be_visible()

    page.get_by_role("link", name="Redeem", exact=True).click()
    page.get_by_role("button", name=re.compile("Redeem|Yes")).click()
    expect(page.get_by_text("Redeemed. Take $100 off")).to_be_visible()

    lead.refresh_from_db()
    assert lead.stage == Lead.Stage.REDEEMED
    assert lead.redeemed_by is not None
    assert lead.redeemed_by.username == "owner"
    kinds = [event.kind for event in lead.events.all()]
    assert kinds == [LeadEvent.Kind.CLAIMED, LeadEvent.Kind.MOVED, LeadEvent.Kind.REDEEMED]


def test_an_article_is_edited_previewed_and_published(page: Page, site: str) -> None:
    article = Article.objects.get(slug="dry-needling-for-sciatica")
    sign_in(page, site)
    page.goto(f"{site}/admin/blog/article/{article.pk}/change/")
    page.get_by_label("Title:", exact=True).fill("Needling and sciatica")
    body = page.locator("[contenteditable=true]").first
    body.click()
    expect(body).to_be_focused()
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.type("A new sentence by the clinic.")
    page.get_by_role("button", name="Save and preview").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Needling and sciatica")
    expect(page.get_by_text("A new sentence by the clinic.")).to_be_visible()
    page.goto(site + ADDRESS)
    expect(page.get_by_role("heading", level=1)).to_have_text("Dry needling for sciatica")

    page.goto(f"{site}/admin/blog/article/{article.pk}/publish/")
    for tick in page.get_by_role("group", name="Self-review").get_by_role("checkbox").all():
        tick.check()
    page.get_by_role("button", name="Sign off this text").click()
    page.get_by_label("What is new in this edition").fill("A sentence more.")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("edition 2, is public now")).to_be_visible()
    page.goto(site + ADDRESS)
    expect(page.get_by_role("heading", level=1)).to_have_text("Needling and sciatica")
    expect(page.get_by_text("A new sentence by the clinic.")).to_be_visible()

    page.goto(f"{site}/admin/blog/article/{article.pk}/editions/")
    expect(page.locator("#content")).to_contain_text("A sentence more.")
    page.goto(f"{site}/admin/blog/article/{article.pk}/editions/1/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dry needling for sciatica")
    assert Edition.objects.live().get(article=article).signed_off
