"""What is typed and not saved: kept on the server, offered again, and gone once it is saved."""

import datetime as dt
import json
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from blog.form_drafts import forget_old
from blog.models import Article, FormDraft, KeyPoint

from . import factories as make
from .test_article_admin import forms_of, page_of, read, save, typed
from .test_history import plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelves")]
KEEP, THROW, ADD = (f"/admin/blog/article/{page}/" for page in ("draft", "draft/throw-away", "add"))
OFFER = "You have text that was not saved"


@pytest.fixture(autouse=True)
def editor(client: Client) -> User:
    make.make_clinic()
    user = make.make_user("editor", group="Editor")
    client.force_login(user)
    return user


@pytest.fixture
def article() -> Article:
    return make.make_article()


def keep(client: Client, data: dict[str, Any], article: Article | None = None, **more: Any) -> Any:
    values = {name: value if isinstance(value, list) else [str(value)] for name, value in data.items()}
    fields = {"key": data["form_key"], "article": article.pk if article else "", "typed": json.dumps(values)}
    answer = client.post(KEEP, fields | more)
    assert answer.status_code == 200
    return answer.json()


def test_it_is_offered_with_its_difference_and_brought_back(client: Client, article: Article) -> None:
    url = page_of(article)
    new = {"key_points-TOTAL_FORMS": "2", "key_points-1-text": "A new point.", "key_points-1-position": ""}
    keep(client, typed(client, url) | new | {"title": "Typed, not saved"}, article)
    page = plain(read(client, url))
    assert OFFER in page
    assert "<ins>Typed, not saved</ins>" in page
    assert "<ins>A new point.</ins>" in page

    response = client.post(url, {"_bring_back": str(article.pk)})
    page = response.content.decode()
    assert 'value="Typed, not saved"' in page
    assert "A new point." in page
    assert "errornote" not in page
    assert not Article.objects.filter(title="Typed, not saved").exists()

    save(client, url, title="Typed, not saved")
    assert not FormDraft.objects.exists()
    assert OFFER not in read(client, url)


def test_nothing_is_offered_when_nothing_differs(client: Client, article: Article) -> None:
    keep(client, typed(client, page_of(article)), article)
    assert OFFER not in read(client, page_of(article))


def test_it_is_thrown_away_by_a_press_alone(client: Client, article: Article) -> None:
    keep(client, typed(client, page_of(article)) | {"title": "Typed"}, article)
    assert client.get(THROW).status_code == 405
    assert OFFER in read(client, page_of(article))
    for _ in range(2):
        assert client.post(THROW, {"key": str(article.pk)}).status_code == 302
    assert OFFER not in read(client, page_of(article))
    response = client.post(page_of(article), {"_bring_back": str(article.pk)}, follow=True)
    assert "This text has been saved or thrown away since." in response.content.decode()


def test_a_new_article_is_kept_by_its_forms_key(client: Client) -> None:
    data = typed(client, ADD) | {"title": "Neck pain", "slug": "neck-pain"}
    keep(client, data)
    assert OFFER in read(client, ADD)
    back = client.post(ADD, {"_bring_back": data["form_key"]}).content.decode()
    assert 'value="Neck pain"' in back
    assert f'name="form_key" value="{data["form_key"]}"' in back
    assert not Article.objects.exists()
    assert client.post(ADD, data).status_code == 302
    assert not FormDraft.objects.exists()


def test_brought_back_over_a_newer_save_it_shows_both(client: Client, article: Article) -> None:
    url = page_of(article)
    keep(client, typed(client, url) | {"title": "Typed, not saved"}, article)
    KeyPoint.objects.all().delete()
    article.title = "Saved since"
    article.save()
    page = plain(client.post(url, {"_bring_back": str(article.pk)}).content.decode())
    assert "after this page was opened" in page
    assert "<del>Saved since</del>" in page
    assert "New: key point, text" in page


def test_it_belongs_to_whoever_typed_it(client: Client, article: Article) -> None:
    keep(client, typed(client, page_of(article)) | {"title": "Typed"}, article)
    client.force_login(make.make_user("other", group="Editor"))
    assert OFFER not in read(client, page_of(article))
    client.post(THROW, {"key": str(article.pk)})
    assert FormDraft.objects.count() == 1


def test_a_part_is_laid_over_the_whole_and_alone_is_nothing(client: Client, article: Article) -> None:
    data = typed(client, page_of(article))
    part = {"form_key": data["form_key"], "title": "The end of it"}
    keep(client, part, article, is_part="on")
    assert not FormDraft.objects.exclude(typed_at=None).exists()
    keep(client, data, article)
    keep(client, part, article, is_part="on", is_closed="on")
    draft = FormDraft.objects.get()
    assert draft.typed["title"] == ["The end of it"]
    assert draft.typed["standfirst"] == [data["standfirst"]]
    assert draft.seen_at is None


def test_an_article_that_a_colleague_deletes_takes_no_words_along(client: Client, article: Article) -> None:
    data = typed(client, page_of(article)) | {"title": "Typed", "key_points-0-text": "My own point."}
    keep(client, data, article)
    Article.objects.all().delete()
    assert OFFER in read(client, ADD)
    assert "This article has been deleted since." in keep(client, data, article)["saved"]

    page = client.post(page_of(article), data | {"title": "Sent too late"}, follow=True)
    assert page.redirect_chain == [(f"{ADD}?typed={article.pk}", 302)]
    assert "This article was deleted before you sent this." in page.content.decode()
    assert 'value="Sent too late"' in page.content.decode()
    assert not Article.objects.exists()
    assert client.post(ADD, forms_of(page.context)).status_code == 302
    assert Article.objects.get().title == "Sent too late"
    assert KeyPoint.objects.get().text == "My own point."
    assert not FormDraft.objects.exists()


def test_no_address_or_key_of_a_form_is_a_fault(client: Client, article: Article) -> None:
    bad = "1\x00"
    for url in (page_of(article), ADD, "/admin/blog/article/abc/change/", "/admin/blog/article/999/change/"):
        assert client.post(url, {"_bring_back": bad}).status_code == 302
        assert client.post(url, {"form_key": bad * 30}).status_code in {200, 302}
    assert not any("\x00" in draft.key for draft in FormDraft.objects.all())


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"key": "1", "typed": "{"},
        {"key": "1", "typed": "[1]"},
        {"key": "1", "typed": "[" * 99_999},
        {"key": "x" * 41},
    ],
)
def test_what_is_no_form_is_refused(client: Client, body: dict[str, str]) -> None:
    assert client.post(KEEP, body).status_code == 400
    assert not FormDraft.objects.exists()


def test_only_editors_keep_anything_and_only_by_post(client: Client) -> None:
    assert client.get(KEEP).status_code == 405
    client.force_login(make.make_user("desk", group="Front desk"))
    assert client.post(KEEP, {"key": "1"}).status_code == 403
    assert client.get("/admin/blog/article/draft/token/").status_code == 403
    client.logout()
    assert client.post(KEEP, {"key": "1"}).status_code == 302


def test_no_token_no_draft(editor: User) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(editor)
    assert careful.post(KEEP, {"key": "1"}).status_code == 403
    token = careful.get("/admin/blog/article/draft/token/").json()["token"]
    assert careful.post(KEEP, {"key": "1"}, headers={"X-CSRFToken": token}).status_code == 200


def test_after_thirty_days_it_is_forgotten(client: Client, article: Article) -> None:
    keep(client, typed(client, page_of(article)) | {"title": "Typed"}, article)
    now = timezone.now()
    with time_machine.travel(now + dt.timedelta(days=29)):
        forget_old()
        assert FormDraft.objects.count() == 1
    with time_machine.travel(now + dt.timedelta(days=31)):
        forget_old()
        assert not FormDraft.objects.exists()
