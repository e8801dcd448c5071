"""The board of all public articles: what is wrong with each, the worst first."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog import links
from blog.health import Board
from blog.link_checks import Answer, State
from blog.management.commands import check_links
from blog.models import Article, LinkCheck, Overruling, TextCount
from blog.overrulings import sorted_warnings
from blog.text_counts import count_stale
from offers.counts import DailyCount, Kind, clinic_day

from . import factories as make
from .test_reviews import DUE, noon

pytestmark = pytest.mark.django_db
BOARD = "/admin/articles/health/"
DOI = "https://doi.org/10.1000/example"


@pytest.fixture
def editor(client: Client) -> Client:
    make.make_clinic()
    client.force_login(make.make_user("editor", group="Editor"))
    return client


def article(slug: str, **fields: Any) -> Article:
    """Public, signed, its review far off."""
    fields = {"next_review_on": timezone.localdate() + dt.timedelta(days=300)} | fields
    return make.make_edition(make.make_article(slug=slug, **fields), by=make.make_user(slug)).article


def board(client: Client) -> str:
    response = client.get(BOARD)
    assert response.status_code == 200
    return response.content.decode()


def test_a_line_says_how_an_article_fares(editor: Client) -> None:
    article("well", body="<p>Short words. They are easy.</p>")
    DailyCount.objects.add(Kind.READ, "well", 1041)
    DailyCount.objects.add(Kind.CLAIMED, "well", 7)
    DailyCount.objects.add(Kind.READ, "well", 1000, day=clinic_day() - dt.timedelta(days=90))
    page = board(editor)
    assert "Nothing is wrong with what readers meet." in page
    assert 'data-label="Sources">Checked<' in page
    assert 'data-label="Links">Not checked<' in page
    assert 'data-label="Read">1,041<' in page
    assert 'data-label="Asked">7<' in page


def test_what_readers_meet_stands_first(editor: Client) -> None:
    with time_machine.travel(noon(-300)):
        article("a-well", next_review_on=DUE + dt.timedelta(days=400))
        article("b-due-soon", next_review_on=DUE + dt.timedelta(days=20))
        article(
            "c-overdue",
            next_review_on=DUE - dt.timedelta(days=1),
            standfirst="Considerable therapeutic possibilities. " * 3,
        )
        article("b-longer-overdue", next_review_on=DUE - dt.timedelta(days=9))
        make.make_edition(make.make_article(slug="d-unsigned", next_review_on=DUE - dt.timedelta(days=1)))
    with time_machine.travel(noon(0), tick=False):
        order = [row.edition.slug for row in Board()[:]]
        assert order == ["d-unsigned", "b-longer-overdue", "c-overdue", "b-due-soon", "a-well"]
        for place in (slice(0, 2), slice(2, 5), slice(4, 5)):
            assert [row.edition.slug for row in Board()[place]] == order[place]
        editor.force_login(make.make_user("rosa", group="Editor"))
        page = board(editor)
    assert "3 of 5 public articles have something" in page
    assert "Overdue since Feb. 28, 2037" in page
    assert "Nobody has signed it" in page


def test_unchecked_sources_and_dead_links_are_counted(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make.make_source(doi="10.1000/example")
    article("pain")
    answers = {DOI: Answer(State.DEAD, "not found (404)")}
    monkeypatch.setattr(check_links, "ask_all", lambda *_: answers)
    monkeypatch.setattr(links, "faults_of_form", list)
    with pytest.raises(Exception, match="1 dead"):
        call_command("check_links")
    assert LinkCheck.objects.get().words == "not found (404)"
    assert 'data-label="Links"><strong class="overdue">1 dead' in board(editor)
    answers[DOI] = Answer(State.FINE, "answers")
    call_command("check_links")
    assert 'data-label="Links">Fine<' in board(editor)
    source.checked_on = None
    source.save()
    assert "1 unchecked" in board(editor)


def test_a_changed_text_is_counted_anew(editor: Client) -> None:
    row = article("pain", body="<p>Short words.</p>")
    assert "1 sentence is long" not in board(editor).lower()
    row.body = f"<p>{'word ' * 40}.</p>"
    row.save()
    assert "1 sentence is long" in board(editor).lower()


def test_it_takes_as_many_queries_for_many(editor: Client) -> None:
    def count() -> int:
        board(editor)
        with CaptureQueriesContext(connection) as queries:
            board(editor)
        return len(queries)

    article("first")
    before = count()
    for number in range(5):
        article(f"article-{number}")
    assert count() == before


def test_claims_that_nobody_has_decided_about_are_counted(editor: Client) -> None:
    row = article("claims")
    row.body = "<p>This will cure you. We guarantee it.</p>"
    row.save()
    assert "2 claims say more than we may" in board(editor)
    first = sorted_warnings(Article.objects.with_everything().get(pk=row.pk))[0][0]
    Overruling.objects.let_stand(row, first, by=make.make_user(), reason="A quote.")
    assert "1 claim says more than we may" in board(editor)


def test_a_text_is_read_once_and_a_long_list_has_pages(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offers.health_views.ON_A_PAGE", 2)
    monkeypatch.setattr("blog.health.AT_ONCE", 1)
    for slug in ("one", "two", "three"):
        article(slug, body="<p>Short words.</p>")
    assert "The words of 2 articles are still to be counted" in board(editor)
    assert "Page 1 of 2" in board(editor)
    assert (count_stale(), count_stale()) == (3, 0)
    with CaptureQueriesContext(connection) as queries:
        page = editor.get(f"{BOARD}?page=2").content.decode()
    assert page.count('data-label="Grade"') == 1
    assert "still to be counted" not in page
    assert not [query for query in queries if '"blog_article"."body"' in query["sql"]]
    TextCount.objects.update(rules="older words")
    assert count_stale() == 3


def test_it_is_for_who_may_see_articles(client: Client) -> None:
    make.make_clinic()
    client.force_login(make.make_user(group="Front desk"))
    assert client.get(BOARD).status_code == 403
