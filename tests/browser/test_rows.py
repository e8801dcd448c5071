"""Rows put in order by dragging and by keyboard, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from blog.models import Article, KeyPoint

from .conftest import PHONE
from .test_staff import sign_in


@pytest.fixture
def article(page: Page, site: str) -> Article:
    article = Article.objects.get(slug="dry-needling-for-sciatica")
    sign_in(page, site)
    page.goto(f"{site}/admin/blog/article/{article.pk}/change/")
    return article


def points(article: Article) -> list[str]:
    return list(KeyPoint.objects.filter(article=article).values_list("text", flat=True))


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()


def test_a_row_is_dragged_to_the_end(page: Page, article: Article) -> None:
    before = points(article)
    grips = page.locator("#key_points-group .rows__grip")
    grips.first.scroll_into_view_if_needed()
    start, end = grips.first.bounding_box(), grips.last.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 9, start["y"] + 9)
    page.mouse.down()
    page.mouse.move(end["x"] + 9, end["y"] + end["height"] + 30, steps=20)
    page.mouse.up()
    expect(page.get_by_role("status").last).to_contain_text(f"now {len(before)} of {len(before)}")
    save(page)
    assert points(article) == [*before[1:], before[0]]


def test_a_row_is_moved_with_the_keyboard_and_it_is_said(page: Page, article: Article) -> None:
    page.set_viewport_size(PHONE)
    before = points(article)
    page.locator("#key_points-1").get_by_role("button", name="Move up").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").last).to_contain_text(f"now 1 of {len(before)}")
    save(page)
    assert points(article) == [before[1], before[0], *before[2:]]


def test_a_moved_source_takes_the_number_of_its_place_and_says_so(page: Page, article: Article) -> None:
    first, second, *_ = [row.source.key for row in article.citations.select_related("source")]
    page.locator("#citations-1").get_by_role("button", name="Move up").click()
    note = page.locator("#citations-group .rows__note")
    expect(note).to_have_text("Other numbers now: 1, 2. The text stays as it is: change its markers too.")
    save(page)
    assert [row.source.key for row in article.citations.select_related("source")[:2]] == [second, first]
