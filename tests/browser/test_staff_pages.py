"""Every staff page: nothing on it that the policy refuses, a quiet console, and nothing for axe-core to find."""

import hashlib
from base64 import b64encode
from typing import Any

import lxml.html
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Page, expect

from blog.models import Article
from offers.models import Lead
from tests import factories as make
from tests.staff_addresses import make_rows, path_of, shown_to_the_owner

from .signed_in import enter, listen
from .test_accessibility import ASKED_FOR, CONTRAST, cut_off_when_spaced

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES = {"resultTypes": ["violations"], "runOnly": WCAG, "rules": ASKED_FOR}
# Links fade from one colour to the other: two frames until that has begun, and then until it is over.
SETTLED = """async () => {
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  await Promise.allSettled(document.getAnimations().map(one => one.finished));
}"""
# What is wrong with where the focus is: it does not show, or the bar of buttons lies over all of it.
AMISS = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect(), look = getComputedStyle(at);
  const bar = document.querySelector('.submit-row');
  const inside = !at.matches(':focus'); // the calendar in a box for a day: Chromium rings it by itself
  const bare = !inside && look.outlineStyle === 'none' && look.boxShadow === 'none';
  const under = !bar.contains(at) && box.height && box.top >= bar.getBoundingClientRect().top;
  return at === document.body ? '' : (bare ? 'no outline ' : '') + (under ? 'under the bar ' : '');
}"""
# Every fold, and of each kind of rows the first.
OPENED = """() => {
  const folds = 'fieldset.collapse > details, .rows__row:nth-child(1 of .rows__row) details';
  for (const fold of document.querySelectorAll(folds)) fold.open = true;
}"""
LEADS, ARTICLES = "/admin/offers/lead/", "/admin/blog/article/"


@pytest.fixture
def owner(site: str) -> User:
    make_rows()
    return make.make_user("someone", group="Owner", password="eleven grey needles")


def refused(page: Any, policy: str) -> list[str]:
    """What on a page its policy would refuse: inline style and script, and what another host would send."""
    inline = page.xpath("//@style|//@*[starts-with(name(),'on')]|//@*[starts-with(.,'javascript:')]")
    bare = page.xpath("//script[not(@src) and not(@nonce) and not(@type)]|//style[not(@nonce)]")
    sent = page.xpath("//script/@src|//link[@rel='stylesheet']/@href|//img/@src|//iframe/@src")
    return [
        *(str(one) for one in inline),
        *(one.tag for one in bare if digest(one.text) not in policy),
        *(one for one in sent if not one.startswith(("/", "data:image/")) or one.startswith("//")),
    ]


def digest(text: str) -> str:
    """As a policy names what may stand on the page."""
    return b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_no_page_breaks_the_policy_and_the_console_stays_quiet(page: Page, site: str, owner: User) -> None:
    """The markup of every page is read; Chromium opens one page for each set of scripts and styles there is."""
    client = Client()
    client.force_login(owner)
    kinds: dict[frozenset[str], str] = {}
    for path in shown_to_the_owner():
        response = client.get(path, follow=True)
        assert response.status_code == 200, path
        read = lxml.html.fromstring(response.content)
        assert refused(read, response["Content-Security-Policy"]) == [], path
        kinds.setdefault(frozenset(read.xpath("//script/@src|//link/@href|//*[@name]/@class")), path)
    enter(page, site, owner)
    said = listen(page)
    for path in kinds.values():
        page.goto(site + path)
    assert len(kinds) > 20
    assert said == []


def staff_pages(lead: Lead) -> list[str]:
    """Where staff live, each in a state with something on it."""
    hers = (f"{LEADS}{lead.pk}/{page}/" for page in ("change", "redeem", "code"))
    names = ("change", "publish", "compare", "restore", "widths")
    return [
        *("/admin/", LEADS, f"{LEADS}?tab=set_aside", *hers, f"{LEADS}doubles/", f"{LEADS}by-phone/"),
        *(ARTICLES, *(path_of(f"admin:blog_article_{name}") for name in names), f"{ARTICLES}2/sign/"),
        *(
            f"{ARTICLES}reviews/",
            "/admin/articles/health/",
            "/admin/articles/demand/",
            f"{LEADS}is-all-well/",
        ),
        *("/desk/", f"/desk/{lead.pk}/", "/admin/offers/offer/1/change/", "/admin/clinic_site/pagereport/"),
        *("/admin/second-factor/phone/", "/admin/second-factor/recovery-codes/", "/admin/password/"),
    ]


def find(page: Page, faults: dict[str, str], name: str) -> None:
    """Faults on the page that is open, at two widths; in a window as tall as the page, or a bar covers some."""
    page.evaluate(AXE_SCRIPT)
    for width, scheme in ((390, "light"), (1440, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.evaluate(SETTLED)
        rules = RULES if scheme == "light" else CONTRAST
        for one in page.evaluate("rules => axe.run(rules).then(found => found.violations)", rules):
            faults[f"{name} {width} {scheme} {one['id']}"] = one["nodes"][0]["html"][:150]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults[f"{name} {width}"] = "wider than the screen"
    page.emulate_media(color_scheme="light")


def test_axe_finds_nothing_where_staff_live(page: Page, site: str, owner: User) -> None:
    lead = Lead.objects.latest("pk")
    make.make_lead(name="Pat Exampel", email="")
    make.make_lead(name="Odd", phone="+12125550111", doubts=["odd"])
    article = Article.objects.order_by("pk")[0]
    article.conclusion += "<p>It cures the pain. Look <a href='/blog/'>here</a>.</p>"
    article.save()
    Article.objects.filter(pk=article.pk).update(next_review_on=None)
    enter(page, site, owner)
    faults: dict[str, str] = {}
    for path in staff_pages(lead):
        page.goto(site + path)
        find(page, faults, path)
    page.goto(f"{site}/desk/")
    page.get_by_label("Code, last four digits").fill("0123")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_text("found.")).to_be_visible()
    find(page, faults, "found")
    page.goto(f"{site}/desk/{lead.pk}/")
    page.get_by_role("button", name="Redeem").click()
    expect(page.get_by_text("Done. Take")).to_be_visible()
    find(page, faults, "redeemed")
    enter(page, site, owner, second=False)
    page.goto(f"{site}/admin/")
    expect(page.get_by_label("Code")).to_be_focused()
    find(page, faults, "second factor")
    page.context.clear_cookies()
    page.goto(f"{site}/admin/")
    expect(page.get_by_label("Password")).to_be_visible()
    find(page, faults, "signing in")
    assert faults == {}


def test_the_longest_form_is_walked_with_a_keyboard_on_a_small_screen(
    page: Page, site: str, owner: User
) -> None:
    """WCAG 2.1.1, 2.1.2, 2.4.7 and 2.4.11 to the last button and back; 1.4.10 at 320 px; 1.4.12."""
    enter(page, site, owner)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(site + path_of("admin:blog_article_change"))
    expect(page.locator(".ProseMirror").last).to_be_attached()
    page.evaluate(OPENED)
    last = page.locator(".submit-row").get_by_role("button").last
    wrong: dict[str, str] = {}
    for key, most in (("Tab", 600), ("Shift+Tab", 60)):
        for _ in range(most):
            page.keyboard.press(key)
            if amiss := page.evaluate(AMISS):
                wrong[page.evaluate("document.activeElement.outerHTML.slice(0, 150)")] = f"{key}: {amiss}"
            if key == "Tab" and last.evaluate("one => one === document.activeElement"):
                break
        else:
            assert key != "Tab", page.evaluate("document.activeElement.outerHTML.slice(0, 300)")
    assert not last.evaluate("one => one === document.activeElement")
    assert wrong == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert cut_off_when_spaced(page) == []


def test_the_end_of_a_sign_in_is_said_in_time_and_put_off_with_one_press(
    page: Page, site: str, owner: User
) -> None:
    """WCAG 2.2.1."""
    page.clock.install()
    enter(page, site, owner)
    said = listen(page)
    for path in ("/desk/", LEADS, f"{ARTICLES}{Article.objects.earliest('pk').pk}/change/"):
        page.goto(site + path, wait_until="networkidle")
        bar = page.locator(".stay")
        page.clock.fast_forward(26 * 60_000)
        expect(bar).to_be_hidden()
        page.clock.fast_forward(62_000)
        expect(bar.get_by_role("alert")).to_contain_text("In two minutes you are signed out.")
        with page.expect_response("**/jsi18n/") as kept:
            bar.get_by_role("button", name="Stay signed in").click()
        assert kept.value.ok
        expect(bar).to_be_hidden()
        page.clock.fast_forward(29 * 60_000)
        expect(bar).to_be_visible()
        page.clock.fast_forward(62_000)
        expect(bar.get_by_role("alert")).to_contain_text("You are signed out")
        expect(bar.get_by_role("button")).to_be_hidden()
    assert said == []


def test_who_types_is_not_told_that_nothing_was_done(page: Page, site: str, owner: User) -> None:
    """Neither on the page of a new article, nor in another window; who is signed out all the same is told so."""
    page.clock.install()
    enter(page, site, owner)
    page.goto(site + LEADS)
    writing = page.context.new_page()
    writing.goto(f"{site}{ARTICLES}add/", wait_until="networkidle")
    page.clock.fast_forward(20 * 60_000)  # in both
    with writing.expect_response("**/article/draft/"):
        writing.get_by_label("Title:", exact=True).fill("Typed")
    writing.get_by_text("Kept, but not saved, at").wait_for()
    page.clock.fast_forward(20 * 60_000)
    for each in (page, writing):
        expect(each.locator(".stay")).to_be_hidden()
    page.clock.fast_forward(8 * 60_000)
    Session.objects.all().delete()
    page.get_by_role("button", name="Stay signed in").click()
    expect(page.locator(".stay")).to_contain_text("You are signed out")
