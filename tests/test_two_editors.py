"""Two editors of one article: nobody overwrites what they have not seen, with or without script."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog.models import Article, Citation, FormDraft, KeyPoint

from . import factories as make
from .test_article_admin import page_of, read, save, typed
from .test_history import plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelves")]


@pytest.fixture
def article() -> Article:
    make.make_clinic()
    return make.make_article()


@pytest.fixture
def ada() -> User:
    return make.make_user("ada", group="Editor", first_name="Ada", last_name="Example")


@pytest.fixture(autouse=True)
def me(client: Client, article: Article) -> User:
    user = make.make_user("me", group="Editor")
    client.force_login(user)
    return user


def other(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(client: Client, article: Article, data: dict[str, Any]) -> str:
    response = client.post(page_of(article), data)
    assert response.status_code == 200
    return plain(response.content.decode())


def data_of(page: str, client: Client, article: Article, mine: dict[str, Any]) -> dict[str, Any]:
    """What pressing Save on the page that came back sends: its own version, and what was typed."""
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    return typed(client, page_of(article)) | mine | {"version": version[1]}


def test_a_newer_save_is_not_overwritten_and_what_was_typed_comes_back(
    client: Client, article: Article, ada: User
) -> None:
    mine = typed(client, page_of(article)) | {"title": "By me", "body": "<p>Pain down the left leg.</p>"}
    save(other(ada), page_of(article), title="By Ada", body="<p>Pain down the right leg.</p>")
    page = post(client, article, mine)
    article.refresh_from_db()
    assert (article.title, article.changed_by) == ("By Ada", ada)
    assert "Ada Example saved this article on" in page
    assert 'value="By me"' in page
    assert "Pain down the <del>right</del> leg." in page
    assert "Pain down the <ins>left</ins> leg." in page
    assert "By <del>Ada</del>" in page
    assert "errornote" not in page


def test_mine_is_kept_after_it_was_seen(client: Client, article: Article, ada: User) -> None:
    mine = typed(client, page_of(article)) | {"title": "By me"}
    save(other(ada), page_of(article), title="By Ada", standfirst="Of Ada.")
    page = post(client, article, mine)
    again = data_of(page, client, article, {"title": "By me", "standfirst": mine["standfirst"]})
    assert client.post(page_of(article), again).status_code == 302
    article.refresh_from_db()
    assert (article.title, article.standfirst) == ("By me", mine["standfirst"])


def test_a_third_save_in_between_is_shown_as_well(client: Client, article: Article, ada: User) -> None:
    mine = typed(client, page_of(article)) | {"title": "By me"}
    save(other(ada), page_of(article), title="By Ada")
    again = data_of(post(client, article, mine), client, article, {"title": "By me"})
    save(other(ada), page_of(article), title="By Ada again")
    assert "<del>Ada again</del>" in post(client, article, again)
    article.refresh_from_db()
    assert article.title == "By Ada again"


def test_rows_that_were_added_and_deleted_there_are_no_loss(
    client: Client, article: Article, ada: User
) -> None:
    """What Ada added stays; what she deleted and I changed comes back as a new row."""
    KeyPoint.objects.create(article=article, text="Second.", position=2)
    mine = typed(client, page_of(article)) | {"key_points-1-text": "Second, by me."}
    new = {"key_points-TOTAL_FORMS": "3", "key_points-2-text": "Of Ada.", "key_points-2-position": ""}
    save(other(ada), page_of(article), **new, **{"key_points-1-DELETE": "on"})
    response = client.post(page_of(article), mine)
    formset = next(
        group.formset
        for group in response.context["inline_admin_formsets"]
        if group.formset.prefix == "key_points"
    )
    again = {
        field.html_name: field.value() or ""
        for form in [formset.management_form, *formset.forms]
        for field in form
        if field.name != "DELETE"
    }
    page = response.content.decode()
    assert client.post(page_of(article), data_of(page, client, article, again)).status_code == 302
    assert "<p>Of Ada.\n</p>" in page
    assert page.count("Added there: key point") == 1
    texts = set(article.key_points.values_list("text", flat=True))
    assert texts == {"One point. [1]", "Of Ada.", "Second, by me."}


def test_the_same_number_given_twice_is_a_sentence(client: Client, article: Article, ada: User) -> None:
    mine = typed(client, page_of(article))
    for person, key in ((other(ada), "of-ada"), (None, "of-me")):
        new = {"citations-TOTAL_FORMS": "2", "citations-1-number": "2"}
        new["citations-1-source"] = str(make.make_source(key=key).pk)
        if person:
            save(person, page_of(article), **new)
        else:
            response = client.post(page_of(article), mine | new)
    forms = response.context["inline_admin_formsets"][-1].formset
    again = {f.html_name: f.value() or "" for form in [forms.management_form, *forms.forms] for f in form}
    again = {name: value for name, value in again.items() if "DELETE" not in name}
    page = response.content.decode()
    assert "Two rows have the same number." in post(client, article, data_of(page, client, article, again))
    assert Citation.objects.filter(article=article).count() == 2


def test_a_second_press_saves_once_and_says_saved(client: Client, article: Article) -> None:
    new = {"key_points-TOTAL_FORMS": "2", "key_points-1-text": "New.", "key_points-1-position": ""}
    mine = typed(client, page_of(article)) | new | {"title": "Once"}
    for _ in range(2):
        assert client.post(page_of(article), mine).status_code == 302
    assert article.key_points.count() == 2
    assert Article.objects.get().title == "Once"


def test_a_form_without_its_version_is_not_trusted(client: Client, article: Article) -> None:
    mine = typed(client, page_of(article)) | {"title": "Blind"}
    del mine["version"]
    assert "after this page was opened" in post(client, article, mine)
    assert not Article.objects.filter(title="Blind").exists()


def test_the_difference_is_escaped(client: Client, article: Article, ada: User) -> None:
    mine = typed(client, page_of(article)) | {"title": "<script>alert(1)</script>"}
    save(other(ada), page_of(article), title="<img src=x onerror=alert(1)>")
    page = post(client, article, mine)
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_who_else_has_the_page_open_is_said(client: Client, article: Article, ada: User) -> None:
    page = {"key": str(article.pk), "article": article.pk, "version": article.version}
    assert other(ada).post("/admin/blog/article/draft/", page).json()["others"] == []
    assert client.post("/admin/blog/article/draft/", page).json()["others"] == ["Ada Example"]
    assert "Ada Example has this article open, too." in read(client, page_of(article))
    save(other(ada), page_of(article), title="By Ada")
    assert (
        "Ada Example saved this article at" in client.post("/admin/blog/article/draft/", page).json()["saved"]
    )
    other(ada).post("/admin/blog/article/draft/", page | {"is_closed": "on"})
    assert client.post("/admin/blog/article/draft/", page).json()["others"] == []
    assert not FormDraft.objects.filter(user=ada).exists()


def test_saving_asks_the_database_no_more_for_the_version(client: Client, article: Article) -> None:
    data = typed(client, page_of(article))
    with CaptureQueriesContext(connection) as asked:
        client.post(page_of(article), data)
    assert sum('FROM "blog_formdraft"' in query["sql"] for query in asked) <= 1
