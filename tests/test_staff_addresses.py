"""Where the staff pages are, and from where they open."""

import importlib
from collections.abc import Iterator
from ipaddress import ip_network

import pytest
from django.test import Client
from django.urls import clear_url_caches, reverse
from pytest_django import Settings

from clinic_site import urls
from clinic_site.addresses import status_of
from clinic_site.misses import is_worth_noting
from clinic_site.report_views import known

from . import factories as make

pytestmark = pytest.mark.django_db
INSIDE, OUTSIDE = "203.0.113.20", "198.51.100.20"


@pytest.fixture
def elsewhere(settings: Settings) -> Iterator[str]:
    """The staff pages at an address of the clinic's own."""
    usual, settings.STAFF_PATH = settings.STAFF_PATH, "staff-7f3kq"
    _read_addresses()
    yield "/staff-7f3kq/"
    settings.STAFF_PATH = usual
    _read_addresses()


def _read_addresses() -> None:
    importlib.reload(urls)
    clear_url_caches()


def test_from_outside_the_networks_there_is_no_staff_page(client: Client, settings: Settings) -> None:
    make.make_clinic()
    client.force_login(make.make_user("owner", group="Owner"))
    settings.STAFF_NETWORKS = [ip_network("203.0.113.0/24"), ip_network("2001:db8::/32")]
    nothing = client.get("/nowhere/", REMOTE_ADDR=OUTSIDE)
    with_slash = (
        "/admin/",
        "/admin/login/",
        "/admin/sign-in/x/",
        "/admin/articles/health/",
        "/desk/",
        "/desk/1/",
    )
    for path in (*with_slash, *(path.rstrip("/") for path in with_slash)):
        answer = client.get(path, REMOTE_ADDR=OUTSIDE)
        assert answer.status_code == 404, path
        assert set(answer.headers) == set(nothing.headers), path
        assert client.get(path, REMOTE_ADDR="").status_code == 404, path
        assert Client(enforce_csrf_checks=True).post(path, REMOTE_ADDR=OUTSIDE).status_code == 404, path
    for address in (INSIDE, "2001:db8::7", f"::ffff:{INSIDE}"):
        assert client.get("/admin/", REMOTE_ADDR=address).status_code == 200, address
        assert client.get("/desk/", REMOTE_ADDR=address).status_code == 200, address
    assert client.get("/", REMOTE_ADDR=OUTSIDE).status_code == 200


def test_the_staff_pages_move_as_a_whole(client: Client, elsewhere: str) -> None:
    make.make_clinic()
    assert client.get("/admin/").status_code == 404
    assert client.get("/desk/")["Location"].startswith(f"{elsewhere}login/")
    client.force_login(make.make_user("owner", group="Owner"))
    page = client.get(elsewhere).content.decode()
    assert '="/admin/' not in page
    assert reverse("article_health") == f"{elsewhere}articles/health/"
    assert client.get(reverse("article_health")).status_code == 200
    assert '="/admin/' not in client.get(f"{elsewhere}blog/article/add/").content.decode()


def test_moved_staff_pages_are_as_private_as_they_were(client: Client, elsewhere: str) -> None:
    """No article can lead there, no report is about one, and who asks in vain is not noted."""
    make.make_clinic()
    assert status_of(elsewhere) == status_of(f"{elsewhere}blog/article/") == 403
    assert client.get(elsewhere.upper()).status_code == 404
    assert not is_worth_noting(f"{elsewhere}sign-in/x")
    assert known(elsewhere) == ""
