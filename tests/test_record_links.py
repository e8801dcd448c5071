"""Links to records of our own: typed as an address, kept by number, read at the address of the moment."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog import links
from blog.article_warnings import warnings_of
from blog.finding import Kind
from blog.models import Article, Question
from blog.moving import move
from blog.publishing import publish
from blog.record_links import to_records
from clinic_site.models import Page, Practitioner
from clinic_site.redirects import Redirect

from . import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelves")]


def linked(href: str) -> str:
    return f'<p>Pain. [1] See <a href="{href}">the other page</a>.</p>'


def href_of(html: str) -> str:
    return html.partition('href="')[2].partition('"')[0]


def saved(article: Article, body: str) -> Article:
    article.body = body
    article.clean_fields()
    article.save()
    return article


@pytest.fixture
def other() -> Article:
    make.make_clinic()
    article = make.make_article(slug="neck-pain")
    publish(article, by=None)
    return article


def test_a_typed_address_becomes_a_link_to_its_record(other: Article, settings: object) -> None:
    muscle, person = make.make_muscle(), Practitioner.objects.get()
    condition = make.make_condition()
    move(other, "pain-in-the-neck")
    Redirect(old_path="/old-neck", new_path="/blog/pain-in-the-neck/").save()
    expected = {
        "/blog/pain-in-the-neck/": f"/to/article/{other.pk}/",
        "/blog/pain-in-the-neck#questions": f"/to/article/{other.pk}/#questions",
        "http://testserver/blog/pain-in-the-neck/": f"/to/article/{other.pk}/",
        "/blog/neck-pain/": f"/to/article/{other.pk}/",
        "/old-neck": f"/to/article/{other.pk}/",
        f"/muscles/{muscle.slug}/": f"/to/muscle/{muscle.pk}/",
        f"/team/{person.slug}/": f"/to/person/{person.pk}/",
        f"/blog/?condition={condition.slug}": f"/to/condition/{condition.pk}/",
        **{
            same: same
            for same in (
                *("/blog/", "/blog/unknown/", "/contact/", "/prices/#offer", "mailto:a@example.com"),
                *("https://example.com/blog/neck-pain/", "#source-1", f"/to/article/{other.pk}/"),
            )
        },
    }
    assert {typed: href_of(to_records(linked(typed))) for typed in expected} == expected


def test_the_page_leads_to_the_address_of_the_moment(client: Client, other: Article) -> None:
    article = saved(make.make_article(), linked("/blog/neck-pain/#questions"))
    Question.objects.create(article=article, question="And?", anchor="and", answer="<p>No.</p>")
    about = Page(slug="about", title="About", body=linked("/blog/neck-pain/"))
    about.clean_fields()
    about.save()
    edition = publish(article, by=None)
    before = edition.fingerprint()
    move(other, "pain-in-the-neck")
    for address in (edition.get_absolute_url(), "/about/"):
        page = client.get(address).content.decode()
        assert '<a href="/blog/pain-in-the-neck/' in page
        assert "/to/" not in page
    assert edition.fingerprint() == before
    assert "/blog/pain-in-the-neck/" in links.links_in_texts()


def test_what_is_not_public_leaves_plain_words_and_is_warned_of(client: Client, other: Article) -> None:
    article = saved(make.make_article(), linked("/blog/neck-pain/"))
    edition = publish(article, by=None)
    article = Article.objects.with_everything().get(pk=article.pk)
    assert Kind.NOWHERE not in [finding.kind for finding in warnings_of(article)]
    other.withdraw()
    page = client.get(edition.get_absolute_url()).content.decode()
    assert "See the other page." in page
    asked = [finding.words for finding in warnings_of(article) if finding.kind == Kind.NOWHERE]
    assert asked == ["the other page"]


@pytest.mark.usefixtures("facts_at_once")
def test_the_link_box_finds_records_by_name_and_by_address(client: Client, other: Article) -> None:
    make.make_muscle(slug="scalenes", aliases="side neck muscle")
    Page.objects.create(slug="first-visit", title="Your first visit")
    draft = make.make_article(slug="aching-neck")
    client.force_login(make.make_user("editor", group="Editor"))

    def asked(words: str, most: int = 11) -> list[tuple[str, str, str, bool]]:
        with CaptureQueriesContext(connection) as queries:
            answer = client.get("/admin/blog/article/records/", {"q": words})
        # Whether anything public changed is asked once a second, whatever the page.
        assert len([query for query in queries if "pagechange" not in query["sql"]]) <= most
        return [tuple(target.values()) for target in answer.json()["targets"]]

    client.get("/admin/")  # the session is noted
    asked("warm")
    neck = (f"/to/article/{other.pk}/", "Neck pain", "Article", True)
    assert asked("neck")[:2] == [neck, (f"/to/article/{draft.pk}/", "Aching neck", "Article", False)]
    assert [row[1] for row in asked("neck")] == ["Neck pain", "Aching neck", "Scalenes"]
    assert asked("first vis") == [("/first-visit/", "Your first visit", "Page", True)]
    assert ("/prices/", "Prices", "Page", True) in asked("insurance")
    assert asked("/blog/neck-pain/") == asked(neck[0]) == [neck]
    assert asked("http://testserver/blog/neck-pain/#care")[0][0] == f"{neck[0]}#care"
    client.force_login(make.make_user("desk", group="Front desk"))
    assert client.get("/admin/blog/article/records/").status_code == 403
