"""Every statement of benefit once, with its certainty, sources and pages; what does not agree stands first."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog.claim_register import claim_register
from blog.models import Article, Benefit, Source

from . import factories as make

pytestmark = pytest.mark.django_db
REGISTER = "/admin/blog/article/claims/"
EASES = "It may ease pain for a short time, against sham needles. [1]"


def says(slug: str, certainty: str = "low", statement: str = EASES) -> Article:
    article = make.make_edition(make.make_article(slug=slug, title=slug.title())).article
    article.benefits.all().delete()
    Benefit.objects.create(article=article, statement=statement, certainty=certainty)
    return article


def told() -> list[tuple[str, list[str], list[str]]]:
    return [
        (claim.statement, [str(row) for row in claim.articles], claim.doubts) for claim in claim_register()
    ]


def test_what_two_pages_say_stands_once_with_its_sources() -> None:
    says("one")
    says("two", statement=EASES.replace("It may", "it  may"))
    (claim,) = claim_register()
    assert claim.statement == EASES.removesuffix(" [1]")
    assert [str(article) for article in claim.articles] == ["One", "Two"]
    assert [source.kind for source in claim.sources.values()] == [Source.Kind.TRIAL]
    assert claim.doubts == []


def test_a_downgrade_on_one_page_flags_all_that_say_the_same() -> None:
    says("agreed", statement="It may help sleep. [1]")
    says("one", "moderate")
    says("two", "very_low")
    first, second = claim_register()
    assert first.doubts == ["These pages are not equally sure of it."]
    assert [level.split(":")[0] for level in first.how_sure] == ["Moderate", "Very low"]
    assert second.doubts == []


@pytest.mark.parametrize("change", [{"kind": Source.Kind.OPINION}, {"checked_on": None}])
def test_a_source_that_carries_it_no_more_flags_its_pages(change: dict[str, Any]) -> None:
    article = says("one")
    for source in Source.objects.filter(citations__article=article):
        Source.objects.filter(pk=source.pk).update(**change)
    assert told()[0][2] == ["No checked trial, review or guideline stands behind it in “One”."]


def test_what_is_not_public_is_not_in_it() -> None:
    says("one").withdraw()
    make.make_article(slug="draft")
    assert told() == []


def test_the_page_names_them_in_as_many_queries_for_many_as_for_few(client: Client) -> None:
    make.make_clinic()
    client.force_login(make.make_user("reader", group="Reviewer"))
    says("one")
    with CaptureQueriesContext(connection) as few:
        page = client.get(REGISTER).content.decode()
    assert "Every statement of benefit" in page
    assert "Low: may be true" in page
    says("two", "moderate")
    says("three", statement="It may help sleep. [1]")
    with CaptureQueriesContext(connection) as many:
        page = client.get(REGISTER).content.decode()
    assert "1 of 2 needs a look; it stands first." in page
    assert len(many) == len(few)
