"""The budgets of bytes, requests and queries that every public page keeps."""

import re

import brotli
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from clinic_site import facts, page_cache
from clinic_site.models import Clinic
from clinic_site.stylesheet import FOLDER as CSS

from . import factories as make
from .test_every_page import PAGES

ONE_ROUND_TRIP = 14_600  # bytes: ten TCP segments, what a server may send before the first answer
OWN_JAVASCRIPT = 3_000
ALL_CSS = 6_000
FONTS = 60_000
SERVED_QUALITY = page_cache.BROTLI_QUALITY  # before other tests are spared the time
ARTICLE = "/blog/dry-needling-for-sciatica/"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_site", "facts_at_once")]


@pytest.mark.same_on_both
def test_every_page_fits_one_round_trip(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_cache, "BROTLI_QUALITY", SERVED_QUALITY)
    sizes = {}
    for address in PAGES:
        response = client.get(address, headers={"accept-encoding": "br, gzip"})
        sizes[address] = len(response.content)
    assert max(sizes.values()) <= ONE_ROUND_TRIP, sizes

    Clinic.objects.update(accent="#2f4b7c", accent_dark="#a6b4ca", point="#b0306a", point_dark="#e58ab0")
    facts.forget()
    for address in sorted(sizes, key=lambda address: sizes[address])[-3:]:
        response = client.get(address, headers={"accept-encoding": "br, gzip"})
        assert len(response.content) <= ONE_ROUND_TRIP, (address, len(response.content))
        assert "#2f4b7c" in client.get(address).content.decode()


@pytest.mark.same_on_both
def test_nothing_is_asked_for_before_the_first_paint(client: Client) -> None:
    for address in PAGES:
        head, body = client.get(address).content.decode().split("</head>")
        assert 'rel="stylesheet"' not in head, address
        assert all("defer" in tag for tag in re.findall(r"<script src[^>]*>", head)), address
        later = re.search(r'<link rel="stylesheet"(?![^>]*media="print")', body)
        if later:  # well below the first screen
            assert len(strip_tags(body[: later.start()]).split()) > 500, address


def test_css_and_javascript_stay_small() -> None:
    css = "".join(path.read_text() for path in sorted(CSS.glob("*.css")))
    assert len(brotli.compress(css.encode(), quality=11)) <= ALL_CSS
    scripts = list((settings.BASE_DIR / "static" / "js").glob("*.js"))
    assert len(scripts) == 1
    assert len(brotli.compress(scripts[0].read_bytes(), quality=11)) <= OWN_JAVASCRIPT


def test_fonts_of_a_first_visit_stay_small() -> None:
    fonts = list((settings.BASE_DIR / "static" / "fonts").glob("*.woff2"))
    assert sum(path.stat().st_size for path in fonts) <= FONTS


def test_an_article_takes_three_queries_and_none_when_it_is_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The facts are in memory, as they are in a running process; asking for changes, once a second, is one more."""
    client.get("/prices/")
    monkeypatch.setattr(facts, "CHECKED_EVERY", 60.0)
    page_cache.forget()
    with CaptureQueriesContext(connection) as queries:
        client.get(ARTICLE)
    assert len(queries) <= 3 - 1, [query["sql"][:80] for query in queries.captured_queries]
    with CaptureQueriesContext(connection) as queries:
        client.get(ARTICLE)
    assert len(queries) == 0


def test_lists_take_as_many_queries_for_thirty_articles_as_for_three(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def count(address: str) -> int:
        client.get("/prices/")
        page_cache.forget()
        with monkeypatch.context() as patch, CaptureQueriesContext(connection) as queries:
            patch.setattr(
                facts, "CHECKED_EVERY", 60.0
            )  # the facts are in memory now, as in a running process
            client.get(address)
        return len(queries)

    lists = (
        "/",
        "/blog/",
        "/blog/?region=lower-back",
        "/conditions/",
        "/search/?q=pain",
        "/feed/",
        "/sitemap.xml",
    )
    before = {address: count(address) for address in lists}
    condition = make.make_condition()
    for number in range(27):
        make.make_edition(make.make_article(slug=f"article-{number}", condition=condition))
    after = {address: count(address) for address in lists}
    assert all(after[address] <= before[address] for address in lists), (before, after)
