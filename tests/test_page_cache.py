"""Ready-made pages: fast, never stale for more than a look, never somebody else's."""

import datetime as dt
import gzip

import brotli
import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic_site import facts
from clinic_site.models import Fee, PageChange

from . import factories as make

URL = "/blog/dry-needling-for-sciatica/"
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def site(module_rows: None) -> None:
    make.make_clinic()
    make.make_edition()


def test_the_second_visitor_gets_the_same_page(client: Client) -> None:
    first, second = client.get(URL), client.get(URL)
    assert first.content == second.content
    assert first["ETag"] == second["ETag"]
    assert second["Cache-Control"] == "public, max-age=0, s-maxage=1, must-revalidate"


def test_it_comes_compressed_as_the_browser_likes_it(client: Client) -> None:
    plain = client.get(URL).content
    br = client.get(URL, headers={"accept-encoding": "gzip, deflate, br"})
    assert br["Content-Encoding"] == "br"
    assert brotli.decompress(br.content) == plain
    gz = client.get(URL, headers={"accept-encoding": "gzip"})
    assert gz["Content-Encoding"] == "gzip"
    assert gzip.decompress(gz.content) == plain
    assert len({client.get(URL)["ETag"], br["ETag"], gz["ETag"]}) == 3
    assert br["Vary"] == "Accept-Encoding"


def test_a_page_that_is_still_good_is_not_sent_again(client: Client) -> None:
    etag = client.get(URL)["ETag"]
    again = client.get(URL, headers={"if-none-match": etag})
    assert again.status_code == 304
    assert again.content == b""
    assert again["ETag"] == etag


def test_a_changed_fact_shows_at_the_next_look(client: Client) -> None:
    assert "Second visit" not in client.get("/prices/").content.decode()
    Fee.objects.create(name="Second visit", amount=90)
    assert "Second visit" in client.get("/prices/").content.decode()


def test_a_deleted_fact_is_gone_at_the_next_look(client: Client) -> None:
    fee = Fee.objects.create(name="Second visit", amount=90)
    assert "Second visit" in client.get("/prices/").content.decode()
    fee.delete()
    assert "Second visit" not in client.get("/prices/").content.decode()


def test_it_looks_for_changes_once_a_second_at_most(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "CHECKED_EVERY", 60.0)
    client.get(URL)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(URL)
    assert len(queries) == 0


def test_somebody_signed_in_sees_the_public_page(client: Client) -> None:
    before = client.get(URL).content
    client.force_login(User.objects.create_superuser("owner"))
    assert client.get(URL).content == before


def test_errors_and_redirects_are_not_kept(client: Client) -> None:
    assert client.get("/blog/other/").status_code == 404
    make.make_edition(
        make.make_article(slug="other", condition=make.make_condition(), cited=False, body="<p>x</p>")
    )
    assert client.get("/blog/other/").status_code == 200


def test_head_answers_like_get_without_a_body(client: Client) -> None:
    assert client.head("/prices/").status_code == 200
    assert client.get("/prices/").content


def test_rows_deleted_or_changed_at_once_are_noticed(client: Client) -> None:
    Fee.objects.create(name="Second visit", amount=90)
    assert "Second visit" in client.get("/prices/").content.decode()
    Fee.objects.update(name="Follow-up")
    assert "Follow-up" in client.get("/prices/").content.decode()
    Fee.objects.all().delete()
    assert "Follow-up" not in client.get("/prices/").content.decode()


def test_a_change_that_becomes_visible_late_is_noticed() -> None:
    """Two transactions on PostgreSQL: the one that began first, with the older row and moment, commits last."""
    now = timezone.now()
    earlier, later = (PageChange(pk=pk, at=now + dt.timedelta(milliseconds=pk)) for pk in (1001, 1002))
    later.save()
    with time_machine.travel(now + dt.timedelta(minutes=1), tick=False):
        before = PageChange.objects.stamp()
        earlier.save()
        assert PageChange.objects.stamp() != before


@pytest.mark.parametrize("accepted", ["br;q=0, gzip", "br; q=0, gzip"])
def test_an_encoding_that_is_refused_is_not_sent(client: Client, accepted: str) -> None:
    """RFC 9110, section 12.4.2: there may be white space before the weight."""
    client.get("/")
    assert client.get("/", headers={"accept-encoding": accepted})["Content-Encoding"] == "gzip"
