"""Two people make an article from nothing, for a later hour; and one keeps a page right for years."""

import datetime as dt
import re

import time_machine
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from blog.models import Article, Source
from blog.publishing import publish
from blog.review_reminders import remind
from tests import factories as make

from .signed_in import enter, listen
from .test_add_source import RECORD

TITLE = "Needles and shin splints"
PAGE = "/blog/needles-and-shin-splints/"


def write(place: Page | Locator, field: str, *, heading: str = "", words: str) -> None:
    """Into a box of the rich text editor, by the keyboard."""
    area = place.locator(f".field-{field} [contenteditable=true]").first
    area.click()
    expect(area).to_be_focused()
    if heading:
        area.press_sequentially(f"## {heading}\n")
    area.press_sequentially(words)


def add_row(page: Page, rows: str) -> Locator:
    page.locator(f"#{rows}-group .add-row").get_by_role("button").click()
    return page.locator(f"#{rows}-group .rows__row:not(.empty-form)").last


def missing(page: Page) -> Locator:
    return page.locator(".reasons li")


def box(place: Page | Locator, label: str) -> Locator:
    return place.get_by_label(re.compile(rf"^\s*{label}:?\s*$"))


def write_it(page: Page) -> None:
    box(page, "Standfirst").fill("What needles may do for your shins. And what they cannot.")
    box(page, "Condition").select_option(label="Shin splints")
    box(page, "Calf and shin").check()
    box(add_row(page, "key_points"), "Text").fill("Rest helps most. [1]")
    write(page, "body", heading="What it is", words="Pain along the inner edge of the shin bone. [1]")
    write(page, "other_options", words="Rest, and a slow way back to running.")
    row = add_row(page, "muscle_rows")
    box(row, "Muscle").select_option(label="Soleus")
    box(row, "What it has to do with this pain").fill("It starts where the bone hurts.")
    row = add_row(page, "questions")
    box(row, "Question").press_sequentially("May I run?")
    write(row, "answer", words="Less, for some weeks.")
    row = add_row(page, "citations")
    box(row, "Number").fill("1")
    with page.expect_popup() as opened:
        row.get_by_role("link", name="Add another source").click()
    other = opened.value
    other.get_by_label("The record").fill(RECORD)
    other.get_by_role("button", name="Fill the fields").click()
    box(other, "Kind").select_option("trial")
    with other.expect_event("close"):
        other.get_by_role("button", name="Save", exact=True).click()
    for name in ("Author", "Reviewer"):
        box(page, name).select_option(index=1)
    today = timezone.localdate()
    box(page, "Reviewed on").fill(today.isoformat())
    box(page, "Next review on").fill(today.replace(year=today.year + 1).isoformat())


def test_an_article_from_nothing_by_two_people_for_a_later_hour(
    page: Page, browser: Browser, site: str
) -> None:
    said = listen(page)
    enter(page, site, make.make_user("rosa", group="Editor", first_name="Rosa"))
    elsewhere = browser.new_context()
    other = elsewhere.new_page()
    enter(other, site, make.make_user("ada", group="Reviewer", first_name="Ada"))

    page.goto(f"{site}/admin/blog/article/add/")
    box(page, "Title").press_sequentially(TITLE)
    page.get_by_role("button", name="Save and publish").click()
    expect(missing(page).filter(has_text="Add at least one key point.")).to_be_visible()
    expect(page.get_by_role("button", name="Publish", exact=True)).to_be_hidden()
    page.get_by_role("link", name="Back to the article").click()
    write_it(page)
    page.get_by_role("button", name="Save and publish").click()
    expect(missing(page)).to_have_text(["Nobody has checked the source “A trial for tests” yet."])
    Source.objects.filter(key="example-2020").update(checked_on=timezone.localdate())
    page.reload()
    expect(page.get_by_text("Ada can sign it off: ask for it.")).to_be_visible()
    expect(page.get_by_role("button", name="Publish", exact=True)).to_be_hidden()

    article = Article.objects.get(title=TITLE)
    other.goto(f"{site}/admin/blog/article/{article.pk}/sign/")
    other.get_by_role("button", name="Sign off this text").click()
    expect(other.get_by_text("Signed off: exactly this text.")).to_be_visible()
    elsewhere.close()

    opens = (timezone.localtime() + dt.timedelta(days=1)).replace(second=0, microsecond=0)
    page.reload()
    page.get_by_label("Show it from").fill(f"{opens:%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("edition 1: patients see it from")).to_be_visible()
    assert said == []
    reader = page.request
    with time_machine.travel(opens - dt.timedelta(seconds=2), tick=False):
        assert reader.get(site + PAGE).status == 404
        assert PAGE not in reader.get(f"{site}/blog/").text()
    with time_machine.travel(opens, tick=False):
        assert PAGE in reader.get(f"{site}/blog/").text()
        page.goto(site + PAGE)
        expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
        for words in ("Rest helps most.", "inner edge", "It starts where", "May I run?", "A trial for tests"):
            expect(page.get_by_role("main").get_by_text(words).first).to_be_visible()
        expect(page.locator("#questions")).to_contain_text("Less, for some weeks.")


def led_on(page: Page, address: str) -> str:
    """Where a reader is sent, in one step; "" when the page is there."""
    answer = page.request.get(address, max_redirects=0)
    assert answer.status in {200, 301}
    return answer.headers.get("location", "")


def press(page: Page, button: str | re.Pattern[str], said: str) -> None:
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text(said)).to_be_visible()


def test_a_public_article_moves_goes_back_and_is_reviewed(page: Page, site: str) -> None:
    article = Article.objects.get(slug="dry-needling-for-sciatica")
    old, desk = article.title, f"{site}/admin/blog/article/{article.pk}"
    at = {name: f"{site}/blog/{name}/" for name in (article.slug, "one", "two")}
    owner = make.make_user("owner", group="Owner", email="owner@example.com")
    enter(page, site, owner)
    said = listen(page)
    for slug in ("one", "two"):
        page.goto(f"{desk}/address/")
        page.get_by_label("Address").fill(slug)
        press(page, "Change the address", f"The page is at /blog/{slug}/ now")
    assert [led_on(page, at[name]) for name in at] == ["/blog/two/", "/blog/two/", ""]
    page.goto(f"{desk}/address/")
    press(page, f"Change back to /blog/{article.slug}/", f"The page is at /blog/{article.slug}/ now")
    assert [led_on(page, at[name]) for name in at] == ["", f"/blog/{article.slug}/", f"/blog/{article.slug}/"]

    Article.objects.filter(pk=article.pk).update(title="A slip of the pen")
    publish(article, by=None)
    page.goto(at[article.slug])
    expect(page.get_by_role("heading", level=1)).to_have_text("A slip of the pen")
    page.goto(f"{desk}/editions/")
    page.get_by_role("link", name=re.compile("^Go back to it.*edition 1$")).click()
    expect(page.locator("#content ins").first).to_contain_text("Dry")
    page.get_by_role("button", name="Go back to it").click()
    page.goto(f"{desk}/publish/")
    for tick in page.get_by_role("group", name="Self-review").get_by_role("checkbox").all():
        tick.check()
    press(page, "Sign off this text", "Signed off: exactly this text.")
    press(page, "Publish", "is public now")
    page.goto(at[article.slug])
    expect(page.get_by_role("heading", level=1)).to_have_text(old)

    due = article.editions.latest("number").next_review_on
    late = dt.datetime.combine(due + dt.timedelta(days=62), dt.time(17), tzinfo=dt.UTC)
    with time_machine.travel(late, tick=False):
        enter(page, site, owner)
        remind()
        assert f"{old}: overdue since" in str(mail.outbox[-1].body)
        page.goto(at[article.slug])
        expect(page.get_by_text("This page was due for review on")).to_be_visible()
        page.goto(f"{site}/admin/")
        page.get_by_role("link", name=re.compile("review")).first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Reviews due")
        press(page, re.compile(f"^Reviewed, no change.*{old}$"), "is reviewed. The next review is due on")
        page.goto(at[article.slug])
        expect(page.get_by_text("This page was due for review on")).to_be_hidden()
    assert said == []
