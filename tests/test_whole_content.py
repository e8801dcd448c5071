"""All content in one zip: complete enough for another site, and without a word of patients or staff."""

import datetime as dt
import json
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from blog.models import Article, Edition
from clinic_site.models import Redirect, Testimonial
from offers.models import Offer

from . import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def whole(tmp_path: Path) -> zipfile.ZipFile:
    """Of a small site with somebody's request and somebody's name in it."""
    make.make_clinic()
    make.make_lead(offer=make.make_offer(), name="Carmen Canary")
    article = make.make_edition(by=make.make_user("editor9", group="Editor")).article
    article.writers.add(make.make_user("writer9", group="Editor"))
    day = dt.date(2026, 11, 1)
    days = {"signed_on": day, "shown_from": day, "last_day": day}
    Testimonial.objects.create(words="Made up.", name="C. Canary", signed_paper="Canary folder", **days)
    Redirect.objects.create(old_path="/old/", new_path="/blog/")
    call_command("export_content", str(tmp_path / "all.zip"))
    return zipfile.ZipFile(tmp_path / "all.zip")


def test_rows_pages_and_old_addresses_are_in_it(whole: zipfile.ZipFile) -> None:
    edition = Edition.objects.get()
    page = whole.read(f"pages/blog-{edition.slug}.html").decode()
    assert "Pain down the leg." in page
    assert '<link rel="stylesheet"' not in page
    assert whole.read("old-addresses.txt") == b"/old/ /blog/\n"
    (article,) = json.loads(whole.read("rows/blog.article.json"))
    assert article["fields"]["title"] == edition.title


def test_nobody_is_in_it(whole: zipfile.ZipFile) -> None:
    everything = b"".join(whole.read(name) for name in whole.namelist())
    assert b"Canary" not in everything
    assert b"editor9" not in everything
    assert b"writer9" not in everything
    assert not [name for name in whole.namelist() if "lead" in name]
    for person in json.loads(whole.read("rows/auth.user.json")):
        assert person["fields"] == {"username": f"staff-{person['pk']}", "password": "!", "is_active": False}


@pytest.mark.django_db(transaction=True)  # PostgreSQL empties no table inside a test's transaction
def test_another_site_takes_it_in(whole: zipfile.ZipFile, tmp_path: Path, client: Client) -> None:
    address = Edition.objects.get().get_absolute_url()
    before = client.get(address).content
    whole.extractall(tmp_path)
    call_command("flush", interactive=False, verbosity=0)
    assert not Article.objects.exists()
    call_command("loaddata", *map(str, (tmp_path / "rows").iterdir()), verbosity=0)
    assert Offer.objects.count() == 1
    assert client.get(address).content == before


def test_no_file_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    path.write_text("mine")
    with pytest.raises(CommandError, match="File exists"):
        call_command("export_content", str(path))
    assert path.read_text() == "mine"
