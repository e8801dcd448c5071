"""A source used before is picked, not typed: among hundreds, and without script by its short name."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog.models import Source

from . import factories as make
from .test_article_admin import page_of, read, save, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelves")]


@pytest.fixture(autouse=True)
def editor(client: Client) -> None:
    make.make_clinic()
    client.force_login(make.make_user("editor", group="Editor"))


def test_only_the_chosen_source_is_printed_and_the_rest_is_searched(client: Client) -> None:
    article = make.make_article()
    url = page_of(article)
    read(client, url)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            read(client, url)
        return len(seen)

    few = queries()
    kind = Source.Kind.TRIAL
    Source.objects.bulk_create(
        Source(key=f"many-{n}", kind=kind, title=f"No. {n}", year=2021) for n in range(300)
    )
    for number in range(2, 6):
        article.citations.create(number=number, source=Source.objects.get(key=f"many-{number}"))
    page = read(client, url)
    assert "many-4: No. 4 (2021)" in page
    assert "many-9: No. 9" not in page
    assert queries() == few
    asked = {"app_label": "blog", "model_name": "citation", "field_name": "source", "term": "many 2021 77"}
    found = client.get("/admin/autocomplete/", asked).json()["results"]
    assert {row["text"] for row in found} == {f"many-{n}: No. {n} (2021)" for n in (77, 177, 277)}


def test_without_script_its_short_name_is_typed(client: Client) -> None:
    article = make.make_article()
    url = page_of(article)
    make.make_source(key="sample-2021")
    new = {"citations-TOTAL_FORMS": "2", "citations-1-number": "2", "citations-1-source": ""}
    page = client.post(url, typed(client, url) | new | {"citations-1-source-key": "sampel-2021"})
    assert "No source has this short name." in page.content.decode()
    assert 'value="sampel-2021"' in page.content.decode()
    save(client, url, **new | {"citations-1-source-key": " Sample-2021 "})
    assert article.citations.get(number=2).source.key == "sample-2021"
    save(client, url, title="Another")
    assert article.citations.count() == 2
