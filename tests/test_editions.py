"""What the public sees is an edition, decided when the page is read. Invariants 3 and 4."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from blog.checks import missing
from blog.immutable import Frozen
from blog.models import Article, CareAdvice, Citation, Comparison, Edition, KeyPoint, Source
from blog.publishing import NotPublishable, publish, what_is_seen

from . import factories as make

URL = "/blog/dry-needling-for-sciatica/"
PLACES = (URL, "/", "/blog/", "/conditions/", "/search/?q=pain", "/feed/", "/sitemap.xml", "/blog/other/")
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelves")]


@pytest.fixture(autouse=True)
def clinic(db: None) -> None:
    make.make_clinic()


def everything_public(client: Client) -> str:
    return "\n".join(client.get(place).content.decode() for place in PLACES)


def whole(article: Article) -> Article:
    return Article.objects.with_everything().get(pk=article.pk)


def test_it_works(client: Client) -> None:
    make.make_edition()
    page = client.get(URL)
    assert page.status_code == 200
    assert "Pain down the leg." in page.content.decode()


def test_a_draft_appears_nowhere(client: Client) -> None:
    make.make_article(title="Canary draft", standfirst="Canary words.")
    assert client.get(URL).status_code == 404
    assert "Canary" not in everything_public(client)


def test_a_changed_working_copy_changes_nothing_public(client: Client) -> None:
    article = make.make_article()
    publish(article, by=None)
    make.make_edition(
        make.make_article(slug="other", condition=article.condition, cited=False, body="<p>x</p>")
    )
    before = everything_public(client)
    article.title, article.standfirst, article.body = "Canary", "Canary", "<p>Canary [1]</p>"
    article.save()
    KeyPoint.objects.create(article=article, text="Canary")
    for source in Source.objects.all():
        source.title = "Canary"
        source.save()
    assert everything_public(client) == before


def test_a_future_edition_appears_when_its_time_comes_without_any_job(client: Client) -> None:
    opens = timezone.now() + dt.timedelta(hours=2)
    make.make_edition(make.make_article(title="Canary"), visible_from=opens)
    with time_machine.travel(opens - dt.timedelta(seconds=1), tick=False):
        assert client.get(URL).status_code == 404
        assert ">Canary<" not in everything_public(client)
    with time_machine.travel(opens, tick=False):
        assert client.get(URL).status_code == 200
        assert "Canary" in client.get("/blog/").content.decode()
        assert "Canary" in client.get("/feed/").content.decode()
        assert URL in client.get("/sitemap.xml").content.decode()


def test_a_cached_page_is_followed_by_a_future_edition_on_time(client: Client) -> None:
    article = make.make_article()
    publish(article, by=None)
    article.title = "Second title"
    article.save()
    opens = timezone.now() + dt.timedelta(hours=2)
    publish(article, by=None, visible_from=opens)
    with time_machine.travel(opens - dt.timedelta(seconds=1), tick=False):
        assert "Second title" not in client.get(URL).content.decode()
        assert "Second title" not in client.get(URL).content.decode()
    with time_machine.travel(opens, tick=False):
        assert "Second title" in client.get(URL).content.decode()


def test_a_withdrawn_article_is_gone_everywhere(client: Client) -> None:
    article = make.make_article(title="Canary")
    publish(article, by=None)
    assert client.get(URL).status_code == 200
    article.withdraw()

    gone = client.get(URL)
    assert gone.status_code == 410
    assert "(212) 555-0100" in gone.content.decode()
    assert 'action="/search/"' in gone.content.decode()
    assert ">Canary<" not in everything_public(client)


def test_publishing_brings_a_withdrawn_article_back(client: Client) -> None:
    article = make.make_article()
    publish(article, by=None)
    article.withdraw()
    publish(article, by=None)
    assert client.get(URL).status_code == 200


def test_a_withdrawn_article_cannot_be_scheduled(client: Client) -> None:
    """Bringing it back later would show the withdrawn text until then."""
    article = make.make_article()
    publish(article, by=None)
    article.withdraw()
    with pytest.raises(NotPublishable, match="withdrawn"):
        publish(article, by=None, visible_from=timezone.now() + dt.timedelta(days=3))
    assert client.get(URL).status_code == 410


def test_nobody_signs_what_changed_after_they_looked() -> None:
    article = make.make_article()
    seen = what_is_seen(whole(article))
    Article.objects.filter(pk=article.pk).update(title="A colleague's title")
    with pytest.raises(NotPublishable, match="since you looked"):
        publish(article, by=None, seen=seen)
    publish(article, by=None, seen=what_is_seen(whole(article)))


def test_an_article_withdrawn_before_anybody_saw_it_is_not_found(client: Client) -> None:
    article = make.make_article()
    publish(article, by=None, visible_from=timezone.now() + dt.timedelta(days=3))
    article.withdraw()
    assert client.get(URL).status_code == 404


def test_the_newest_visible_edition_is_live() -> None:
    article = make.make_article()
    first = publish(article, by=None)
    second = publish(article, by=None)
    later = publish(article, by=None, visible_from=timezone.now() + dt.timedelta(days=1))
    assert (first.number, second.number, later.number) == (1, 2, 3)
    assert list(Edition.objects.live()) == [second]


def test_an_edition_cannot_be_changed_or_deleted() -> None:
    edition = make.make_edition()
    for forbidden in (edition.save, edition.delete, Edition.objects.all().delete):
        with pytest.raises(Frozen):
            forbidden()
    with pytest.raises(Frozen):
        Edition.objects.update(title="Other")


def test_the_fingerprint_is_of_what_was_signed() -> None:
    edition = make.make_edition()
    stored = Edition.objects.get(pk=edition.pk)
    assert stored.hash == stored.fingerprint()
    stored.content["body_html"] += "!"
    assert stored.hash != stored.fingerprint()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"author": None}, "Choose the author"),
        ({"reviewer": None}, "Choose the clinical reviewer"),
        ({"reviewed_on": None}, "Say when the text was reviewed"),
        ({"next_review_on": None}, "Say when the next review is due"),
        ({"next_review_on": make.REVIEWED}, "has to come after"),
        ({"condition": None}, "Choose the condition"),
        ({"standfirst": " "}, "Write the standfirst"),
        ({"body": "<p></p>"}, "Write the body"),
        ({"body": "<p>Now. [1][7]</p>"}, "marker [7], but there is no source 7"),
        ({"body": "<p>Now. [1] And then. [1, 2]</p>"}, "“[1, 2]” links to no source"),
        ({"body": "<h2>What it is [1]</h2><p>Now. [1]</p>"}, "“[1]” links to no source"),
        ({"body": "<p>Only $100 a visit. [1]</p>"}, "Take “$100” out"),
        ({"body": "<p>Call (212) 555-0100. [1]</p>"}, "Take the phone number out"),
        ({"body": '<p><a href="tel:+12125550100">Call</a>. [1]</p>'}, "Take the phone number out"),
        ({"body": "<p>Text 212&nbsp;555&nbsp;0101. [1]</p>"}, "Take the phone number out"),
        ({"search_title": "Only $100"}, "Take “$100” out"),
    ],
)
def test_it_names_what_is_missing(change: dict[str, object], words: str) -> None:
    article = make.make_article()
    for name, value in change.items():
        setattr(article, name, value)
    article.save()
    with pytest.raises(NotPublishable) as refused:
        publish(article, by=None)
    assert any(words in reason for reason in refused.value.reasons)
    assert not Edition.objects.exists()


def test_a_comparison_needs_a_head_over_each_column() -> None:
    article = make.make_article(comparison_left=" ", comparison_right="")
    assert missing(whole(article)) == []
    Comparison.objects.create(article=article, aspect="Needles", left="Thin.", right="Thin, too.")
    assert missing(whole(article)) == [
        "Write over the left column of the comparison which treatment it is about.",
        "Write over the right column of the comparison which treatment it is about.",
    ]


def test_a_region_that_can_be_an_emergency_needs_emergency_advice() -> None:
    article = make.make_article()
    CareAdvice.objects.all().delete()
    make.make_advice()
    assert missing(whole(article)) == [
        "The condition Sciatica has no public emergency advice: add it there and publish the advice."
    ]


def test_a_benefit_needs_a_source_that_tested_it() -> None:
    article = make.make_article()
    assert missing(whole(article)) == []
    Source.objects.update(kind=Source.Kind.OPINION)
    assert any("needs the marker of a trial" in reason for reason in missing(whole(article)))
    Source.objects.update(kind=Source.Kind.TRIAL)
    article.benefits.update(statement="It helps.")
    assert any("needs the marker of a trial" in reason for reason in missing(whole(article)))


def test_an_unchecked_source_is_not_shown() -> None:
    article = make.make_article()
    Source.objects.update(checked_on=None)
    assert any("Nobody has checked the source" in reason for reason in missing(whole(article)))


def test_a_source_without_a_marker_is_not_shown() -> None:
    article = make.make_article()
    Citation.objects.create(article=article, source=make.make_source(key="other-2021"), number=2)
    assert missing(whole(article)) == ["Source 2 has no marker [2] in the text."]


def test_two_articles_cannot_be_public_at_one_address() -> None:
    first = make.make_article(slug="one")
    publish(first, by=None)
    Article.objects.filter(pk=first.pk).update(slug="moved")
    second = make.make_article(slug="one", condition=first.condition, title="Two")
    assert missing(whole(second)) == ["Another article is public at /blog/one/: choose another address."]


def test_addresses_on_the_page_are_taken_once(client: Client) -> None:
    article = make.make_article(body="<h2>Does it help?</h2><p>It may. [1]</p>")
    publish(article, by=None)
    assert client.get(URL).content.decode().count('id="does-it-help"') == 1
    article.questions.update(anchor="sources")
    assert any("needs another address" in reason for reason in missing(whole(article)))


def test_only_notes_of_editions_that_were_public_are_told() -> None:
    article = make.make_article()
    publish(article, by=None, change_note="First.")
    publish(article, by=None, change_note="Not yet.", visible_from=timezone.now() + dt.timedelta(days=60))
    edition = publish(article, by=None, change_note="Spelling.")
    assert [change["note"] for change in edition.earlier_changes] == ["First."]
    page = Client().get(edition.get_absolute_url()).content.decode()
    assert "Not yet." not in page
    assert f"<li>{timezone.localdate():%-d %B %Y}: First.</li>" in page
    with time_machine.travel(timezone.now() + dt.timedelta(days=90)):
        later = publish(article, by=None, change_note="Later.")
    assert [change["note"] for change in later.earlier_changes] == ["Spelling.", "First."]
