"""Writing in a real browser: what is typed survives a closed tab and an ended sign-in, and two editors meet."""

from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, expect

from blog.models import Article, FormDraft
from blog.moving import move

from .test_staff import sign_in
from .waiting import wait_until


@pytest.fixture
def article(site: str) -> Article:
    return Article.objects.get(slug="dry-needling-for-sciatica")


@pytest.fixture(autouse=True)
def quiet(page: Page) -> Iterator[None]:
    """No page may say anything on the console: a refused style or script would."""
    said: list[str] = []
    page.context.on(
        "console", lambda message: said.append(f"{message.page and message.page.url}: {message.text}")
    )
    yield
    assert [line for line in said if "status of 403" not in line] == []


def open_form(page: Page, site: str, article: Article) -> None:
    with page.expect_response("**/article/draft/"):  # from then on the script listens
        page.goto(f"{site}/admin/blog/article/{article.pk}/change/")


def write(page: Page, words: str) -> None:
    page.locator("[contenteditable=true]").first.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def kept() -> str:
    """What the server has of the text that was typed and not saved."""
    drafts = FormDraft.objects.exclude(typed_at=None)
    return "".join(draft.typed.get("body", [""])[0] for draft in drafts)


def test_a_closed_tab_takes_nothing(page: Page, site: str, article: Article) -> None:
    sign_in(page, site)
    tab = page.context.new_page()
    open_form(tab, site, article)
    write(tab, " Typed and not saved.")
    tab.close(run_before_unload=True)
    wait_until(page, lambda: "Typed and not saved." in kept())
    open_form(page, site, article)
    expect(page.get_by_text("You have text that was not saved")).to_be_visible()
    page.get_by_text("What is different in it").click()
    expect(page.locator(".changes ins")).to_contain_text("Typed and not saved.")
    page.get_by_role("button", name="Bring it back").click()
    expect(page.locator("[contenteditable=true]").first).to_contain_text("Typed and not saved.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. Patients see it")).to_be_visible()
    article.refresh_from_db()
    assert "Typed and not saved." in article.body
    assert not FormDraft.objects.exclude(typed_at=None).exists()


def test_a_paste_that_no_closing_page_could_send_is_kept_at_once(
    page: Page, site: str, article: Article
) -> None:
    """Chromium lets a closing page send 64 KiB; the page does not wait for its pause with what is more."""
    sign_in(page, site)
    tab = page.context.new_page()
    open_form(tab, site, article)
    tab.locator("[contenteditable=true]").first.click()
    with tab.expect_response("**/article/draft/") as answer:
        tab.evaluate(
            """() => {
                const clipboard = new DataTransfer();
                clipboard.setData("text/plain", "Pasted words. ".repeat(6000));
                const kind = { clipboardData: clipboard, bubbles: true, cancelable: true };
                document.activeElement.dispatchEvent(new ClipboardEvent("paste", kind));
            }"""
        )
    assert answer.value.status == 200
    write(tab, " Typed after it.")
    tab.close(run_before_unload=True)
    wait_until(page, lambda: "Typed after it." in kept())
    assert kept().count("Pasted words.") == 6000


def test_typing_is_kept_after_a_pause_and_the_back_button_finds_it(
    page: Page, site: str, article: Article
) -> None:
    sign_in(page, site)
    open_form(page, site, article)
    page.get_by_label("Title:", exact=True).fill("Typed")
    expect(page.get_by_text("Kept, but not saved, at")).to_be_visible()
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    page.go_back()
    offered = page.get_by_text("You have text that was not saved")
    title = page.get_by_label("Title:", exact=True)
    assert offered.is_visible() or title.input_value() == "Typed"
    page.reload()
    expect(offered).to_be_visible()


def test_an_ended_sign_in_loses_nothing(page: Page, site: str, article: Article) -> None:
    sign_in(page, site)
    open_form(page, site, article)
    Session.objects.all().delete()
    page.get_by_label("Title:", exact=True).fill("Typed after the end")
    expect(page.get_by_text("Your sign-in has ended.")).to_be_visible()
    other = page.context.new_page()
    sign_in(other, site)
    page.get_by_label("Title:", exact=True).fill("Typed after the end, saved")
    expect(page.get_by_text("Kept, but not saved, at")).to_be_visible()
    expect(page.get_by_text("Your sign-in has ended.")).to_be_hidden()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. Patients see it")).to_be_visible()
    article.refresh_from_db()
    assert article.title == "Typed after the end, saved"


def test_two_editors_are_told_of_each_other_and_see_the_difference(
    page: Page, browser: Browser, site: str, article: Article
) -> None:
    sign_in(page, site)
    elsewhere = browser.new_context()
    other = elsewhere.new_page()
    sign_in(other, site, "second")
    open_form(other, site, article)
    open_form(page, site, article)
    expect(page.get_by_text("second has this article open, too.")).to_be_visible()
    other.get_by_label("Title:", exact=True).fill("Title of the second")
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.get_by_text("Saved. Patients see it")).to_be_visible()
    page.get_by_label("Title:", exact=True).fill("Title of the owner")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="second saved this article on")).to_be_visible()
    expect(page.get_by_label("Title:", exact=True)).to_have_value("Title of the owner")
    expect(page.locator(".changes ins")).to_contain_text("owner")
    page.get_by_role("button", name="Keep mine").click()
    expect(page.get_by_text("Saved. Patients see it")).to_be_visible()
    article.refresh_from_db()
    assert article.title == "Title of the owner"
    elsewhere.close()


def test_a_page_of_ours_is_linked_by_keyboard_and_the_link_follows_it(
    page: Page, site: str, article: Article
) -> None:
    other = Article.objects.get(slug="dry-needling-and-acupuncture")
    sign_in(page, site)
    open_form(page, site, article)
    write(page, " Compared")
    for _ in "Compared":
        page.keyboard.press("Shift+ArrowLeft")
    page.wait_for_timeout(300)  # until the editor has heard of it
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Name of one of our pages")).to_be_focused()
    page.keyboard.type("dry needling and")
    expect(page.get_by_role("option", name=str(other))).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("status")).to_have_text(f"Article: {other}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. Patients see it")).to_be_visible()
    article.refresh_from_db()
    assert f'<a href="/to/article/{other.pk}/">Compared</a>' in article.body
    move(other, "needling-or-acupuncture")
    page.goto(f"{site}/admin/blog/article/{article.pk}/preview/")
    page.get_by_role("link", name="Compared", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(str(other))
    assert page.url == f"{site}/blog/needling-or-acupuncture/"
