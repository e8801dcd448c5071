"""Where a record is used: told on a page of its own, and before it is withdrawn or deleted."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog.models import Article, Muscle, Source, StandingText
from blog.publishing import publish
from blog.uses import public_uses_of, uses_of
from clinic_site.models import Page

from . import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelves")]


def link(href: str) -> str:
    return f'<p>Pain. [1] See <a href="{href}">this</a>.</p>'


@pytest.fixture
def other(client: Client) -> Article:
    make.make_clinic()
    article = make.make_article(slug="neck-pain")
    publish(article, by=None)
    client.force_login(make.make_user("owner", group="Owner"))
    return article


def test_it_tells_who_links_to_an_article(client: Client, other: Article) -> None:
    public = make.make_article(slug="shown", body=link(f"/to/article/{other.pk}/"))
    publish(public, by=None)
    make.make_article(slug="draft", conclusion=link(f"/to/article/{other.pk}/"))
    gone = make.make_article(slug="was-linked", body=link("/blog/neck-pain/"))  # typed long ago
    publish(gone, by=None)
    Article.objects.filter(pk=gone.pk).update(body="<p>Pain. [1]</p>")
    Page.objects.create(slug="about", title="About us", body=link(f"/to/article/{other.pk}/"))
    make.make_article(slug="next", body=link(f"/to/article/{other.pk}1/"))
    with CaptureQueriesContext(connection) as queries:
        told = [(used.name, used.where) for used in uses_of(other)]
    assert told == [
        ("About us", "Page"),
        ("Shown", "Article"),
        ("Was linked", "Article; on the public page, not in the working copy"),
        ("Draft", "Article; in the working copy alone"),
    ]
    assert len(queries) == 5
    page = client.get(f"/admin/blog/article/{other.pk}/used/").content.decode()
    assert "Draft</a>" in page
    page = client.get(f"/admin/blog/article/{other.pk}/withdraw/").content.decode()
    assert "Was linked</a>" in page
    assert "Draft</a>" not in page
    assert (
        f"/admin/blog/article/{other.pk}/used/"
        in client.get(f"/admin/blog/article/{other.pk}/change/").content.decode()
    )


def test_it_tells_who_shows_a_muscle_a_source_and_a_standing_text(client: Client, other: Article) -> None:
    source = Source.objects.get()
    assert [used.name for used in public_uses_of(source)] == ["Neck pain"]
    text = StandingText.objects.first()
    assert text
    assert uses_of(text)[0].where == "1 public now"
    StandingText.objects.filter(pk=text.pk).update(text=f"<p>So it is. [{source.key}]</p>")
    assert {used.name for used in uses_of(source)} == {"Neck pain", str(text)}
    muscle = make.make_muscle(slug="scalenes")
    assert uses_of(muscle) == []
    delete = f"/admin/blog/muscle/{muscle.pk}/delete/"
    assert "becomes plain words" not in client.get(delete).content.decode()
    publish(make.make_article(slug="shown", body=link(f"/to/muscle/{muscle.pk}/")), by=None)
    assert "Shown</a>" in client.get(delete).content.decode()
    assert Muscle.objects.filter(pk=muscle.pk).exists()
