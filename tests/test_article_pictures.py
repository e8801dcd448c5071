"""Pictures in articles: placed by lines in the text, printed by the component, frozen with the edition."""

from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image
from pytest_django import Settings

from blog.admin_states import state_of, with_states
from blog.checks import missing
from blog.frozen import freeze
from blog.models import Article, ArticlePicture, Edition
from blog.publishing import publish
from clinic_site.models import Picture, Practitioner
from clinic_site.picture_files import develop
from clinic_site.pictures import uses_of

from . import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelves")]
BODY = "<h2>What it is</h2><p>Pain down the leg. [1]</p><p>[picture 1]</p><p>More.</p>"


@pytest.fixture
def article() -> Article:
    article = make.make_article(body=BODY)
    picture = make.make_picture((900, 600), credit="Photo by Ada")
    ArticlePicture.objects.create(article=article, picture=picture, number=1, caption="The desk. [1]")
    return article


@pytest.fixture
def editor(client: Client) -> User:
    make.make_clinic()
    user = make.make_user("editor", group="Editor")
    client.force_login(user)
    return user


def reasons(article: Article) -> str:
    return " ".join(missing(Article.objects.with_everything().get(pk=article.pk)))


def replace(picture: Picture, color: str = "red") -> None:
    picture.put(develop(Image.new("RGB", (700, 500), color), picture.name))
    picture.save()


def test_the_line_in_the_text_becomes_the_picture(client: Client, article: Article) -> None:
    page = client.get(publish(article, by=None).get_absolute_url()).content.decode()
    picture = Picture.objects.get()
    before, _, rest = page.partition("<figure")
    figure, _, after = rest.partition("</figure>")
    assert "Pain down the leg" in before
    assert f'src="/media/{picture.stem}.jpg" width="900" height="600"' in figure
    assert 'alt="The front desk with two chairs"' in figure
    assert '<a id="cite-1-' in figure
    assert "(Photo by Ada)</figcaption>" in figure
    assert after.lstrip().startswith("<p>More.</p>")
    assert "[picture" not in page


@pytest.mark.parametrize(
    "line", ["<p>[picture&nbsp;1]</p>", "<p> [Picture 1]<br></p>", "<p>[PICTURE  1] </p>"]
)
def test_a_line_may_be_typed_a_little_otherwise(client: Client, article: Article, line: str) -> None:
    Article.objects.update(body=BODY.replace("<p>[picture 1]</p>", line))
    page = client.get(publish(article, by=None).get_absolute_url()).content.decode()
    assert page.count('<figure class="picture"') == 1
    assert "[picture" not in page.lower()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (f"{BODY}<p>[picture 2]</p>", "a line [picture 2], but there is no picture 2"),
        (f"{BODY}<p>[picture 1]</p>", "[picture 1] stands in the text 2 times"),
        ("<p>Pain. [1]</p>", "Picture 1 has no line [picture 1] in the text"),
        (
            BODY.replace("<p>[picture 1]</p>", "<p>See [picture 1] here.</p>"),
            "“[picture 1]” shows no picture",
        ),
        (f"{BODY}<h2>[picture 1]</h2>", "“[picture 1]” shows no picture there"),
        (f"{BODY}<p>[<strong>picture</strong> one]</p>", "“[picture one]” shows no picture there"),
    ],
)
def test_a_line_and_a_picture_need_each_other(article: Article, body: str, words: str) -> None:
    assert reasons(article) == ""
    Article.objects.update(body=body)
    assert words in reasons(article)


def test_a_line_in_another_field_shows_nothing_and_is_named(article: Article) -> None:
    Article.objects.update(conclusion="<p>[picture 1]</p>")
    assert "“[picture 1]” shows no picture there" in reasons(article)


def test_no_number_of_the_clinic_is_typed_under_a_picture(article: Article) -> None:
    make.make_clinic()
    ArticlePicture.objects.update(caption="Call (212) 555-0100 for $20.")
    assert "Take “$20.” out of the text" in reasons(article)
    assert "Take the phone number out" in reasons(article)


def test_an_edition_keeps_the_picture_it_was_published_with(
    client: Client, article: Article, settings: Settings, django_capture_on_commit_callbacks: Any
) -> None:
    edition = publish(article, by=None)
    before = client.get(edition.get_absolute_url()).content
    picture = Picture.objects.get()
    old = [Path(settings.MEDIA_ROOT) / name for name in picture.file_names()]
    with django_capture_on_commit_callbacks(execute=True):
        replace(picture)
        Picture.objects.update(alt="Something else")
        ArticlePicture.objects.update(caption="Another caption")
    assert client.get(edition.get_absolute_url()).content == before
    assert all(path.exists() for path in old)
    again = publish(article, by=None)
    assert Picture.objects.get().stem in client.get(again.get_absolute_url()).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        ArticlePicture.objects.all().delete()
        Picture.objects.get().delete()
    assert client.get(again.get_absolute_url()).status_code == 200
    assert all(path.exists() for path in old)


def test_a_picture_that_no_edition_shows_takes_its_files_along(
    article: Article, settings: Settings, django_capture_on_commit_callbacks: Any
) -> None:
    picture = Picture.objects.get()
    old = [Path(settings.MEDIA_ROOT) / name for name in picture.file_names()]
    with django_capture_on_commit_callbacks(execute=True):
        replace(picture)
    assert not any(path.exists() for path in old)


def test_another_picture_or_another_description_makes_a_draft(article: Article) -> None:
    def kind() -> str:
        return state_of(with_states(Article.objects.all()).get()).kind

    publish(article, by=None)
    assert kind() == "public"
    replace(Picture.objects.get())
    assert kind() == "changed"
    publish(article, by=None)
    Picture.objects.update(alt="The desk from the other side")
    assert kind() == "changed"


def test_words_of_an_edition_hold_the_description_and_not_the_line(article: Article) -> None:
    words = publish(article, by=None).words
    assert "the front desk with two chairs" in words
    assert "the desk." in words
    assert "[picture" not in words


def test_an_edition_from_before_there_were_pictures_is_shown(client: Client, article: Article) -> None:
    edition = publish(article, by=None)
    edition.content.pop("pictures")
    models.QuerySet(Edition).filter(pk=edition.pk).update(content=edition.content)
    assert "[picture 1]" in client.get(edition.get_absolute_url()).content.decode()


def test_the_staff_read_where_it_is_shown(client: Client, editor: User, article: Article) -> None:
    publish(article, by=None)
    publish(article, by=None)
    picture = Picture.objects.get()
    found = [use.text for use in uses_of(picture.stem)]
    assert found == [f"Article: {article}", f"Published: {article}, 2 editions"]
    page = unescape(client.get(f"/admin/clinic_site/picture/{picture.pk}/change/").content.decode())
    assert f"/admin/blog/article/{article.pk}/editions/" in page
    refused = client.post(f"/admin/clinic_site/picture/{picture.pk}/delete/", {"post": "yes"})
    assert refused.status_code == 200
    assert Picture.objects.exists()


def test_a_whole_article_is_read_with_as_many_queries_for_more_pictures(article: Article) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            freeze(Article.objects.with_everything().get())
        return len(asked)

    few = queries()
    for number in (2, 3, 4):
        picture = make.make_picture((90 + number, 80))
        ArticlePicture.objects.create(article=article, picture=picture, number=number)
    assert queries() == few


def test_pictures_stand_under_the_text_on_the_editing_page(
    client: Client, editor: User, article: Article
) -> None:
    url = f"/admin/blog/article/{article.pk}/change/"

    def queries() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        return len(asked)

    few = queries()
    for number in (2, 3, 4):
        picture = make.make_picture((100 + number, 80))
        ArticlePicture.objects.create(article=article, picture=picture, number=number)
    assert queries() == few
    page = client.get(url).content.decode()
    assert (
        page.index('id="id_body"')
        < page.index('id="picture_rows-heading"')
        < page.index('id="id_other_options"')
    )
    assert "[picture 4]" in page


def test_an_article_with_pictures_and_a_portrait_takes_no_more_queries(
    client: Client, article: Article
) -> None:
    def queries(address: str) -> int:
        client.get("/prices/")
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        return len(asked)

    plain = make.make_edition(make.make_article(slug="without"))
    few = queries(plain.get_absolute_url())
    Practitioner.objects.update(portrait=Picture.objects.get())
    edition = publish(article, by=None)
    assert queries(edition.get_absolute_url()) == few
