"""What went wrong is said plainly, with a way on: search, conditions, phone."""

from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client

from blog.models import Condition, Muscle
from clinic_site import facts
from clinic_site.models import Page

from . import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("facts_at_once")]
GONE = OperationalError("gone: a secret detail")


@pytest.fixture(scope="module", autouse=True)
def site(module_rows: None) -> None:
    make.make_clinic()
    make.make_edition()


def has_a_way_on(page: str) -> bool:
    return all(part in page for part in ('action="/search/"', 'href="/conditions/"', "(212) 555-0100"))


def test_not_found_offers_search_conditions_and_the_phone(client: Client) -> None:
    response = client.get("/blog/nothing/")
    assert response.status_code == 404
    assert has_a_way_on(response.content.decode())


def test_not_found_suggests_a_near_name(client: Client) -> None:
    page = client.get("/blog/dry-needling-for-siatica/").content.decode()
    assert 'href="/blog/dry-needling-for-sciatica/"' in page


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("/blog/siatica", "/blog/dry-needling-for-sciatica/"),
        ("/blog/dry-needling-sciatica.html", "/blog/dry-needling-for-sciatica/"),
        ("/conditions/siatica/", "/blog/?condition=sciatica"),
        ("/slipped-disk", "/blog/?condition=sciatica"),
        ("/muscles/piriformus/", "/muscles/piriformis/"),
        ("/pear-muscle/", "/muscles/piriformis/"),
        ("/about-us", "/about/"),
        ("/pricing", "/prices/"),
        ("/contact-us.php", "/contact/"),
        ("/team/ada/", "/team/ada-example/"),
    ],
)
def test_not_found_suggests_articles_conditions_muscles_and_pages(
    client: Client, asked: str, meant: str
) -> None:
    Page.objects.create(slug="about", title="About")
    Muscle.objects.update(aliases="Pear muscle")
    Condition.objects.update(also_called="Slipped disk")
    facts.forget()
    page = client.get(asked, follow=True).content.decode()
    near = page[page.index("Did you look for one of these?") :].partition("</ul>")[0]
    assert f'href="{meant}"' in near


@pytest.mark.parametrize(
    "asked", ["/nothing/here/", "/zz", "/12345/", "/for-the/", "/%E2%98%83", "/blog/hidden/"]
)
def test_not_found_suggests_nothing_rather_than_anything(client: Client, asked: str) -> None:
    make.make_article(slug="hidden", condition=make.make_condition(slug="hidden"))
    assert "Did you look for" not in client.get(asked, follow=True).content.decode()


def test_near_names_are_suggested_while_the_database_is_away(client: Client) -> None:
    facts.current()
    with patch("django.db.backends.utils.CursorWrapper.execute", side_effect=GONE):
        response = client.get("/muscles-piriformus")
    assert response.status_code == 404
    assert 'href="/muscles/piriformis/"' in response.content.decode()


def test_an_unknown_host_is_a_plain_400(client: Client) -> None:
    response = client.get("/", headers={"host": "evil.example.com"})
    assert response.status_code == 400
    assert "evil" not in response.content.decode()


def test_a_missing_token_elsewhere_is_a_plain_403() -> None:
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "x"})
    assert response.status_code == 403
    assert "(212) 555-0100" in response.content.decode()


def test_a_fault_shows_the_phone_and_nothing_of_itself(client: Client) -> None:
    client.raise_request_exception = False
    facts.current()
    with patch("django.db.backends.utils.CursorWrapper.execute", side_effect=GONE):
        response = client.get("/blog/dry-needling-for-sciatica/")
    page = response.content.decode()
    assert response.status_code == 500
    assert "(212) 555-0100" in page
    assert "secret detail" not in page
    assert "Traceback" not in page


def test_a_fault_before_anything_is_known_is_still_a_page(client: Client) -> None:
    client.raise_request_exception = False
    facts.forget()
    with patch("django.db.backends.utils.CursorWrapper.execute", side_effect=GONE):
        response = client.get("/blog/dry-needling-for-sciatica/")
    assert response.status_code == 500
    assert "<h1" in response.content.decode()


def test_ready_pages_and_the_form_are_served_while_the_database_is_away(client: Client) -> None:
    make.make_offer()
    address = "/blog/dry-needling-for-sciatica/"
    before = client.get(address).content
    facts.current()
    with patch("django.db.backends.utils.CursorWrapper.execute", side_effect=GONE):
        assert client.get(address).content == before
        assert client.get("/offers/new-patient/").status_code == 200


def test_health_is_told_by_the_database(client: Client) -> None:
    assert client.get("/healthz").content == b"ok"
    with patch("django.db.backends.utils.CursorWrapper.execute", side_effect=GONE):
        assert client.get("/healthz").status_code == 503


def test_a_wrong_method_is_a_405_whatever_token_it_lacks() -> None:
    make.make_offer()
    client = Client(enforce_csrf_checks=True)
    for address in (
        "/",
        "/blog/",
        "/blog/dry-needling-for-sciatica/",
        "/sitemap.xml",
        "/healthz",
        "/search/",
    ):
        client.get(address)
        for method in ("POST", "PUT", "PATCH", "DELETE", "BREW"):
            assert client.generic(method, address).status_code == 405, (method, address)
    for method in ("PUT", "DELETE", "PATCH"):
        assert client.generic(method, "/offers/new-patient/").status_code == 405, method


def test_a_body_without_a_length_is_a_plain_400(client: Client) -> None:
    make.make_offer()
    assert client.post("/offers/new-patient/", headers={"transfer-encoding": "chunked"}).status_code == 400
