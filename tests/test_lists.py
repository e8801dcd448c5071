"""Finding an article: by condition, by region, by words, and by an address that is nearly right."""

import pytest
from django.test import Client

from . import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def site(module_rows: None) -> None:
    make.make_clinic()
    leg = make.make_region(slug="calf-and-shin", position=2)
    make.make_region(slug="foot-and-heel", position=3)
    make.make_edition()
    shin = make.make_condition(slug="shin-splints", region=leg)
    make.make_edition(make.make_article(slug="dry-needling-for-shin-splints", condition=shin))


def titles(client: Client, address: str) -> set[str]:
    page = client.get(address)
    assert page.status_code == 200
    text = page.content.decode()
    main = text[text.index("<main") : text.index("</main")]
    return {name for name in ("Dry needling for sciatica", "Dry needling for shin splints") if name in main}


def test_the_list_has_every_live_article(client: Client) -> None:
    assert len(titles(client, "/blog/")) == 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?condition=sciatica", {"Dry needling for sciatica"}),
        ("?condition=shin-splints", {"Dry needling for shin splints"}),
        ("?region=lower-back", {"Dry needling for sciatica"}),
        ("?region=calf-and-shin", {"Dry needling for shin splints"}),
        ("?region=foot-and-heel", set()),
        ("?region=nowhere", set()),
        ("?page=999", {"Dry needling for sciatica", "Dry needling for shin splints"}),
        ("?page=x", {"Dry needling for sciatica", "Dry needling for shin splints"}),
    ],
)
def test_the_list_is_narrowed(client: Client, query: str, found: set[str]) -> None:
    assert titles(client, f"/blog/{query}") == found


def test_an_empty_list_says_so_and_shows_the_phone(client: Client) -> None:
    page = client.get("/blog/?region=foot-and-heel").content.decode()
    assert "(212) 555-0100" in page[page.index("<main") : page.index("</main")]


def test_the_list_goes_on_after_twenty(client: Client) -> None:
    condition = make.make_condition()
    for number in range(20):
        make.make_edition(make.make_article(slug=f"article-{number}", condition=condition))
    first = client.get("/blog/").content.decode()
    assert 'href="?page=2"' in first
    assert "Dry needling for sciatica" not in first[first.index("<main") :]
    assert "Dry needling for sciatica" in client.get("/blog/?page=2").content.decode()


def test_conditions_are_listed_by_region(client: Client) -> None:
    page = client.get("/conditions/").content.decode()
    places = [page.rindex(f'id="{slug}"') for slug in ("lower-back", "calf-and-shin", "foot-and-heel")]
    assert places == sorted(places)
    assert len(titles(client, "/conditions/")) == 2


def test_search_is_not_kept_and_not_indexed(client: Client) -> None:
    response = client.get("/search/?q=sciatica")
    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex"


def test_search_survives_anything(client: Client) -> None:
    for q in ("%FF", "'" * 200, "<script>", "%E2%80%AE", "a " * 500):
        assert client.get(f"/search/?q={q}").status_code == 200


def test_a_null_in_an_address_is_a_plain_400(client: Client) -> None:
    """PostgreSQL takes none, and would answer with a fault."""
    for address in ("/search/?q=%00", "/blog/?condition=%00", "/blog/?region=a%00", "/offers/x/claimed/%00/"):
        assert client.get(address).status_code == 400


def test_related_and_neighbours_are_other_live_articles(client: Client) -> None:
    page = client.get("/blog/dry-needling-for-sciatica/").content.decode()
    assert page.count("/blog/dry-needling-for-shin-splints/") >= 2
    make.make_article(slug="a-draft", condition=make.make_condition())
    assert "A draft" not in client.get("/blog/dry-needling-for-sciatica/").content.decode()


def test_an_address_without_its_slash_is_led_to_the_page(client: Client) -> None:
    response = client.get("/blog/dry-needling-for-sciatica")
    assert response.status_code == 301
    assert response["Location"] == "/blog/dry-needling-for-sciatica/"
