"""The preview: the working copy as it would look, for the staff only, kept by nobody."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client

from blog.models import Article, Edition
from blog.publishing import publish

from . import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelves")]
NOON = dt.datetime(2026, 11, 22, 17, tzinfo=dt.UTC)


@pytest.fixture
def editor(client: Client) -> Client:
    make.make_clinic()
    make.make_offer()
    client.force_login(make.make_user("editor", group="Editor"))
    return client


def preview_of(article: Article) -> str:
    return f"/admin/blog/article/{article.pk}/preview/"


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_it_shows_the_working_copy_and_leaves_the_page_alone(editor: Client) -> None:
    edition = make.make_edition()
    article = edition.article
    article.title = "Canary title"
    article.save()
    assert "Canary title" in text_of(editor, preview_of(article))
    assert "Canary title" not in text_of(Client(), edition.get_absolute_url())


def test_it_looks_exactly_as_the_page_will(editor: Client) -> None:
    article = make.make_article()
    with time_machine.travel(NOON, tick=False):
        preview = text_of(editor, preview_of(article))
        make.make_edition(article, by=make.make_user("ada"))
        page = text_of(Client(), article.get_absolute_url())
    assert "Preview. Patients cannot see this page." in preview
    preview = re.sub(r'<p class="notice">Preview.*?</p>', "", preview)
    page = re.sub(r'<script type="application/ld\+json">.*?</script>', "", page, flags=re.DOTALL)
    page = page.replace(' aria-current="true"', "")  # of the menu: a preview's address is not under /blog/
    assert preview.split() == page.split()


def test_nothing_keeps_it_and_nothing_indexes_it(editor: Client) -> None:
    article = make.make_article()
    response = editor.get(preview_of(article))
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"
    assert Client().get(preview_of(article)).status_code == 302


def test_it_stores_nothing(editor: Client) -> None:
    article = make.make_article()
    editor.get(preview_of(article))
    assert not Edition.objects.exists()


def test_it_works_while_nearly_everything_is_missing(editor: Client) -> None:
    article = Article.objects.create(title="Only a title", slug="only-a-title")
    page = text_of(editor, preview_of(article))
    assert "Only a title" in page
    assert "None" not in page
    assert "(no date yet)" in page


def test_it_marks_a_number_without_a_source(editor: Client) -> None:
    article = make.make_article(body="<p>Nobody knows. [7]</p>")
    assert "Nobody knows. [7]" in text_of(editor, preview_of(article))


def test_it_is_for_whoever_may_see_articles(client: Client) -> None:
    article = make.make_article()
    assert client.get(preview_of(article))["Location"].startswith("/admin/login/")
    client.force_login(make.make_user(group="Front desk"))
    assert client.get(preview_of(article)).status_code == 403


def test_there_is_none_of_an_unknown_article(editor: Client) -> None:
    assert editor.get("/admin/blog/article/99/preview/").status_code == 404


def test_an_old_edition_is_shown_as_it_was(editor: Client) -> None:
    article = make.make_edition(change_note="First.").article
    article.title = "A new title"
    article.save()
    publish(article, by=None)
    response = editor.get(f"/admin/blog/article/{article.pk}/editions/1/")
    page = response.content.decode()
    assert "Edition 1, as it was published on" in page
    assert "A new title" not in page.partition("</header>")[2].partition("</h1>")[0]
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"
    assert editor.get(f"/admin/blog/article/{article.pk}/editions/3/").status_code == 404
