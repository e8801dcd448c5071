"""axe-core with every rule of WCAG 2.2 A and AA and its best practices; the HTML checker; narrow screens."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from offers.models import Lead
from tests import factories as make
from tests.test_every_page import ARTICLES, PAGES
from tests.tools.html_checker import find_checker

# Two rules that axe leaves off unless asked: WCAG 2.5.3 and 1.3.4.
ASKED_FOR = {"label-content-name-mismatch": {"enabled": True}, "css-orientation-lock": {"enabled": True}}
RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": ASKED_FOR,
}
CONTRAST = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": ["color-contrast"]}}


# What hides words that no longer fit once everything has WCAG's spacing; an ornament may stick out before.
SPACED = """() => {
  const hiding = () => [...document.querySelectorAll('body *')].filter(e => {
    const look = getComputedStyle(e);
    const hides = /hidden|clip/.test(look.overflowX + look.overflowY) && look.textOverflow !== 'ellipsis';
    const shown = e.clientWidth > 2 && e.clientHeight > 2 && e.textContent.trim() && !(e instanceof SVGElement);
    return hides && shown && (e.scrollHeight > e.clientHeight + 2 || e.scrollWidth > e.clientWidth + 2);
  });
  const before = hiding();
  for (const e of document.querySelectorAll('*')) {
    e.style.lineHeight = 1.5;
    e.style.letterSpacing = '.12em';
    e.style.wordSpacing = '.16em';
    if (e.matches('p')) e.style.marginBlockEnd = '2em';
  }
  return hiding().filter(e => !before.includes(e)).map(e => e.outerHTML.slice(0, 100));
}"""


def cut_off_when_spaced(page: Page) -> list[str]:
    found: list[str] = page.evaluate(SPACED)
    return found


def more_pages(site: str) -> list[str]:
    """Pages that a patient meets on the way: the ticket, and what went wrong."""
    return [*PAGES, make.make_lead().get_absolute_url(), "/nowhere/"]


def one_of_each_kind(site: str) -> list[str]:
    """Articles are made by one template: the longest, one with two plates, and one without a condition stand for all.

    axe takes seconds for a long page. The HTML checker and the narrow window see every page.
    """
    shown = {
        "/blog/dry-needling-for-sciatica/",
        "/blog/dry-needling-for-tension-type-headache/",
        "/blog/dry-needling-and-acupuncture/",
    }
    assert shown <= set(ARTICLES)
    return [address for address in more_pages(site) if address in shown or address not in ARTICLES]


def faults(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    found = Axe().run(page, options=rules).response["violations"]
    return [f"{fault['id']}: {node['html'][:120]}" for fault in found for node in fault["nodes"]]


@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing(page: Page, site: str, width: int) -> None:
    """In a window as tall as the page: the thumb bar covers half of some link at any one place of scrolling.

    In the dark only on a phone: no colour depends on the width.
    """
    found = {}
    for address in one_of_each_kind(site):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(site + address)
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        trouble = faults(page)
        if width < 500:
            page.emulate_media(color_scheme="dark", reduced_motion="reduce")
            trouble += faults(page, CONTRAST)
        if trouble:
            found[address] = trouble
    assert found == {}


def test_axe_finds_nothing_on_a_form_with_errors(page: Page, site: str) -> None:
    page.goto(f"{site}/offers/new-patient/")
    page.get_by_role("button", name="Send my request").click()
    assert page.locator(".error-summary").is_visible()
    assert faults(page) == []


def test_axe_finds_nothing_on_a_form_that_asks_about_a_mail_address(page: Page, site: str) -> None:
    page.goto(f"{site}/offers/new-patient/")
    page.get_by_label("Full name").fill("Pat Example")
    page.get_by_label("E-mail address").fill("pat@gmial.com")
    page.get_by_label("E-mail me").check()
    page.get_by_label("Where does it hurt?").select_option(label="Hip and buttock")
    page.get_by_role("button", name="Send my request").click()
    assert page.get_by_role("heading", name="Did you mean pat@gmail.com?").is_visible()
    assert page.evaluate("document.activeElement.className") == "notice stack"
    assert faults(page) == []


def test_nothing_is_wider_than_a_small_phone(page: Page, site: str) -> None:
    """320 px is also 400 % zoom of 1280 (WCAG 1.4.10)."""
    page.set_viewport_size({"width": 320, "height": 700})
    for address in more_pages(site):
        page.goto(site + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address


def test_text_may_be_spaced_out(page: Page, site: str) -> None:
    """WCAG 1.4.12: nothing is cut off when a reader sets their own spacing."""
    page.set_viewport_size({"width": 390, "height": 844})
    for address in ("/", "/blog/dry-needling-for-sciatica/", "/offers/new-patient/"):
        page.goto(site + address)
        assert cut_off_when_spaced(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address


def test_the_console_stays_quiet(page: Page, site: str) -> None:
    """No Content-Security-Policy violation, no missing file, no script error on any public page."""
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
    page.on("requestfailed", lambda request: said.append(f"failed: {request.url}"))
    for address in PAGES:
        page.goto(site + address)
    assert said == []


def test_no_other_host_is_asked(page: Page, site: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for address in PAGES:
        page.goto(site + address)
    assert {url for url in asked if not url.startswith(site)} == set()
    assert len(asked) > len(PAGES)


def test_the_html_checker_finds_no_error(page: Page, site: str, tmp_path: Path) -> None:
    checker = find_checker()
    if checker is None:
        pytest.skip(
            "The HTML checker needs Java; `make test` says how to get it, and fails without it in CI."
        )
    for number, address in enumerate(more_pages(site)):
        (tmp_path / f"{number}.html").write_text(page.request.get(site + address).text())
    assert Lead.objects.exists()
    checked = subprocess.run(
        [*checker, "--format", "json", "--exit-zero-always", str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    messages = json.loads(checked.stderr)["messages"]
    assert [f"{row['url']}: {row['message']} {row.get('extract', '')}" for row in messages] == []
