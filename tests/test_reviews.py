"""Reviews: the queue, one press when nothing has to change, and what readers are told of a page long overdue."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog.models import Article, Edition, KeyPoint, SignOff, Source
from blog.reviews import reviewed_between
from blog.sign_offs import CHECKLIST

from . import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelves")]
DUE = dt.date(2037, 3, 1)
QUEUE, PAGE = "/admin/blog/article/reviews/", "/blog/dry-needling-for-sciatica/"
LINE = "This page was due for review on 1 March 2037. We are checking it."


def noon(days: int) -> dt.datetime:
    """Noon in New York, so many days after the review is due."""
    return dt.datetime.combine(DUE + dt.timedelta(days=days), dt.time(17), tzinfo=dt.UTC)


def published(**fields: Any) -> Article:
    with time_machine.travel(noon(-365)):
        fields = {"reviewed_on": DUE - dt.timedelta(days=365), "next_review_on": DUE} | fields
        return make.make_edition(make.make_article(**fields)).article


@pytest.fixture
def article(db: None) -> Article:
    make.make_clinic()
    return published()


@pytest.fixture
def clock(article: Article) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(noon(0), tick=False) as clock:
        yield clock


@pytest.fixture
def editor(client: Client, clock: time_machine.Traveller) -> Client:
    user = make.make_user("editor", group="Editor")
    user.groups.add(Group.objects.get(name="Reviewer"))
    client.force_login(user)
    return client


def press(client: Client, article: Article, seen: int = 1) -> str:
    response = client.post(f"/admin/blog/article/{article.pk}/reviewed/", {"seen": seen}, follow=True)
    assert response.status_code == 200
    return " ".join(str(message) for message in response.context["messages"])


def test_one_press_is_a_review_of_the_same_text(editor: Client, article: Article) -> None:
    assert f'action="/admin/blog/article/{article.pk}/reviewed/"' in editor.get(QUEUE).content.decode()
    assert "The next review is due on March 1, 2038." in press(editor, article)
    first, second = article.editions.order_by("number")
    assert (second.content, second.words, second.slug) == (first.content, first.words, first.slug)
    assert (second.reviewed_on, second.next_review_on) == (DUE, dt.date(2038, 3, 1))
    assert second.signed_off
    assert list(second.muscles.all()) == list(first.muscles.all())
    page = Client().get(PAGE).content.decode()
    assert "last reviewed 1 March 2037" in page
    assert "last changed 1 March 2036" in page
    assert "No review is due" in editor.get(QUEUE).content.decode()
    assert editor.get(f"/admin/blog/article/{article.pk}/change/").context["state"].kind == "public"


def test_two_presses_are_one_review(editor: Client, article: Article) -> None:
    assert press(editor, article) == press(editor, article)
    assert article.editions.count() == 2
    assert LogEntry.objects.get().change_message == "Reviewed without a change: edition 2."


def test_an_edition_that_was_overtaken_holds_no_review_up(editor: Client, article: Article) -> None:
    """Published for later, and then at once after all: the first of the two never comes."""
    make.make_edition(article, visible_from=noon(30))
    assert "waits for its hour" in editor.get(QUEUE).content.decode()
    make.make_edition(article)
    assert "waits for its hour" not in editor.get(QUEUE).content.decode()
    assert "The next review is due" in press(editor, article, seen=3)


def test_a_draft_stays_a_draft(editor: Client, article: Article) -> None:
    KeyPoint.objects.create(article=article, text="Not read by anybody yet.")
    press(editor, article)
    assert "Not read by anybody yet." not in Client().get(PAGE).content.decode()
    article.refresh_from_db()
    assert article.reviewed_on == DUE
    assert editor.get(f"/admin/blog/article/{article.pk}/change/").context["state"].kind == "changed"


def test_nobody_answers_for_a_text_they_have_not_read(editor: Client, article: Article) -> None:
    make.make_edition(article)
    assert "Somebody published it since you looked." in press(editor, article, seen=1)
    assert article.editions.count() == 2


def test_an_edition_that_waits_is_not_overtaken(editor: Client, article: Article) -> None:
    make.make_edition(article, visible_from=noon(2))
    page = editor.get(QUEUE).content.decode()
    assert "A new edition waits for its hour." in page
    assert "Reviewed, no change</button>" not in page
    assert "waits for its hour: review that one" in press(editor, article)
    assert article.editions.count() == 2


def test_a_source_that_is_unchecked_again_stops_it(editor: Client, article: Article) -> None:
    Source.objects.update(checked_on=None)
    assert "counts as unchecked now" in press(editor, article)
    article.withdraw()
    assert "not public" in press(editor, article)
    assert article.editions.count() == 1


def test_the_longest_overdue_stands_first_and_the_rest_waits(
    editor: Client, article: Article, clock: time_machine.Traveller
) -> None:
    published(slug="later", next_review_on=DUE + dt.timedelta(days=30))
    published(slug="not-yet", next_review_on=DUE + dt.timedelta(days=31))
    page = editor.get(QUEUE).content.decode()
    assert page.index("Due March 1, 2037") < page.index("Due March 31, 2037")
    assert "not-yet" not in page
    clock.move_to(noon(1))
    editor.force_login(make.make_user("rosa", group="Editor"))
    assert "Overdue since March 1, 2037" in editor.get(QUEUE).content.decode()


def test_the_queue_takes_as_many_queries_for_many(editor: Client, article: Article) -> None:
    def count() -> int:
        editor.get(QUEUE)  # the facts are in memory then
        with CaptureQueriesContext(connection) as queries:
            assert editor.get(QUEUE).status_code == 200
        return len(queries)

    before = count()
    for number in range(5):
        published(slug=f"article-{number}")
    assert count() == before


def test_readers_are_told_after_the_grace_and_the_kept_page_changes_by_itself(
    article: Article, clock: time_machine.Traveller
) -> None:
    midnight = dt.datetime(2037, 5, 1, 4, tzinfo=dt.UTC)  # in New York, 61 days after
    clock.move_to(midnight - dt.timedelta(seconds=1))
    for _ in range(2):
        assert LINE not in Client().get(PAGE).content.decode()
    clock.move_to(midnight)
    assert LINE in Client().get(PAGE).content.decode()
    assert Client().get(PAGE)["X-Robots-Tag"] == "max-image-preview:large"


def test_a_year_after_no_list_and_no_search_engine_leads_to_it(
    article: Article, clock: time_machine.Traveller
) -> None:
    other = published(slug="another", next_review_on=DUE + dt.timedelta(days=900))
    lists = ("/", "/feed/", "/sitemap.xml", "/llms.txt", other.get_absolute_url())
    clock.move_to(noon(365))
    for address in lists:
        assert PAGE in Client().get(address).content.decode(), address
    clock.move_to(noon(366))
    for address in lists[:-1]:
        assert PAGE not in Client().get(address).content.decode(), address
    related = Client().get(lists[-1]).content.decode().split("Related articles")
    assert len(related) == 1
    for _ in range(2):
        assert Client().get(PAGE)["X-Robots-Tag"] == "noindex"


def test_who_may_only_look_has_no_button(client: Client, article: Article) -> None:
    user = make.make_user("writer")
    client.force_login(user)
    assert client.get(QUEUE).status_code == 403
    user.user_permissions.add(Permission.objects.get(codename="view_article"))
    page = client.get(QUEUE)
    assert page.status_code == 200
    assert "Reviewed, no change</button>" not in page.content.decode()
    url = f"/admin/blog/article/{article.pk}/reviewed/"
    assert client.post(url, {"seen": 1}).status_code == 403
    assert Edition.objects.count() == 1


def test_a_reviewer_presses_and_signs_exactly_that_text(
    client: Client, clock: time_machine.Traveller, article: Article
) -> None:
    old = SignOff.objects.create(article=article, hash="0" * 64, signed_by=make.make_user("long-gone"))
    rosa = make.make_user("rosa", group="Reviewer")
    client.force_login(rosa)
    assert "is reviewed." in press(client, article)
    edition = article.editions.get(number=2)
    assert edition.sign_off
    assert edition.sign_off != old
    assert (edition.sign_off.signed_by, edition.sign_off.hash) == (rosa, edition.fingerprint())
    assert (
        SignOff.objects.holding(
            article, Edition.draft_of(Article.objects.with_everything().get(pk=article.pk)).hash
        )
        == edition.sign_off
    )
    assert edition.sign_off.checklist == []


def test_whoever_may_publish_and_not_sign_is_told_who_may(
    client: Client, clock: time_machine.Traveller, article: Article
) -> None:
    client.force_login(make.make_user("eddie", group="Editor"))
    page = client.get(QUEUE).content.decode()
    assert "Only a reviewer may press it." in page
    assert "Reviewed, no change</button>" not in page
    assert "signs the page, which only a reviewer may." in press(client, article)
    make.make_user("rosa", group="Reviewer", first_name="Rosa")
    assert "only a reviewer may: Rosa can." in press(client, article)
    assert article.editions.count() == 1


def test_nobody_reviews_what_they_changed_unless_they_are_alone(editor: Client, article: Article) -> None:
    Article.objects.update(changed_by=User.objects.get(username="editor"))
    other = make.make_user("rosa", group="Reviewer", first_name="Rosa")
    assert "somebody else reviews it: Rosa can." in press(editor, article)
    other.delete()
    assert CHECKLIST[0] in editor.get(QUEUE).content.decode()
    assert "is reviewed." in press(editor, article)
    signed = article.editions.get(number=2).sign_off
    assert signed
    assert signed.checklist == CHECKLIST


def test_looking_reviews_nothing(editor: Client, article: Article) -> None:
    assert editor.get(f"/admin/blog/article/{article.pk}/reviewed/").status_code == 405
    assert editor.get(QUEUE).status_code == 200
    assert article.editions.count() == 1


def test_an_edition_that_was_called_off_keeps_its_number(editor: Client, article: Article) -> None:
    make.make_edition(article, visible_from=noon(30))
    article.editions.call_off()
    assert "The next review is due" in press(editor, article)
    assert list(article.editions.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_a_review_that_was_called_off_is_not_counted(article: Article) -> None:
    make.make_edition(article, by=make.make_user("owner"), visible_from=noon(30))
    day = article.reviewed_on
    assert day
    assert reviewed_between(day, day) == 1
    article.editions.call_off()
    assert reviewed_between(day, day) == 0
