"""The map "Where does it hurt?": found by thumb, mouse and keyboard."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import PHONE

TARGET = 24  # CSS pixels, WCAG 2.2's least
SHOWN = "node => getComputedStyle(node).fill != 'none' && getComputedStyle(node).opacity == '1'"
# For each region the size of the largest square of which every pixel leads to it, as far as `TARGET`.
LARGEST_SQUARES = """(target) => {
  const leadsTo = (x, y) => document.elementFromPoint(x, y)?.closest('.body-map a')?.getAttribute('href');
  const map = document.querySelector('.body-map');
  map.scrollIntoView({ behavior: 'instant' });
  const box = map.getBoundingClientRect();
  const found = {};
  for (const link of map.querySelectorAll('a')) found[link.getAttribute('href')] = 0;
  const above = [];
  for (let y = Math.ceil(box.top); y < box.bottom; y++) {
    let left = {}, corner = {};
    for (let x = Math.ceil(box.left); x < box.right; x++) {
      const here = leadsTo(x, y);
      const old = above[x] || {};
      const same = here && left.here === here && old.here === here && corner.here === here;
      const size = here ? 1 + (same ? Math.min(left.size, old.size, corner.size) : 0) : 0;
      if (here && size > found[here]) found[here] = size;
      corner = old;
      left = above[x] = { here, size };
    }
  }
  return found;
}"""


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"viewport": {**PHONE, "height": 1000}}


@pytest.fixture
def home(page: Page, site: str) -> Page:
    page.goto(site)
    page.wait_for_load_state("networkidle")
    return page


def test_every_region_is_large_enough_for_a_thumb(home: Page) -> None:
    squares = home.evaluate(LARGEST_SQUARES, TARGET)
    assert len(squares) == 8
    assert {region: size for region, size in squares.items() if size < TARGET} == {}


def test_the_keyboard_reaches_each_region_once_and_shows_its_name(home: Page) -> None:
    regions = home.locator(".body-map a")
    regions.first.focus()
    names = []
    for region in regions.all():
        assert region.evaluate("node => node === document.activeElement")
        name = region.locator("text")
        assert name.evaluate(SHOWN)
        names.append(name.text_content())
        home.keyboard.press("Tab")
    assert len(set(names)) == 8
    assert home.locator(".body-map a:focus").count() == 0


def test_the_list_lights_up_the_map(home: Page) -> None:
    link = home.locator(".region-links a").nth(3)
    region = home.locator(f'.body-map a[href="{link.get_attribute("href")}"]')
    before = region.evaluate("node => getComputedStyle(node).fill")
    link.hover()
    assert "is-lit" in (region.get_attribute("class") or "")
    assert region.evaluate("node => getComputedStyle(node).fill") != before
    assert region.locator("text").evaluate(SHOWN)


def test_the_name_stays_while_the_pointer_goes_to_it(home: Page) -> None:
    """WCAG 1.4.13: what appears under the pointer can be pointed at, and stays until something else is."""
    region, other = home.locator(".body-map a").nth(3), home.locator(".body-map a").last
    name = region.locator("text")
    assert not name.evaluate(SHOWN)
    region.locator("use").nth(2).hover()
    assert name.evaluate(SHOWN)
    box, map_box = name.bounding_box(), home.locator(".body-map").bounding_box()
    assert box
    assert map_box
    home.mouse.move(
        map_box["x"] + map_box["width"] / 2, map_box["y"] + map_box["height"] / 2
    )  # between the two
    assert name.evaluate(SHOWN)
    home.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert name.evaluate(SHOWN)
    assert not other.locator("text").evaluate(SHOWN)
    home.mouse.down()
    home.mouse.up()
    expect(home.get_by_role("heading", level=1)).to_have_text("Lower back")


def test_the_outline_comes_from_a_file_that_the_policy_lets_in(page: Page, site: str) -> None:
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.goto(f"{site}/blog/dry-needling-for-sciatica/")
    skin = page.locator(".plate__skin use").first
    skin.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert skin.evaluate("node => node.getBBox().height") > 1_500
    assert page.locator("use.plate__shape").first.evaluate("node => node.getBBox().height") > 20
    assert refused == []
