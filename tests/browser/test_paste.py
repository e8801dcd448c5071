"""Pasting from Word and Google Docs keeps headings, lists and links and drops the rest."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from blog.models import Article

from .test_staff import sign_in

CLIPBOARDS = Path(__file__).with_name("clipboards")
WANTED = (
    "<h2>What helps</h2><p>Walking <strong>helps</strong>, and so does <em>time</em>.</p>"
    "<ul><li><p>A short walk</p></li><li><p>A warm bath</p></li></ul>"
    '<h3>More to read</h3><p>See <a href="https://example.com/advice">the advice</a>.</p>'
    "<ol><li><p>First</p></li><li><p>Second</p></li></ol>"
)


@pytest.fixture(autouse=True)
def quiet(page: Page) -> Iterator[None]:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    yield
    assert said == []


def paste(page: Page, html: str) -> None:
    """What the browser does when the clipboard holds `html`."""
    page.locator("[contenteditable=true]").first.evaluate(
        """(area, html) => {
          const data = new DataTransfer();
          data.setData("text/html", html);
          data.setData("text/plain", "not this");
          area.focus();
          area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        html,
    )


@pytest.mark.parametrize("source", ["word", "google-docs"])
def test_structure_is_kept_and_the_rest_dropped(page: Page, site: str, source: str) -> None:
    article = Article.objects.get(slug="dry-needling-for-sciatica")
    article.body = ""
    article.save()
    sign_in(page, site)
    page.goto(f"{site}/admin/blog/article/{article.pk}/change/", wait_until="networkidle")
    paste(page, (CLIPBOARDS / f"{source}.html").read_text())
    expect(page.locator("[contenteditable=true]").first).to_contain_text("What helps")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. Patients see it")).to_be_visible()
    article.refresh_from_db()
    assert article.body == WANTED
