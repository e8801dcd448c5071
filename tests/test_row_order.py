"""An article's rows change places in one save, by typed numbers alone."""

import pytest
from django.test import Client

from blog.models import Article, ArticleMuscle, ArticlePicture, Citation

from . import factories as make
from .test_article_admin import page_of, save, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelves")]


@pytest.fixture
def article(client: Client) -> Article:
    make.make_clinic()
    client.force_login(make.make_user("editor", group="Editor"))
    article = make.make_article()
    Citation.objects.create(article=article, source=make.make_source(key="second-2021"), number=2)
    return article


def cited(article: Article) -> list[tuple[int | None, str]]:
    return [(row.number, row.source.key) for row in article.citations.select_related("source")]


def test_two_sources_exchange_their_numbers(client: Client, article: Article) -> None:
    before = {row.source.key: row.pk for row in article.citations.all()}
    save(client, page_of(article), **{"citations-0-number": "2", "citations-1-number": "1"})
    assert cited(article) == [(1, "second-2021"), (2, "example-2020")]
    assert {row.source.key: row.pk for row in article.citations.all()} == before


def test_two_rows_exchange_their_sources(client: Client, article: Article) -> None:
    first, second = article.citations.all()
    changes = {"citations-0-source": second.source_id, "citations-1-source": first.source_id}
    save(client, page_of(article), **changes)
    assert cited(article) == [(1, "second-2021"), (2, "example-2020")]


def test_a_number_is_taken_over_from_a_row_that_is_deleted(client: Client, article: Article) -> None:
    save(client, page_of(article), **{"citations-0-DELETE": "on", "citations-1-number": "1"})
    assert cited(article) == [(1, "second-2021")]


def test_pictures_and_muscles_exchange_theirs(client: Client, article: Article) -> None:
    for number in (1, 2):
        ArticlePicture.objects.create(
            article=article, picture=make.make_picture((320, 240 + number)), number=number
        )
    other = make.make_muscle(slug="gluteus-medius")
    ArticleMuscle.objects.create(article=article, muscle=other, note="It aches.", position=1)
    pictures = list(article.picture_rows.all())
    changes = {"picture_rows-0-number": "2", "picture_rows-1-number": "1"}
    muscles = [row.muscle_id for row in article.muscle_rows.all()]
    changes |= {f"muscle_rows-{index}-muscle": str(muscles[1 - index]) for index in (0, 1)}
    save(client, page_of(article), **changes)
    assert list(article.picture_rows.all()) == pictures[::-1]
    assert [row.muscle_id for row in article.muscle_rows.all()] == muscles[::-1]


@pytest.mark.parametrize(("field", "name"), [("number", "number"), ("source", "source")])
def test_the_same_twice_is_refused_and_nothing_lost(
    client: Client, article: Article, field: str, name: str
) -> None:
    url, before = page_of(article), cited(article)
    first = typed(client, url)[f"citations-0-{field}"]
    response = client.post(url, typed(client, url) | {f"citations-1-{field}": first, "title": "Canary"})
    page = response.content.decode()
    assert f"Two rows have the same {name}. Nothing has been saved." in page
    assert 'value="Canary"' in page
    assert cited(article) == before


def test_a_failed_save_leaves_all_rows(client: Client, article: Article) -> None:
    """Changed rows are taken away for a moment: never when something else is refused."""
    url = page_of(article)
    swap = {"citations-0-number": "2", "citations-1-number": "1", "key_points-0-text": ""}
    assert client.post(url, typed(client, url) | swap).status_code == 200
    assert cited(article) == [(1, "example-2020"), (2, "second-2021")]
