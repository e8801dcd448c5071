"""The preview in a frame, with and without the offer, and for a reviewer who has only a link."""

import datetime as dt
import re

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from blog.models import Article, PreviewLink

from . import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelves")]


@pytest.fixture
def editor(client: Client) -> User:
    make.make_clinic()
    user = make.make_user("editor", group="Editor", first_name="Rosa", last_name="Diaz")
    client.force_login(user)
    return user


def at(article: Article, name: str) -> str:
    return f"/admin/blog/article/{article.pk}/{name}/"


def read(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def make_link(client: Client, article: Article, key: str = "one") -> str:
    """The path of the new link, as the page says it."""
    page = client.post(at(article, "links"), {"key": key}, follow=True).content.decode()
    found = re.search(r"http://127.0.0.1:8000(/preview/\w+/)", page)
    assert found
    return found[1]


def test_four_choices_are_plain_links(client: Client, editor: User) -> None:
    make.make_offer()
    article = make.make_article()
    page = read(client, at(article, "widths"))
    assert page.count('<a href="?width=') == 4
    assert f'src="{at(article, "preview")}?offer=on"' in page
    assert "preview-frame__page--phone" in page
    page = read(client, f"{at(article, 'widths')}?width=desk&offer=off")
    assert f'src="{at(article, "preview")}?offer=off"' in page
    assert "preview-frame__page--desk" in page
    assert "<script>" not in read(client, f"{at(article, 'widths')}?width=<script>&offer=x")


def test_the_offer_can_be_left_out(client: Client, editor: User) -> None:
    make.make_offer()
    article = make.make_article()
    assert "/offers/new-patient/" in read(client, f"{at(article, 'preview')}?offer=on")
    assert "/offers/new-patient/" not in read(client, f"{at(article, 'preview')}?offer=off")


def test_readers_cannot_leave_it_out(client: Client, editor: User) -> None:
    make.make_offer()
    edition = make.make_edition()
    assert "/offers/new-patient/" in read(Client(), f"{edition.get_absolute_url()}?offer=off")


def test_only_the_preview_may_be_framed_and_only_by_the_site(client: Client, editor: User) -> None:
    article = make.make_edition().article
    preview = client.get(at(article, "preview"))
    assert "frame-ancestors 'self'" in preview["Content-Security-Policy"]
    assert preview["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-src" not in preview["Content-Security-Policy"]
    frame = client.get(at(article, "widths"))
    assert "frame-src 'self'" in frame["Content-Security-Policy"]
    for other in (at(article, "widths"), at(article, "publish"), make_link(client, article), "/blog/"):
        response = client.get(other)
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"], other
        assert response["X-Frame-Options"] == "DENY"


def test_a_link_shows_the_draft_without_an_account(client: Client, editor: User) -> None:
    article = make.make_edition().article
    Article.objects.filter(pk=article.pk).update(title="Canary draft")
    path = make_link(client, article)
    page = read(Client(), path)
    assert "Canary draft" in page
    assert "Preview for review." in page
    assert "/admin/" not in page
    assert "Canary draft" not in read(Client(), article.get_absolute_url())


def test_nothing_keeps_or_lists_it(client: Client, editor: User) -> None:
    path = make_link(client, make.make_edition().article)
    response = Client().get(path)
    assert "no-store" in response["Cache-Control"]
    assert (response["X-Robots-Tag"], response["Referrer-Policy"]) == ("noindex", "no-referrer")
    assert not response.cookies
    for place in ("/sitemap.xml", "/robots.txt", "/feed/", "/blog/"):
        assert "/preview/" not in read(Client(), place)
    assert path.split("/")[2] not in str(PreviewLink.objects.values())


def test_it_ends_by_itself(client: Client, editor: User) -> None:
    path = make_link(client, make.make_article())
    made = timezone.now()
    with time_machine.travel(made + dt.timedelta(days=7, seconds=-60), tick=False):
        assert Client().get(path).status_code == 200
    with time_machine.travel(made + dt.timedelta(days=7, seconds=60), tick=False):
        response = Client().get(path)
        assert response.status_code == 410
        assert "This link is over" in response.content.decode()
        assert "Two sentences." not in response.content.decode()


def test_it_can_be_ended_before(client: Client, editor: User) -> None:
    article = make.make_article()
    first, second = make_link(client, article), make_link(client, article, "two")
    page = read(client, at(article, "links"))
    assert page.count("Made by Rosa Diaz") == 2
    client.post(at(article, "end_link"), {"link": PreviewLink.objects.earliest("pk").pk})
    assert (Client().get(first).status_code, Client().get(second).status_code) == (410, 200)
    assert read(client, at(article, "links")).count("Made by Rosa Diaz") == 1


def test_two_presses_make_one_link(client: Client, editor: User) -> None:
    article = make.make_article()
    assert make_link(client, article) == make_link(client, article)
    assert PreviewLink.objects.count() == 1


def test_an_unknown_link_answers_like_one_that_is_over(client: Client, editor: User) -> None:
    assert Client().get("/preview/0000/").status_code == 410


def test_only_who_may_change_the_article_makes_and_ends_links(client: Client, editor: User) -> None:
    article = make.make_article()
    path = make_link(client, article)
    client.force_login(make.make_user("desk", group="Front desk"))
    assert client.get(at(article, "links")).status_code == 403
    assert client.post(at(article, "links"), {"key": "x"}).status_code == 403
    assert client.post(at(article, "end_link"), {"link": PreviewLink.objects.get().pk}).status_code == 403
    assert client.get(at(article, "widths")).status_code == 403
    assert Client().get(path).status_code == 200


def test_a_link_ends_with_the_account_that_made_it(client: Client, editor: User) -> None:
    path = make_link(client, make.make_article())
    assert Client().get(path).status_code == 200
    User.objects.update(is_active=False)
    assert Client().get(path).status_code == 410
