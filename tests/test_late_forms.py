"""A form that is sent after the sign-in has ended: what was typed is kept and comes back; no stranger writes any."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone

from blog import late_forms
from blog.late_forms import late_pass
from blog.models import Article, FormDraft, KeyPoint
from clinic_site.staff_session import SEEN

from . import factories as make
from .test_article_admin import page_of, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelves")]
ADD = "/admin/blog/article/add/"
BACK = "What you typed is all here, and not saved yet."


@pytest.fixture(autouse=True)
def editor(client: Client) -> User:
    make.make_clinic()
    user = make.make_user("editor", group="Editor")
    client.force_login(user)
    return user


@pytest.fixture
def article() -> Article:
    return make.make_article()


def filled(client: Client, url: str, **changes: str) -> dict[str, Any]:
    page = client.get(url)
    return (
        typed(client, url)
        | {"late_pass": page.context["late_pass"], "form_key": page.context["form_key"]}
        | changes
    )


def test_what_was_typed_comes_back_after_signing_in(client: Client, editor: User, article: Article) -> None:
    url = page_of(article)
    data = filled(client, url, title="Typed too late")
    client.logout()
    answer = client.post(url, data)
    assert answer["Location"] == f"/admin/login/?next={url}%3Ftyped%3D{article.pk}"
    assert "What you typed has been kept." in client.get(answer["Location"]).content.decode()
    draft = FormDraft.objects.get()
    assert (draft.user, draft.seen_at, "late_pass" in draft.typed) == (editor, None, False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT typed FROM blog_formdraft")
        assert "too late" not in str(cursor.fetchone())

    client.force_login(make.make_user("other", group="Editor"))
    assert "Typed too late" not in client.get(f"{url}?typed={article.pk}", follow=True).content.decode()
    client.force_login(editor)
    KeyPoint.objects.create(article=article, text="Added meanwhile.")
    for _ in range(2):
        page = client.get(f"{url}?typed={article.pk}").content.decode()
        assert BACK in page
        assert 'value="Typed too late"' in page
        assert "Added meanwhile." in page
        assert "errornote" not in page
    article.refresh_from_db()
    assert article.title != "Typed too late"
    client.post(f"{url}?typed={article.pk}", data)
    article.refresh_from_db()
    assert article.title == "Typed too late"
    page = client.get(f"{url}?typed={article.pk}", follow=True).content.decode()
    assert "This text has been saved or thrown away since." in page


def test_so_it_does_by_the_clock_and_of_a_new_article(client: Client, editor: User) -> None:
    data = filled(client, ADD, title="Neck pain", slug="neck-pain")
    session = client.session
    session[SEEN] = 0
    session.save()
    answer = client.post(ADD, data)
    assert answer["Location"].startswith("/admin/login/?next=/admin/blog/article/add/%3Ftyped%3D")
    client.force_login(editor)
    page = client.get(f"{ADD}?typed={data['form_key']}").content.decode()
    assert BACK in page
    assert 'value="Neck pain"' in page
    assert not Article.objects.exists()


def test_a_token_of_an_earlier_sign_in_loses_nothing(editor: User, article: Article) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(editor)
    url = page_of(article)
    data = filled(careful, url, title="Typed too late")
    answer = careful.post(url, data)
    assert answer["Location"] == f"{url}?typed={article.pk}"
    assert BACK in careful.get(answer["Location"]).content.decode()


def test_no_stranger_writes_a_draft(
    client: Client, editor: User, article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = page_of(article)
    data = filled(client, url, title="Typed too late")
    desk = make.make_user("desk", group="Front desk")
    client.logout()
    for wrong in ("", "made-up", data["late_pass"][:-1], late_pass(desk, "1", article)):
        client.post(url, data | {"late_pass": wrong})
    with time_machine.travel(timezone.now() + late_forms.GOOD_FOR + dt.timedelta(minutes=1)):
        client.post(url, data)
    User.objects.filter(pk=editor.pk).update(is_active=False)
    client.post(url, data)
    User.objects.filter(pk=editor.pk).update(is_active=True)
    client.post("/admin/blog/source/add/", data)
    with monkeypatch.context() as patch:
        patch.setattr(late_forms, "MOST", 50)
        client.post(url, data)
    assert not FormDraft.objects.exists()
    client.post(url, data)
    assert FormDraft.objects.count() == 1
