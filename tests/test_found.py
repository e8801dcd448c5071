"""What search engines, feed readers and sharing see of the whole site, walked from its home page."""

import datetime as dt
import re
import zoneinfo
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import feedparser
import pytest
from django.conf import settings
from django.test import Client
from lxml import etree
from pytest_django import DjangoDbBlocker

from blog.models import AdviceEdition, Edition
from clinic_site import machine_views
from clinic_site.models import Clinic
from clinic_site.sitemaps import OwnSitemap

from . import factories as make
from . import parity
from .conftest import own_memory
from .site_reader import Node, Page, crawl
from .tools import machine_checkers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_site")]
SCHEMAS = Path(__file__).parent / "schemas"
MOST_CLICKS = 3
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d[+-]\d\d:\d\d)?")
Site = dict[str, Page]
SLIPS: dict[str, Node] = {
    "a type that is not there": {"@type": "MedicalPage", "name": "A"},
    "a property that is not there": {"@type": "Person", "nmae": "A"},
    "a property of neither type": {"@type": ["MedicalWebPage", "Article"], "headlin": "A"},
    "a value that is no text": {"@type": "Person", "name": 1},
    "somebody where an address belongs": {"@type": "MedicalClinic", "address": {"@type": "Person"}},
}


@pytest.fixture(scope="module")
def site(starter_site: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Site]:
    with django_db_blocker.unblock(), own_memory(60.0):
        yield crawl(Client())


@pytest.fixture(scope="module")
def listed(site: Site) -> list[Page]:
    """Pages that search engines may list."""
    return [page for page in site.values() if page.source and page.is_indexable]


def addresses(client: Client, path: str = "/sitemap.xml") -> list[str]:
    tree = etree.fromstring(client.get(path).content)
    return [loc.removeprefix(settings.SITE_ORIGIN) for loc in tree.xpath("//*[local-name()='loc']/text()")]


def test_no_link_is_dead_and_every_fragment_exists(site: Site) -> None:
    dead = [(page.address, page.linked_from) for page in site.values() if page.status != 200]
    assert dead == []
    ids = {address: set(page.all("//@id")) for address, page in site.items() if page.source}
    lost = {
        (page.address, link, fragment)
        for page in site.values()
        if page.source
        for link, fragment in page.links()
        if fragment and fragment not in ids[link]
    }
    assert lost == set()


def test_no_page_is_more_than_three_clicks_from_home(site: Site) -> None:
    assert [page.address for page in site.values() if page.clicks > MOST_CLICKS] == []
    assert len(site) > 80


def test_two_other_pages_at_least_lead_to_each_page(site: Site, client: Client) -> None:
    ways: Counter[str] = Counter()
    for page in site.values():
        if page.source:
            ways.update({link for link, _ in page.links()} - {page.address})
    assert [address for address in addresses(client) if ways[address] < 2] == []


def test_every_page_has_its_landmarks_and_its_language(site: Site) -> None:
    for page in site.values():
        if page.source:
            assert page.tree.get("lang") == "en-US"
            assert [len(page.all(f"//body/{part}")) for part in ("header", "main", "footer")] == [1, 1, 1]
            names = page.all("//nav/@aria-label") + page.all("//nav/@aria-labelledby")
            assert len(names) == len(set(names)) == len(page.all("//nav")), page.address


def test_the_sitemap_lists_pages_that_are_linked_and_are_their_own_canonical(
    site: Site, client: Client
) -> None:
    found = addresses(client)
    assert len(found) == len(set(found)) > 70
    assert [address for address in found if address not in site] == []
    for address in found:
        assert site[address].is_indexable
        assert site[address].all("//link[@rel='canonical']/@href") == [settings.SITE_ORIGIN + address]
    others = {page.address for page in site.values() if page.source and page.is_indexable} - set(found)
    assert all(address.startswith("/blog/?") for address in others), others


def test_search_engines_may_list_what_is_public_and_nothing_else(site: Site, client: Client) -> None:
    for page in site.values():
        if page.source:
            closed = page.address.startswith(("/search/", "/offers/", "/report/"))
            expected = "noindex" if closed or "Nothing here yet." in page.text else "max-image-preview:large"
            assert page.headers["X-Robots-Tag"] == expected, page.address
    for address in (
        make.make_lead().get_absolute_url(),
        "/nowhere/",
        "/admin/login/",
        "/blog/?region=nowhere",
    ):
        assert client.get(address)["X-Robots-Tag"] == "noindex", address
    assert "X-Robots-Tag" not in client.get("/blog")


def test_every_page_has_a_title_and_a_description_of_its_own_that_fit(listed: list[Page]) -> None:
    titles = {page.address: page.tree.findtext("head/title") for page in listed}
    descriptions = {page.address: page.all("//meta[@name='description']/@content") for page in listed}
    assert {address: title for address, title in titles.items() if not 8 <= len(title) <= 65} == {}
    assert {
        address: found
        for address, found in descriptions.items()
        if len(found) != 1 or not 50 <= len(found[0]) <= 170
    } == {}
    assert [title for title, count in Counter(titles.values()).items() if count > 1] == []
    assert [text for text, count in Counter(map(tuple, descriptions.values())).items() if count > 1] == []


def test_every_page_says_what_it_is_where_it_is_shared(listed: list[Page]) -> None:
    clinic = Clinic.objects.get()
    for page in listed:
        tags = {tag.get("property"): tag.get("content") for tag in page.tree.xpath("//meta[@property]")}
        title = page.tree.findtext("head/title").removesuffix(f" | {clinic.name}")
        assert tags["og:title"] == title
        assert [tags["og:description"]] == page.all("//meta[@name='description']/@content")
        assert [tags["og:url"]] == page.all("//link[@rel='canonical']/@href")
        assert tags["og:url"].startswith(f"{settings.SITE_ORIGIN}/")
        assert tags["og:site_name"] == clinic.name
        is_article = re.fullmatch(r"/blog/[^?]+/", page.address)
        assert tags["og:type"] == ("article" if is_article else "website")
        assert page.all("//meta[@name='twitter:card']/@content") == ["summary_large_image"]
        assert page.all("//link[@type='application/atom+xml']/@href") == ["/feed/"]


def test_structured_data_says_only_what_the_page_shows(site: Site) -> None:
    for page in site.values():
        if page.source:
            parity.check(page)
    inner = [page for page in site.values() if page.source and page.is_indexable and page.address != "/"]
    for page in inner:
        assert page.node("BreadcrumbList"), page.address


def test_structured_data_is_of_known_types_and_complete(site: Site, tmp_path: Path) -> None:
    nodes = [node for page in site.values() if page.source for node in page.nodes]
    for node in nodes:
        for name, value in parity.walk(node):
            if name.startswith("date") or name == "lastReviewed":
                assert ISO_DATE.fullmatch(value)
            if name in {"url", "@id", "image"}:
                assert value.startswith(f"{settings.SITE_ORIGIN}/")
    if machine_checkers.find_node() is None:
        pytest.skip(f"The types of schema.org are not here; {machine_checkers.NOT_HERE}")
    complaints = machine_checkers.against_vocabulary([*nodes, *SLIPS.values()], tmp_path)
    spoiled = [node for node, _ in complaints]
    assert [slip for slip, node in SLIPS.items() if node not in spoiled] == []
    assert [complaint for node, complaint in complaints if node not in SLIPS.values()] == []


def test_articles_have_what_search_engines_ask_for(site: Site) -> None:
    articles = [page for page in site.values() if re.fullmatch(r"/blog/[^?]+/", page.address)]
    assert len(articles) == Edition.objects.live().count()
    for page in articles:
        node = page.node("Article")
        assert {
            "headline",
            "image",
            "datePublished",
            "dateModified",
            "author",
            "publisher",
            "citation",
        } <= set(node)
        assert "lastReviewed" not in node, "nobody has signed the starter text"
        assert node["author"]["url"].removeprefix(settings.SITE_ORIGIN) in site
        assert ("about" in node) == bool(Edition.objects.live().get(title=node["headline"]).condition)


def test_nothing_is_claimed_that_earns_a_penalty(site: Site) -> None:
    text = " ".join(str(page.nodes) for page in site.values() if page.source)
    for word in ("FAQPage", "Rating", "Review'", "Offer'", "priceRange"):
        assert word not in text


def schema_of_the_sitemap(tmp_path: Path) -> etree.XMLSchema:
    path = machine_checkers.sitemap_schema()
    if path is None:
        pytest.skip(f"The sitemap's schema is not here; {machine_checkers.NOT_HERE}")
    both = tmp_path / "both.xsd"
    both.write_text(
        '<schema xmlns="http://www.w3.org/2001/XMLSchema">'
        f'<import namespace="http://www.sitemaps.org/schemas/sitemap/0.9" schemaLocation="{path.as_uri()}"/>'
        '<import namespace="http://www.google.com/schemas/sitemap-image/1.1" '
        f'schemaLocation="{(SCHEMAS / "sitemap-image.xsd").as_uri()}"/></schema>'
    )
    return etree.XMLSchema(etree.parse(both))


def test_the_sitemap_keeps_to_its_schema(client: Client, tmp_path: Path) -> None:
    schema = schema_of_the_sitemap(tmp_path)
    source = client.get("/sitemap.xml").content.decode()
    schema.assertValid(etree.fromstring(source.encode()))
    for old, new in (("<lastmod>2026", "<lastmod>soon 2026"), ("<loc>", "<place/><loc>"), ("urlset", "list")):
        assert old in source
        assert not schema.validate(etree.fromstring(source.replace(old, new).encode())), new


def test_the_sitemaps_dates_are_true(client: Client) -> None:
    tree = etree.fromstring(client.get("/sitemap.xml").content)
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    dates = {
        url.findtext("s:loc", namespaces=space): url.findtext("s:lastmod", namespaces=space)
        for url in tree.findall("s:url", space)
    }
    advice = AdviceEdition.objects.public()
    for edition in Edition.objects.live():
        day = edition.changed_at(advice).astimezone(zoneinfo.ZoneInfo("America/New_York"))
        assert dates[settings.SITE_ORIGIN + edition.get_absolute_url()] == f"{day:%Y-%m-%d}"
    assert dates[f"{settings.SITE_ORIGIN}/muscles/"] is None


def test_a_sitemap_that_is_too_long_for_one_file_is_divided(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = addresses(client)
    monkeypatch.setattr(machine_views, "MOST_ADDRESSES", 20)
    monkeypatch.setattr(OwnSitemap, "limit", 20)
    with own_memory(60.0):
        parts = addresses(client)
        found = {part: addresses(client, part) for part in parts}
    assert all(part.startswith("/sitemap-") for part in parts)
    assert max(len(part) for part in found.values()) <= 20
    assert [address for part in found.values() for address in part] == whole
    assert client.get("/sitemap-nothing.xml").status_code == 404


FEED_SLIPS: dict[str, Callable[[str], str]] = {
    "an entry without an id": lambda text: re.sub(r"<id>tag[^<]*:article-[^<]*</id>", "", text, count=1),
    "a date without a zone": lambda text: text.replace("+00:00</published>", "</published>", 1),
    "an element of RSS": lambda text: text.replace("<entry>", "<entry><guid>1</guid>", 1),
    "no author": lambda text: re.sub(r"<author>.*?</author>", "", text, count=1),
    "an address without a host": lambda text: text.replace("<uri>http://", "<uri>", 1),
}


def test_the_feed_keeps_to_its_grammar(client: Client) -> None:
    grammar = etree.RelaxNG(etree.parse(SCHEMAS / "atom.rng"))
    source = client.get("/feed/").content.decode()
    grammar.assertValid(etree.fromstring(source.encode()))
    for slip, spoil in FEED_SLIPS.items():
        spoiled = spoil(source)
        assert spoiled != source, slip
        assert not grammar.validate(etree.fromstring(spoiled.encode())), slip


def test_a_feed_reader_reads_what_the_site_knows(client: Client) -> None:
    response = client.get("/feed/")
    feed: Any = feedparser.parse(
        response.content, response_headers={"content-type": response["Content-Type"]}
    )
    assert not feed.bozo
    assert feed.version == "atom10"
    assert feed.feed.rights == f"© {Clinic.objects.get().legal_name}"
    assert {link.rel: link.href for link in feed.feed.links} == {
        "alternate": f"{settings.SITE_ORIGIN}/blog/",
        "self": f"{settings.SITE_ORIGIN}/feed/",
    }
    editions = {settings.SITE_ORIGIN + row.get_absolute_url(): row for row in Edition.objects.live()}
    advice = AdviceEdition.objects.public()
    assert {entry.link for entry in feed.entries} == set(editions)
    for entry in feed.entries:
        edition = editions[entry.link]
        assert entry.title == edition.title
        assert entry.summary == edition.standfirst
        assert dt.datetime.fromisoformat(entry.published) == edition.first_visible_from
        assert dt.datetime.fromisoformat(entry.updated) == edition.changed_at(advice)
        assert entry.author_detail.name == edition.author.name
        assert entry.author_detail.href == settings.SITE_ORIGIN + edition.author.get_absolute_url()
        terms = [tag.term for tag in entry.get("tags", [])]
        about = edition.content["condition"]
        assert terms == [
            *([about["name"]] if about else []),
            *(region["name"] for region in edition.content["regions"]),
        ]
        assert re.fullmatch(r"tag:[^,]+,\d{4}-\d\d-\d\d:article-\d+", entry.id)
    assert len({entry.id for entry in feed.entries}) == len(editions)


def test_a_feeds_ids_stay_when_an_article_is_published_again(client: Client) -> None:
    before = feedparser.parse(client.get("/feed/").content)
    edition = Edition.objects.live().get(slug="dry-needling-for-sciatica")
    article = edition.article
    article.title = "Another title"
    article.save()
    make.make_edition(article, change_note="Another title.")
    after = feedparser.parse(client.get("/feed/").content)
    assert {entry.id for entry in after.entries} == {entry.id for entry in before.entries}
    changed = {entry.id for entry in after.entries if entry not in before.entries}
    assert len(changed) == 1
