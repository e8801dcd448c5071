"""The front desk with a phone and with a keyboard alone."""

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, expect

from clinic_site.models import AuthenticatorApp
from offers.models import Lead
from tests import factories as make
from tests.signing_in import KEY, code_of

from .conftest import PHONE
from .test_staff import sign_in

LEADS = "/admin/offers/lead/"


def test_it_redeems_with_the_keyboard_alone(page: Page, site: str) -> None:
    lead = make.make_lead()
    page.set_viewport_size(PHONE)
    sign_in(page, site)
    page.goto(f"{site}/desk/")
    expect(page.get_by_label("Code, last four digits")).to_be_focused()
    page.keyboard.type(lead.code_text.lower())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pat Example")
    assert lead.code not in page.url
    button = page.get_by_role("button", name="Redeem $100 now")
    for _ in range(6):
        page.keyboard.press("Tab")
        if button.evaluate("one => one === document.activeElement"):
            break
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Done. Take $100 off the regular fee.")
    page.reload()  # what was done just now is said once
    expect(page.get_by_text("Already used on")).to_be_visible()
    lead.refresh_from_db()
    assert lead.stage == Lead.Stage.REDEEMED


def test_the_code_of_a_ticket_fills_the_box_and_leaves_the_address(page: Page, site: str) -> None:
    lead = make.make_lead()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    sign_in(page, site)
    page.goto(f"{site}/desk/#{lead.code}")
    expect(page.get_by_label("Code, last four digits")).to_have_value(lead.code)
    expect(page.get_by_label("Code, last four digits")).to_be_focused()
    assert page.url == f"{site}/desk/"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pat Example")
    page.goto(f"{site}/desk/#<script>alert(1)</script>")
    expect(page.get_by_label("Code, last four digits")).to_have_value("")

    User.objects.filter(username="owner").update(password=make_password("a long password"))
    AuthenticatorApp.objects.update(last_step=-1)
    page.context.clear_cookies()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("about:blank")
    page.goto(f"{site}/desk/#{lead.code}")
    page.get_by_label("Username").fill("owner")
    for password in ("a slip", "a long password"):
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Code").fill(code_of(KEY))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Code, last four digits")).to_have_value(lead.code)
    assert not any(lead.code in url.partition("#")[0] for url in asked)
    assert said == []


def test_it_works_without_script(browser: Browser, page: Page, site: str) -> None:
    lead = make.make_lead()
    sign_in(page, site)
    plain = browser.new_context(
        java_script_enabled=False, storage_state=page.context.storage_state()
    ).new_page()
    plain.set_viewport_size(PHONE)
    plain.goto(f"{site}/desk/")
    plain.get_by_label("Code, last four digits").fill("0123")
    plain.get_by_role("button", name="Find").click()
    plain.get_by_role("button", name="Redeem $100 now").click()
    expect(plain.get_by_text("Done. Take $100 off the regular fee.")).to_be_visible()
    plain.get_by_text("Undo it").click()
    plain.get_by_label("Why?").fill("Wrong person")
    plain.get_by_role("button", name="Undo the redemption").click()
    expect(plain.get_by_text("Undone. The code can be used again.")).to_be_visible()
    lead.refresh_from_db()
    assert lead.redeemed_at is None
    plain.context.close()


def test_a_claim_by_phone_takes_the_keyboard_alone(page: Page, site: str) -> None:
    sign_in(page, site)
    page.goto(f"{site}{LEADS}by-phone/")
    expect(page.get_by_label("Full name")).to_be_focused()
    for typed in ("Philippa Featherstone", "212 555 0187", "", "Lower", "", "After five."):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Read this code to Philippa Featherstone")
    lead = Lead.objects.get()
    assert (lead.region, lead.note, lead.came_by) == ("lower-back", "After five.", "phone")
    expect(page.locator(".desk-ticket__code")).to_have_text(lead.code_text)


def test_every_target_at_the_desk_is_44_px(page: Page, site: str) -> None:
    lead, other = make.make_lead(), make.make_lead(name="Pat Other", email="")
    lead.redeem(by=make.make_user("rosa"))
    page.set_viewport_size({"width": 320, "height": 700})
    sign_in(page, site)
    for address in ("/desk/", f"/desk/{lead.pk}/", "0123"):
        if address == "0123":
            page.goto(f"{site}/desk/")
            page.get_by_label("Code, last four digits").fill(address)
            page.get_by_role("button", name="Find").click()
        else:
            page.goto(site + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        for target in page.locator("a:visible, button:visible, input:visible, summary:visible").all():
            box = target.bounding_box()
            assert box
            assert box["height"] >= 44, target.evaluate("one => one.outerHTML")
    assert other.pk
