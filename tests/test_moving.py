"""Another address for a public article: the old ones lead there in one hop, also after changing back."""

import datetime as dt

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from blog import moving
from blog.models import Article, Edition, KeptCopy, SignOff
from blog.publishing import NotPublishable, publish
from clinic_site.models import Redirect

from . import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelves")]


@pytest.fixture
def editor(client: Client) -> User:
    make.make_clinic()
    user = make.make_user("editor", group="Editor")
    client.force_login(user)
    return user


@pytest.fixture
def article(editor: User) -> Article:
    return make.make_edition(make.make_article(slug="one", title="A title"), by=editor).article


def move(client: Client, article: Article, slug: str) -> str:
    response = client.post(f"/admin/blog/article/{article.pk}/address/", {"slug": slug})
    return "" if response.status_code == 302 else response.content.decode()


def hops(address: str) -> list[str]:
    """Where a reader is sent on the way to a page."""
    response = Client().get(address, follow=True)
    assert response.status_code == 200, address
    return [place for place, _ in response.redirect_chain]


def test_the_old_address_leads_to_the_new_one(client: Client, article: Article) -> None:
    assert hops("/blog/one/") == []
    assert move(client, article, "Two") == ""
    assert hops("/blog/two/") == []
    assert hops("/blog/one/?utm=a&b=1") == ["/blog/two/?utm=a&b=1"]
    assert LogEntry.objects.latest("pk").change_message == "Moved from /blog/one/ to /blog/two/."


def test_changed_twice_and_back_it_is_always_one_hop(client: Client, article: Article) -> None:
    for slug in ("two", "three", "one", "two", "one"):
        assert move(client, article, slug) == ""
        for address in {"one", "two", "three"} - {slug}:
            if address in {"one"} or Redirect.objects.for_path(f"/blog/{address}/"):
                assert hops(f"/blog/{address}/") == [f"/blog/{slug}/"]
        assert hops(f"/blog/{slug}/") == []
    assert set(Redirect.objects.values_list("old_path", "new_path")) == {
        ("/blog/two/", "/blog/one/"),
        ("/blog/three/", "/blog/one/"),
    }


def test_the_text_and_its_signature_stay(client: Client, article: Article, editor: User) -> None:
    Article.objects.filter(pk=article.pk).update(title="A draft")
    move(client, article, "two")
    first, second = article.editions.order_by("number")
    for name in ("content", "hash", "sign_off", "published_by", "visible_from", "first_visible_from"):
        assert getattr(first, name) == getattr(second, name), name
    assert list(first.muscles.all()) == list(second.muscles.all()) != []
    assert list(first.regions.all()) == list(second.regions.all()) != []
    kept = [KeptCopy.objects.get(edition=edition).typed for edition in (first, second)]
    assert kept[0] == kept[1]
    assert SignOff.objects.count() == 1
    assert "A draft" not in Client().get("/blog/two/").content.decode()


def test_everything_that_lists_it_knows_the_new_address(client: Client, article: Article) -> None:
    move(client, article, "two")
    for place in ("/blog/", "/feed/", "/sitemap.xml", "/search/?q=title"):
        page = Client().get(place).content.decode()
        assert "/blog/two/" in page, place
        assert "/blog/one/" not in page, place


def test_what_is_to_come_comes_at_the_new_address(client: Client, article: Article) -> None:
    Article.objects.filter(pk=article.pk).update(title="Later title")
    opens = timezone.now() + dt.timedelta(hours=2)
    publish(article, by=None, visible_from=opens)
    move(client, article, "two")
    assert "A title" in Client().get("/blog/two/").content.decode()
    with time_machine.travel(opens + dt.timedelta(seconds=1), tick=False):
        assert "Later title" in Client().get("/blog/two/").content.decode()
        assert hops("/blog/one/") == ["/blog/two/"]


def test_one_press_undoes_it(client: Client, article: Article) -> None:
    move(client, article, "two")
    page = client.get(f"/admin/blog/article/{article.pk}/address/").content.decode()
    assert '<input type="hidden" name="slug" value="one">' in page
    move(client, article, "one")
    assert hops("/blog/two/") == ["/blog/one/"]


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        *(("one", "its address already"), ("other", "Another article has the address")),
        *(
            ("not one", "Only letters, digits and hyphens"),
            ("", "required"),
            ("old", "leads to /blog/other/"),
        ),
    ],
)
def test_an_address_that_will_not_do_is_refused(
    client: Client, article: Article, slug: str, words: str
) -> None:
    make.make_edition(
        make.make_article(slug="other", condition=article.condition, cited=False, body="<p>x</p>")
    )
    Redirect(old_path="/blog/old/", new_path="/blog/other/").save()
    page = move(client, article, slug)
    assert words in page
    assert f'value="{slug}"' in page or not slug
    assert article.editions.count() == 1
    assert hops("/blog/one/") == []


def test_of_two_who_take_an_address_at_once_the_second_is_told(
    client: Client, article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.make_article(slug="two", condition=article.condition, cited=False)
    monkeypatch.setattr(moving, "check_address", lambda article, slug: None)  # it looked before the other
    page = move(client, article, "two")
    assert "Another article has the address /blog/two/." in page
    assert 'value="two"' in page
    assert article.editions.count() == 1
    assert hops("/blog/one/") == []


def test_a_new_article_does_not_take_the_old_address(client: Client, article: Article) -> None:
    """A page wins over an old address: links and bookmarks would lead to another text, unseen."""
    move(client, article, "two")
    with pytest.raises(NotPublishable, match="is an old address that leads to /blog/two/"):
        publish(make.make_article(slug="one", title="Another one"), by=None)
    assert hops("/blog/one/") == ["/blog/two/"]


def test_a_withdrawn_article_stays_where_it_was(client: Client, article: Article) -> None:
    article.withdraw()
    assert "Publish it first" in move(client, article, "two")
    assert not Redirect.objects.exists()


def test_only_who_publishes_moves(client: Client, article: Article) -> None:
    client.force_login(make.make_user("desk", group="Front desk"))
    response = client.post(f"/admin/blog/article/{article.pk}/address/", {"slug": "two"})
    assert response.status_code == 403
    assert Edition.objects.get().slug == "one"
