"""What was asked for and does not exist: counted for staff, nothing about a person, never at a reader's cost."""

import threading
import time
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from clinic_site import misses
from clinic_site.models import Miss, Redirect
from clinic_site.old_addresses import OldAddressMiddleware

from . import factories as make

pytestmark = pytest.mark.django_db
LIST = "/admin/clinic_site/miss/"


@pytest.fixture(autouse=True)
def site(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    make.make_clinic()
    monkeypatch.setattr(misses, "EVERY", 0.0)
    monkeypatch.setattr(misses._Pace, "next_at", float("-inf"))


def noted() -> dict[str, int]:
    return dict(Miss.objects.values_list("path", "count"))


def test_it_counts_an_address_however_it_is_written(client: Client) -> None:
    for address in ("/old-page", "/old-page/?name=Pat", "/OLD-page/"):
        assert client.get(address).status_code == 404
    assert noted() == {"/old-page": 3}
    assert "Pat" not in str(list(Miss.objects.values()))


def test_a_page_that_only_lacks_its_slash_is_no_miss(client: Client) -> None:
    make.make_edition()
    assert client.get("/blog/dry-needling-for-sciatica").status_code == 301
    assert client.get("/blog/nothing", follow=True).status_code == 404
    assert noted() == {"/blog/nothing": 1}


@pytest.mark.parametrize(
    "address",
    [
        *(
            "/wp-login.php",
            "/wp-admin/",
            "/.env",
            "/.git/config",
            "/blog/.well-known/x",
            "/index.php",
            "/x.asp",
        ),
        *("/phpmyadmin/", "/cgi-bin/test", "/backup.zip", "/xmlrpc", "/static/none.css", "/vendor/x"),
        *(
            "/pat@example.com",
            "/call/212-555-0100",
            "/a/12345",
            f"/{'x' * 201}",
            "/a%00b",
            "/a%07b",
            "/a%E2%80%AEb",
        ),
        *("/offers/new-patient/claimed/Abcdef/", "/admin/nothing/", "/preview/abc/"),
    ],
)
def test_noise_and_what_may_be_about_a_person_is_not_kept(client: Client, address: str) -> None:
    client.get(address)
    assert noted() == {}


def test_dates_and_documents_of_the_old_site_are_kept(client: Client) -> None:
    for address in ("/blog/2019/5/13/neck-pain", "/s/intake.pdf", "/about.html", "/team/dr-example-2/"):
        client.get(address)
    assert set(noted()) == {"/blog/2019/5/13/neck-pain", "/s/intake.pdf", "/about.html", "/team/dr-example-2"}


def test_only_reading_is_counted(client: Client) -> None:
    client.post("/old-page")
    client.head("/old-page")
    assert noted() == {}


def test_the_least_asked_for_makes_room(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(misses, "MOST", 3)
    for name in ("a-page", "a-page", "b-page", "c-page", "d-page", "e-page"):
        client.get(f"/{name}")
    assert noted() == {"/a-page": 2, "/d-page": 1, "/e-page": 1}


def test_a_machine_at_play_is_counted_now_and_then(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(misses, "EVERY", 60.0)
    for number in range(9):
        client.get(f"/page-{number}")
    assert len(noted()) == 1


def test_it_is_counted_after_the_page_is_sent() -> None:
    middleware = OldAddressMiddleware(lambda _: HttpResponse(status=404))
    response = middleware(RequestFactory().get("/old-page"))
    assert noted() == {}
    with patch("django.core.signals.request_finished.send"):  # the test's own connection stays open
        response.close()
    assert noted() == {"/old-page": 1}


def test_a_fault_in_counting_fails_nothing(client: Client) -> None:
    with patch("clinic_site.misses.hardly_waiting", side_effect=OperationalError("locked")):
        assert client.get("/old-page").status_code == 404
        Miss.objects.note("/another-page")
    assert noted() == {}


def test_a_page_that_exists_counts_nothing(client: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.get("/prices/")
    assert not [query for query in queries.captured_queries if "_miss" in query["sql"]]


@pytest.mark.django_db(transaction=True)
def test_it_gives_way_to_another_who_writes() -> None:
    """On SQLite one writes at a time; the count is dropped after a moment, not waited for."""
    if connection.vendor != "sqlite":
        Miss.objects.note("/old-page")
        return
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            make.make_fee()
            held.set()
            done.wait(10)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    held.wait(10)
    started = time.monotonic()
    Miss.objects.note("/old-page")
    took = time.monotonic() - started
    done.set()
    other.join()
    assert took < 3
    assert noted() == {}
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA busy_timeout").fetchone()[0] == 20_000


def test_staff_send_readers_on_with_one_click(client: Client) -> None:
    make.make_edition()
    Miss.objects.create(path="/old-page", count=7)
    client.force_login(make.make_user("editor", group="Editor"))
    page = client.get(LIST).content.decode()
    add = "/admin/clinic_site/redirect/add/?old_path=%2Fold-page"
    assert f'href="{add}"' in page
    assert 'value="/old-page"' in client.get(add).content.decode()
    client.post(add, {"old_path": "/old-page", "new_path": "/blog/dry-needling-for-sciatica/"})
    assert Redirect.objects.exists()
    assert noted() == {}


def test_staff_may_forget_one_but_add_none(client: Client) -> None:
    miss = Miss.objects.create(path="/old-page")
    client.force_login(make.make_user("editor", group="Editor"))
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{miss.pk}/delete/", {"post": "yes"}).status_code == 302
    assert noted() == {}
