"""A source is picked with the keyboard in an article's row, or added from there by its record, and is then chosen."""

from playwright.sync_api import Page, expect

from blog.models import Article, Source

from .test_staff import sign_in

RECORD = (
    "TY  - JOUR\nAU  - Example, Ann\nTI  - A trial for tests\nPY  - 2020\nDO  - 10.1000/example.1\nER  - "
)


def test_it_is_added_from_the_row_and_chosen_there(page: Page, site: str) -> None:
    article = Article.objects.get(slug="dry-needling-for-sciatica")
    said: list[str] = []
    page.context.on("console", lambda message: said.append(message.text))
    sign_in(page, site)
    page.goto(f"{site}/admin/blog/article/{article.pk}/change/", wait_until="networkidle")
    page.get_by_role("button", name="Add another Source", exact=True).click()
    row = page.locator("#citations-group .rows__row:not(.empty-form)").last
    box = row.get_by_role("combobox", name="Source")
    box.focus()
    page.keyboard.press("Enter")
    page.keyboard.type("jensen 2019")
    expect(page.get_by_role("option", name="jensen-2019")).to_be_visible()
    page.keyboard.press("Enter")
    expect(box).to_contain_text("jensen-2019")
    with page.expect_popup() as opened:
        row.get_by_role("link", name="Add another source").click()
    other = opened.value
    other.get_by_label("The record").fill(RECORD)
    other.get_by_role("button", name="Fill the fields").click()
    other.get_by_label("Kind").select_option("trial")
    with other.expect_event("close"):
        other.get_by_role("button", name="Save", exact=True).click()
    chosen = row.get_by_label("Source").locator("option:checked")
    expect(chosen).to_have_text("example-2020: A trial for tests (2020)")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. Patients see it")).to_be_visible()
    assert article.citations.filter(source=Source.objects.get(key="example-2020")).exists()
    assert said == []
