"""Two copies of an article side by side, and going back to one without losing the other."""

import re

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog.differences import Piece, compare, differences
from blog.kept_copies import MANY, ROWS, KeptCopy, typed_in
from blog.models import Article, Citation, KeyPoint
from blog.publishing import publish

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
    """Published once, and changed since."""
    article = make.make_edition(
        make.make_article(body="<p>Pain down the leg. [1]</p><p>It passes.</p>")
    ).article
    Article.objects.filter(pk=article.pk).update(body="<p>Pain down one leg. [1]</p><p>It passes.</p>")
    KeyPoint.objects.create(article=article, text="One more point.")
    return article


def at(article: Article, name: str) -> str:
    return f"/admin/blog/article/{article.pk}/{name}/"


def whole(article: Article) -> Article:
    return Article.objects.with_everything().get(pk=article.pk)


def read(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def plain(page: str) -> str:
    return re.sub(r'<span class="visually-hidden">.*?</span>', "", page)


def test_words_that_changed_are_marked_in_their_paragraph() -> None:
    (same, line) = compare(["One.", "Pain in the leg."], ["One.", "Pain in one leg."])
    assert same.same == 1
    assert line.before == (Piece("Pain in "), Piece("the", True), Piece(" leg."))
    assert line.after == (Piece("Pain in "), Piece("one", True), Piece(" leg."))
    (line,) = compare(["It aches a lot."], ["It hurts quite badly."])
    assert line.after == (Piece("It "), Piece("hurts quite badly", True), Piece("."))


def test_a_paragraph_more_stands_alone() -> None:
    (line,) = compare([], ["New."])
    assert (line.before, line.after) == ((), (Piece("New.", True),))


def test_it_shows_what_changed_since_the_last_edition(client: Client, article: Article) -> None:
    page = plain(read(client, at(article, "compare")))
    assert "Pain down <del>the</del> leg" in page
    assert "Pain down <ins>one</ins> leg" in page
    assert "<ins>One more point.</ins>" in page
    assert "1 paragraph the same" in page
    assert ">Standfirst</h2>" not in page


def test_the_marks_have_words_for_who_cannot_see_them(client: Client, article: Article) -> None:
    page = read(client, at(article, "compare"))
    assert '<ins><span class="visually-hidden">put in: </span>one' in page
    assert '<del><span class="visually-hidden">taken out: </span>the' in page


def test_what_was_typed_is_shown_as_text(client: Client, article: Article) -> None:
    Article.objects.filter(pk=article.pk).update(title="<script>alert(1)</script>")
    page = read(client, at(article, "compare"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in plain(page).replace("</ins>", "").replace("<ins>", "")


def test_another_form_of_the_same_words_is_told(article: Article) -> None:
    before = typed_in(whole(article))
    Article.objects.filter(pk=article.pk).update(
        body="<p>Pain down <strong>one</strong> leg. [1]</p><p>It passes.</p>"
    )
    (difference,) = differences(before, typed_in(whole(article)))
    assert (difference.label, difference.lines) == ("Body", [])


def test_an_unknown_copy_is_refused_in_words(client: Client, article: Article) -> None:
    assert "Select a valid choice" in read(client, f"{at(article, 'compare')}?before=999")


def test_going_back_keeps_what_was_there(client: Client, article: Article, editor: User) -> None:
    before = typed_in(whole(article))
    (kept,) = KeptCopy.objects.filter(article=article)
    page = at(article, f"restore/{kept.pk}")
    assert "<ins>the</ins>" in plain(read(client, page))
    assert typed_in(whole(article)) == before
    client.post(page)
    assert typed_in(whole(article)) == kept.typed
    assert whole(article).changed_by == editor
    replaced = KeptCopy.objects.get(article=article, edition=None)
    assert replaced.typed == before
    listed = read(client, at(article, "editions"))
    assert at(article, f"restore/{replaced.pk}") in listed
    client.post(at(article, f"restore/{replaced.pk}"))
    assert typed_in(whole(article)) == before


def test_a_restored_text_is_published_like_any_other(article: Article) -> None:
    first = article.editions.get()
    KeptCopy.objects.get(edition=first).restore(by=make.make_user("ada"))
    assert publish(article, by=None).content == first.content


def test_what_was_deleted_since_is_left_out_and_named(client: Client, article: Article) -> None:
    (kept,) = KeptCopy.objects.filter(article=article)
    Citation.objects.all().delete()
    make.make_source().delete()
    response = client.post(at(article, f"restore/{kept.pk}"), follow=True)
    assert "deleted since: source." in " ".join(str(message) for message in response.context["messages"])
    assert not whole(article).citations.exists()
    assert whole(article).benefits.exists()


def test_only_who_may_change_it_goes_back(client: Client, article: Article) -> None:
    (kept,) = KeptCopy.objects.filter(article=article)
    client.force_login(make.make_user("desk", group="Front desk"))
    for name in ("compare", f"restore/{kept.pk}"):
        assert client.get(at(article, name)).status_code == 403
    assert client.post(at(article, f"restore/{kept.pk}")).status_code == 403
    other = make.make_article(slug="other", condition=article.condition, cited=False)
    client.force_login(make.make_user("writer", group="Editor"))
    assert client.post(at(other, f"restore/{kept.pk}")).status_code == 404


def test_nothing_of_an_article_is_forgotten_here() -> None:
    """A new kind of row is kept, or named here as not part of the text."""
    own = {relation.get_accessor_name() for relation in Article._meta.related_objects}
    not_text = {"editions", "sign_offs", "overrulings", "kept_copies", "preview_links", "text_count"}
    assert own - not_text == set(ROWS)
    assert {field.name for field in Article._meta.many_to_many} - {"writers"} == set(MANY)


def test_the_lists_ask_as_much_for_many_editions_as_for_few(client: Client, article: Article) -> None:
    counts = []
    for more in (0, 6):
        for _ in range(more):
            publish(article, by=None)
        for name in ("editions", "compare"):
            with CaptureQueriesContext(connection) as queries:
                read(client, at(article, name))
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
