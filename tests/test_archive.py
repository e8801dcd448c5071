"""Pages as they were shown: kept by a chore, forgotten late, and taken out as a zip."""

import csv
import datetime as dt
import io
import zipfile

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from blog import archive
from blog.models import Article, ShownPage
from blog.publishing import publish

from . import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelves")]
EXPORT = "/admin/blog/shownpage/export/"


@pytest.fixture(autouse=True)
def clinic() -> None:
    make.make_clinic()


def addresses() -> list[str]:
    return sorted(ShownPage.objects.values_list("address", flat=True))


def test_it_keeps_the_home_page_the_offer_and_the_articles() -> None:
    make.make_offer()
    edition = make.make_edition()
    archive.keep()
    assert addresses() == ["/", edition.get_absolute_url(), "/offers/new-patient/"]
    page = ShownPage.objects.get(edition=edition).html.decode()
    assert "Pain down the leg." in page
    assert '<link rel="stylesheet"' not in page
    assert page.count("<style") > 2
    assert "csrfmiddlewaretoken" not in ShownPage.objects.get(address__startswith="/offers/").html.decode()


def test_the_same_page_is_kept_once_and_its_last_day_moves() -> None:
    make.make_offer()
    make.make_edition()
    archive.keep()
    before = {page.address: page.last_shown for page in ShownPage.objects.all()}
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=10), tick=False):
        archive.keep()
    after = {page.address: page.last_shown for page in ShownPage.objects.all()}
    assert ShownPage.objects.count() == 3
    assert all(after[address] > before[address] for address in before)


def test_another_version_of_an_offer_is_kept_beside_the_first() -> None:
    offer = make.make_offer()
    archive.keep()
    offer.amount = 80
    offer.save()
    archive.keep()
    newer, older = ShownPage.objects.filter(address=offer.get_absolute_url())
    assert "$80" in newer.html.decode()
    assert "$100" in older.html.decode()


def test_an_article_is_kept_anew_when_the_offer_on_it_is_another() -> None:
    offer, edition = make.make_offer(), make.make_edition()
    archive.keep()
    first = ShownPage.objects.get(edition=edition)
    for amount, days in ((80, 1), (100, 2)):
        with time_machine.travel(timezone.now() + dt.timedelta(days=days), tick=False):
            offer.amount = amount
            offer.save()
            archive.keep()
            archive.keep()
    newest, cheaper, oldest = ShownPage.objects.filter(edition=edition)
    assert ["$100" in page.html.decode() for page in (newest, cheaper, oldest)] == [True, False, True]
    assert "$80" in cheaper.html.decode()
    assert (oldest.first_shown, oldest.last_shown) == (edition.visible_from, first.last_shown)
    assert oldest.last_shown < cheaper.first_shown < newest.first_shown


def test_an_edition_that_was_overtaken_between_two_looks_is_kept() -> None:
    article = make.make_edition(make.make_article(title="First title")).article
    Article.objects.filter(pk=article.pk).update(title="Second title")
    second = publish(article, by=None)
    archive.keep()
    first = ShownPage.objects.get(edition__number=1)
    assert "First title" in first.html.decode()
    assert first.last_shown == second.published_at


def test_what_nobody_saw_is_not_kept() -> None:
    make.make_article()
    make.make_edition(
        make.make_article(slug="later", cited=False, body="<p>x</p>"),
        visible_from=timezone.now() + dt.timedelta(days=1),
    )
    archive.keep()
    assert addresses() == ["/"]


@pytest.mark.parametrize("is_withdrawn", [False, True])
def test_nor_is_what_never_had_its_hour(is_withdrawn: bool) -> None:
    """Another one was published before it, or the article was withdrawn."""
    article = make.make_edition().article
    make.make_edition(article, visible_from=timezone.now() + dt.timedelta(hours=1))
    if is_withdrawn:
        article.withdraw()
    else:
        make.make_edition(article)
    with time_machine.travel(timezone.now() + dt.timedelta(hours=2)):
        if is_withdrawn:
            make.make_edition(article)
        archive.keep()
    shown = ShownPage.objects.exclude(edition=None).order_by("edition__number")
    assert [page.edition and page.edition.number for page in shown] == [1, 3]


def test_a_page_is_forgotten_three_years_after_it_was_last_shown() -> None:
    edition = make.make_edition()
    archive.keep()
    edition.article.withdraw()
    with time_machine.travel(timezone.now() + dt.timedelta(days=1095), tick=False):
        archive.keep()
        assert edition.get_absolute_url() in addresses()
    with time_machine.travel(timezone.now() + dt.timedelta(days=1097), tick=False):
        archive.keep()
        assert edition.get_absolute_url() not in addresses()
        archive.keep()  # nor is it printed anew
        assert edition.get_absolute_url() not in addresses()


def test_days_are_exported_as_a_zip_and_logged(client: Client) -> None:
    make.make_edition()
    archive.keep()
    client.force_login(make.make_user(group="Editor"))
    today = f"{timezone.localdate():%Y-%m-%d}"
    response = client.post(EXPORT, {"first": today, "last": today})
    assert response["Content-Type"] == "application/zip"
    files = zipfile.ZipFile(io.BytesIO(response.content))
    rows = list(csv.DictReader(io.StringIO(files.read("pages.csv").decode())))
    assert [row["address"] for row in rows] == [page.address for page in ShownPage.objects.all()]
    assert b"Pain down the leg." in files.read(rows[-1]["file"]) + files.read(rows[0]["file"])
    assert LogEntry.objects.get().change_message.startswith("Exported 2 pages")


def test_a_bad_export_is_refused_in_words(client: Client) -> None:
    client.force_login(make.make_user(group="Editor"))
    assert client.get(EXPORT).status_code == 200
    wrong = client.post(EXPORT, {"first": "2026-11-02", "last": "2026-11-01"}).content.decode()
    assert "The last day cannot be before the first." in wrong
    none = client.post(EXPORT, {"first": "2020-11-01", "last": "2020-11-02"}).content.decode()
    assert "Nothing was shown on these days." in none
    assert client.get("/admin/blog/shownpage/").status_code == 200
    client.force_login(make.make_user("desk2", group="Front desk"))
    assert client.post(EXPORT, {"first": "2020-11-01", "last": "2020-11-02"}).status_code == 403
