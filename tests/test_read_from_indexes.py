"""What staff pages count and put in order of all articles comes from an index: a row drags its whole text along.

SQLite plans the same for any number of rows. PostgreSQL keeps long texts elsewhere, and reads a small table whole.
"""

from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from blog.admin_states import with_states
from blog.health import Board
from blog.models import Article, Edition
from blog.reviews import due_for_review

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by what is in the tables"),
]


def plan(rows: QuerySet[Any]) -> list[str]:
    return [line for line in rows.explain().splitlines() if "SCAN" in line or "SEARCH" in line]


def test_public_articles_are_counted_from_indexes() -> None:
    live = Edition.objects.live().order_by().values("article")
    due = due_for_review().order_by().values("article", "next_review_on")
    for rows in (live, due, live.filter(published_by=None), Edition.objects.coming().order_by().values("pk")):
        found = plan(rows)
        assert len(found) == 3  # the editions, later ones, withdrawn articles
        assert all("COVERING INDEX" in line for line in found), found


def test_the_board_reads_no_row_to_put_all_in_order() -> None:
    with CaptureQueriesContext(connection) as queries:
        board = Board()
        board.unchecked[1] = 1
        assert len(board) == len(board.noted) == len(board.rest) == 0
    stale, *asked = [query["sql"] for query in queries.captured_queries]
    of_editions = [sql for sql in asked if 'FROM "blog_edition" WHERE' in sql]
    assert len(of_editions) == 3  # how many; those that something is to be said of; the rest
    with connection.cursor() as cursor:
        for sql, most in ((stale, 1), *((sql, None) for sql in of_editions)):
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            found = [line for *_, line in cursor.fetchall() if line.startswith(("SCAN", "SEARCH"))]
            assert found
            assert all("COVERING INDEX" in line for line in found[:most]), found


def test_a_page_of_a_list_reads_no_more_rows_than_it_shows() -> None:
    """Where an index has them in order, what is beyond the page is not put in order."""
    shown = with_states(Article.objects.order_by("title", "-pk"))[:25]
    assert "USING INDEX article_title" in plan(shown)[0]
    assert "USING INDEX edition_due" in plan(due_for_review()[:100])[0]
