"""A new article begins with the headings of its kind, and none stays empty in public."""

import pytest
from django.test import Client

from blog.checks import missing
from blog.models import Article
from blog.starts import bare_headings, starts

from . import factories as make

pytestmark = pytest.mark.django_db
ADD = "/admin/blog/article/add/"


def test_each_kind_is_offered_and_fills_in_its_headings(client: Client) -> None:
    make.make_clinic()
    client.force_login(make.make_user("writer", group="Editor"))
    page = client.get(ADD).content.decode()
    assert all(f'href="?start={name}"' in page for name in ("condition", "muscle", "treatment", "visit"))
    assert "Where the muscle is" not in page
    begun = client.get(ADD, {"start": "muscle"})
    assert begun.context["adminform"].form.initial["body"] == starts()["muscle"].body
    assert "Where the muscle is" in begun.content.decode()
    assert 'aria-current="true">A muscle' in begun.content.decode()


def test_an_unknown_kind_is_an_empty_article(client: Client) -> None:
    client.force_login(make.make_user("writer", group="Editor"))
    assert "body" not in client.get(ADD, {"start": "<b>"}).context["adminform"].form.initial


@pytest.mark.parametrize(
    ("body", "bare"),
    [
        ("<h2>One</h2><p>Text.</p><h2>Two</h2><p></p>", ["Two"]),
        ("<h2>One</h2><h3>Small</h3><p>Text.</p>", []),
        ("<h2>One</h2><h3>Small &amp; bare</h3><h2>Two</h2><p>Text.</p>", ["Small & bare"]),
        ("<p>Text.</p>", []),
    ],
)
def test_a_heading_with_nothing_under_it_is_found(body: str, bare: list[str]) -> None:
    assert list(bare_headings(body)) == bare


def test_it_stops_the_publishing() -> None:
    make.make_clinic()
    article = make.make_article(body="<h2>Why</h2><p>It aches. [1]</p><h2>How it goes</h2>")
    article = Article.objects.with_everything().get(pk=article.pk)
    assert missing(article) == ["Write something under the heading “How it goes”, or take it out."]
