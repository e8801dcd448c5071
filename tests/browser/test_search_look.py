"""How an article will look in search results, while it is typed."""

from playwright.sync_api import Page, expect

from blog.models import Article

from .test_staff import sign_in


def test_the_look_follows_what_is_typed(page: Page, site: str) -> None:
    article = Article.objects.get(slug="dry-needling-for-sciatica")
    sign_in(page, site)
    page.goto(f"{site}/admin/blog/article/{article.pk}/change/")
    page.get_by_text("In search results", exact=True).last.click()
    look = page.locator("#search-look")
    page.get_by_label("Title in search results").fill("Sciatica")
    page.get_by_label("Description in search results").fill("word " * 40)
    expect(look).to_contain_text("Sciatica | ")
    expect(look).to_contain_text("blog › dry-needling-for-sciatica")
    expect(look.locator(".search-look__description")).to_have_text("word " * 31 + "word …")
    expect(look).to_contain_text("Description: 169, about 160.")
    page.get_by_label("Description in search results").fill("")
    expect(look.locator(".search-look__description")).to_contain_text(article.standfirst[:60])
