"""Publishing and withdrawing from the staff pages, and the list of what was published."""

import datetime as dt

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from blog import archive
from blog.archive import ShownPage
from blog.models import Article, Edition, KeyPoint
from blog.publishing import publish, what_is_seen

from . import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelves")]
NOON = dt.datetime(2026, 11, 22, 17, tzinfo=dt.UTC)
ARTICLE = "/blog/dry-needling-for-sciatica/"
PAGES = ("publish", "withdraw", "call_off")


@pytest.fixture
def editor(client: Client) -> User:
    make.make_clinic()
    user = make.make_user("editor", group="Editor", first_name="Rosa", last_name="Diaz")
    client.force_login(user)
    return user


def page_of(article: Article, name: str = "publish") -> str:
    return f"/admin/blog/article/{article.pk}/{name}/"


def read(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def said(client: Client, url: str, **fields: str) -> str:
    """What the page that a POST leads to says on top. A second person has signed the text."""
    make.make_sign_off(Article.objects.get(pk=int(url.split("/")[4])))
    response = client.post(url, fields, follow=True)
    assert response.redirect_chain
    return " ".join(str(message) for message in response.context["messages"])


def test_it_works(client: Client, editor: User) -> None:
    article = make.make_article()
    words = said(client, page_of(article), change_note="First version.", visible_from="")
    assert "is public now" in words
    assert f'href="{ARTICLE}"' in words
    edition = Edition.objects.get()
    assert (edition.number, edition.published_by, edition.change_note) == (1, editor, "First version.")
    assert "Pain down the leg." in read(Client(), ARTICLE)
    assert LogEntry.objects.get().change_message == "Published edition 1."


def test_what_is_missing_is_named_and_there_is_no_button(client: Client, editor: User) -> None:
    article = make.make_article(author=None, standfirst="", next_review_on=None)
    page = read(client, page_of(article))
    assert "Not yet: 3 things are missing" in page
    for sentence in ("Write the standfirst", "Choose the author.", "Say when the next review is due."):
        assert sentence in page
    assert 'name="change_note"' not in page
    assert ">Publish</button>" not in page


def test_a_press_publishes_nothing_while_something_is_missing(client: Client, editor: User) -> None:
    article = make.make_article(author=None)
    response = client.post(page_of(article), {"change_note": ""})
    assert response.status_code == 200
    assert "Choose the author." in response.content.decode()
    assert not Edition.objects.exists()


def test_looking_publishes_and_withdraws_nothing(client: Client, editor: User) -> None:
    article = make.make_edition().article
    make.make_edition(article, visible_from=timezone.now() + dt.timedelta(days=1))
    for name in PAGES:
        read(client, page_of(article, name))
    assert article.editions.filter(called_off_at=None).count() == 2
    assert read(Client(), ARTICLE)


@pytest.mark.parametrize(("zone", "hour"), [("America/New_York", 14), ("America/Los_Angeles", 17)])
def test_a_later_moment_is_clinic_time(client: Client, editor: User, zone: str, hour: int) -> None:
    make.make_clinic(time_zone=zone)
    article = make.make_article()
    with time_machine.travel(NOON, tick=False) as clock:
        client.force_login(editor)
        words = said(client, page_of(article), visible_from="2026-12-24T09:00")
        assert "patients see it from Dec. 24, 2026, 9 a.m." in words
        at = dt.datetime(2026, 12, 24, hour, tzinfo=dt.UTC)
        assert Edition.objects.get().visible_from == at
        clock.move_to(at - dt.timedelta(seconds=1))
        assert Client().get(ARTICLE).status_code == 404
        clock.move_to(at)
        assert Client().get(ARTICLE).status_code == 200


def test_what_waits_already_is_said_where_one_publishes(client: Client, editor: User) -> None:
    """A text that is mended and put off again does not put off the first one."""
    article = make.make_article()
    with time_machine.travel(NOON, tick=False):
        make.make_edition(article, visible_from=NOON + dt.timedelta(days=9))
        make.make_sign_off(article)
        assert "Edition 1 waits: patients see it from Dec. 1, 2026, noon" in read(client, page_of(article))
        make.make_edition(article, visible_from=NOON + dt.timedelta(days=9))
        page = read(client, page_of(article))
    assert "Edition 2 waits" in page
    assert "Edition 1 waits" not in page


def test_what_waits_is_called_off_and_what_is_public_stays(client: Client, editor: User) -> None:
    article = make.make_edition(make.make_article(title="The old title")).article
    url = f"/admin/blog/article/{article.pk}/change/"
    Article.objects.filter(pk=article.pk).update(title="The new title")
    for days in (2, 1):
        make.make_edition(article, change_note="Too early.", visible_from=timezone.now() + dt.timedelta(days))
    assert "Call it off" in read(client, url)
    assert "edition 1" in read(client, page_of(article, "call_off"))
    assert not Edition.objects.exclude(called_off_at=None).exists()

    assert "Called off: edition 3." in said(client, page_of(article, "call_off"))
    assert "Call it off" not in read(client, url)
    assert "before anybody saw it" in read(client, page_of(article, "editions"))
    assert "Nothing of" in said(client, page_of(article, "call_off"))
    with time_machine.travel(timezone.now() + dt.timedelta(days=3)):
        assert "The old title" in read(Client(), ARTICLE)
        assert "The new title" not in read(Client(), "/search/?q=title")
        later = publish(article, by=None)
        assert later.number == 4
        assert later.earlier_changes == []
        assert "The new title" in read(Client(), ARTICLE)


def test_an_article_called_off_before_its_first_hour_is_as_if_it_had_not_been_published(
    client: Client, editor: User
) -> None:
    article = make.make_article()
    at = timezone.now() + dt.timedelta(days=1)
    said(client, page_of(article), visible_from=f"{timezone.localtime(at):%Y-%m-%dT%H:%M}")
    said(client, page_of(article, "call_off"))
    assert "Past editions" in read(client, f"/admin/blog/article/{article.pk}/change/")
    assert "Never published" in read(client, "/admin/blog/article/?state=draft")
    with time_machine.travel(at + dt.timedelta(days=1)):
        assert Client().get(ARTICLE).status_code == 404
        archive.keep()
        assert not ShownPage.objects.filter(edition__isnull=False).exists()
    edition = publish(article, by=None)
    assert edition.first_visible_from == edition.visible_from


def test_the_first_of_two_that_wait_is_when_it_was_first_public() -> None:
    article = make.make_article()
    first = publish(article, by=None, change_note="New.", visible_from=timezone.now() + dt.timedelta(days=1))
    later = publish(article, by=None, visible_from=timezone.now() + dt.timedelta(days=2))
    assert later.first_visible_from == first.visible_from
    assert [change["note"] for change in later.earlier_changes] == ["New."]


def test_a_moment_that_has_passed_is_refused(client: Client, editor: User) -> None:
    article = make.make_article()
    make.make_sign_off(article)
    response = client.post(page_of(article), {"visible_from": "2020-01-01T09:00", "change_note": "Kept."})
    page = response.content.decode()
    assert "This moment has passed." in page
    assert 'value="Kept."' in page
    assert not Edition.objects.exists()


def test_an_empty_press_is_enough(client: Client, editor: User) -> None:
    said(client, page_of(make.make_article()))
    assert Edition.objects.get().visible_from <= timezone.now()


def test_a_second_press_says_the_same_and_publishes_nothing(client: Client, editor: User) -> None:
    article = make.make_article()
    seen = what_is_seen(Article.objects.with_everything().get(pk=article.pk))
    first = said(client, page_of(article), seen=seen)
    assert said(client, page_of(article), seen=seen) == first
    assert (Edition.objects.count(), LogEntry.objects.count()) == (1, 1)
    article.withdraw()
    response = client.post(page_of(article), {"seen": seen})
    assert "Somebody changed or published it since you looked" in response.content.decode()


def test_what_is_new_promises_nothing(client: Client, editor: User) -> None:
    """Readers see it, and nobody has signed it."""
    article = make.make_article()
    make.make_sign_off(article)
    response = client.post(page_of(article), {"change_note": "Needles cure sciatica."})
    page = response.content.decode()
    assert "Say it without “cure”" in page
    assert 'value="Needles cure sciatica."' in page
    assert not Edition.objects.exists()


def test_the_starter_text_is_signed_off_by_publishing_it(client: Client, editor: User) -> None:
    edition = make.make_edition()
    assert "nobody of the clinic has signed off yet" in read(client, page_of(edition.article))
    said(client, page_of(edition.article))
    assert edition.article.editions.get(number=2).signed_off


@pytest.mark.parametrize("name", PAGES)
def test_only_who_may_publish_publishes_and_withdraws(client: Client, editor: User, name: str) -> None:
    article = make.make_edition().article
    writer = make.make_user("writer")
    names = ["view_article", "change_article"]
    writer.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(writer)
    assert client.get(page_of(article, name)).status_code == 403
    assert client.post(page_of(article, name)).status_code == 403
    assert (article.editions.count(), read(Client(), ARTICLE) != "") == (1, True)
    page = read(client, f"/admin/blog/article/{article.pk}/change/")
    assert page_of(article, "preview") in page
    assert page_of(article, name) not in page
    assert 'name="_publish"' not in page


@pytest.mark.parametrize("name", PAGES)
def test_nobody_publishes_or_withdraws_without_signing_in(name: str) -> None:
    article = make.make_edition().article
    for response in (Client().get(page_of(article, name)), Client().post(page_of(article, name))):
        assert response.status_code == 302
        assert response["Location"].startswith("/admin/login/")
    article.refresh_from_db()
    assert article.editions.count() == 1
    assert article.withdrawn_at is None


def test_withdrawing_takes_the_page_away_until_it_is_published_again(client: Client, editor: User) -> None:
    article = make.make_edition().article
    assert "Publishing it again brings it back." in said(client, page_of(article, "withdraw"))
    assert Client().get(ARTICLE).status_code == 410
    said(client, page_of(article))
    assert Client().get(ARTICLE).status_code == 200
    notes = [entry.change_message for entry in LogEntry.objects.order_by("pk")]
    assert notes == ["Withdrawn.", "Published edition 2."]


def test_what_is_not_public_is_not_withdrawn(client: Client, editor: User) -> None:
    article = make.make_article()
    assert "nothing to withdraw" in said(client, page_of(article, "withdraw"))
    article.refresh_from_db()
    assert article.withdrawn_at is None


def test_past_editions_say_when_who_and_why(client: Client, editor: User) -> None:
    article = make.make_edition(change_note="From the starter.").article
    KeyPoint.objects.create(article=article, text="One more.")
    said(client, page_of(article), change_note="One more point.")
    page = read(client, page_of(article, "editions"))
    assert page.index("Edition 2") < page.index("Edition 1")
    assert "Published by Rosa Diaz" in page
    assert "One more point." in page
    assert "Starter text, signed by nobody" in page
    for number in (1, 2):
        assert f"/admin/blog/article/{article.pk}/editions/{number}/" in page
    client.force_login(make.make_user("desk", group="Front desk"))
    assert client.get(page_of(article, "editions")).status_code == 403
