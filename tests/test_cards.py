"""The picture beside a shared link: for every public page, of nothing that is not public, drawn once."""

from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from django.test import Client

from clinic_site import cards
from clinic_site.models import Clinic

from . import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> Clinic:
    return make.make_clinic(tagline="Needles in New York")


def card_of(client: Client, address: str) -> str:
    return f"/cards/{client.get(address).content.decode().split('/cards/')[1].split('"')[0]}"


def test_it_is_drawn_once_and_anew_when_something_on_it_changes(
    client: Client, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = card_of(client, make.make_edition().get_absolute_url())
    drawn = client.get(address).content
    with monkeypatch.context() as broken:
        broken.setattr(cards, "draw", lambda card: pytest.fail("drawn again"))
        assert client.get(address).content == drawn
    clinic.name = "Another name"
    clinic.save()
    assert client.get(address).content != drawn


def test_where_it_cannot_be_kept_it_is_shown_all_the_same(
    client: Client, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", full)
    assert client.get("/cards/site/home.png").status_code == 200


def test_nothing_that_is_not_public_has_one(client: Client, clinic: Clinic) -> None:
    make.make_article(slug="a-draft")
    edition = make.make_edition()
    address = card_of(client, edition.get_absolute_url())
    edition.article.withdraw()
    for url in (address, "/cards/blog/a-draft.png", "/cards/blog/nobody.png", "/cards/nothing/home.png"):
        assert client.get(url).status_code == 404
    assert client.get("/cards/site/other.png").status_code == 404


def test_a_long_title_keeps_its_place(clinic: Clinic) -> None:
    font = cards._font(cards.SERIF, 46 * cards.OVERSIZE)
    lines = cards.wrapped("Dry needling for a condition with a name that goes on and on " * 3, font, 600)
    assert len(lines) > cards.MOST_LINES
    assert all(font.getlength(line) <= 600 * cards.OVERSIZE for line in lines)
    assert cards.draw(cards.Card("word " * 200, "more " * 200))


def test_it_sets_no_cookie_and_may_be_kept(
    client: Client, clinic: Clinic, settings: object, tmp_path: Path
) -> None:
    response = client.get("/cards/site/home.png")
    assert not response.cookies
    assert "public" in response["Cache-Control"]
    assert response["Content-Type"] == "image/png"
