"""Taps on Call, Text and Directions: counted for their page, answered alike whatever comes."""

from types import SimpleNamespace

import pytest
from django.test import Client

from . import factories as make
from .test_counts import PHONE, SLUG, URL, counted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelves")]


@pytest.fixture
def reader(db: None) -> Client:
    make.make_clinic()
    make.make_edition()
    return Client(headers={"user-agent": PHONE})


def tap(client: Client, kind: str = "call", page: str = URL) -> int:
    return client.post("/offers/count/tap/", {"kind": kind, "page": page}).status_code


def test_taps_count_for_the_article_they_were_made_on(reader: Client) -> None:
    for kind in ("call", "call", "text", "directions"):
        assert tap(reader, kind) == 204
    assert tap(reader, page="/contact/") == 204
    assert tap(reader, page="/blog/no-such-article/") == 204
    assert tap(reader, page="") == 204
    assert counted() == {
        ("call", SLUG): 2,
        ("text", SLUG): 1,
        ("directions", SLUG): 1,
        ("call", ""): 3,
    }


@pytest.mark.parametrize(
    "given", [{}, {"kind": "claimed", "page": URL}, {"page": URL}, {"kind": "call", "page": "x" * 201}]
)
def test_a_tap_that_makes_no_sense_is_answered_and_not_counted(reader: Client, given: dict[str, str]) -> None:
    response = reader.post("/offers/count/tap/", given)
    assert (response.status_code, response.content, dict(response.cookies)) == (204, b"", {})
    assert counted() == {}


@pytest.mark.parametrize("header", [{"sec-gpc": "1"}, {"dnt": "1"}, {"user-agent": "curl/8"}])
def test_a_tap_of_somebody_who_asks_not_to_be_counted_is_not(reader: Client, header: dict[str, str]) -> None:
    response = reader.post("/offers/count/tap/", {"kind": "call", "page": URL}, headers=header)
    assert response.status_code == 204
    assert counted() == {}


def test_so_many_taps_a_minute_and_no_more(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offers.taps.A_MINUTE", 3)
    monkeypatch.setattr("offers.taps.time", SimpleNamespace(monotonic=lambda: 600.0))
    assert {tap(reader) for _ in range(5)} == {204}
    assert counted() == {("call", SLUG): 3}


def test_a_tap_is_no_page(reader: Client) -> None:
    assert reader.get("/offers/count/tap/").status_code == 405
