"""What holds for every public page: invariant 5, and the habits a page never loses."""

import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise

import lxml.html
import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from PIL import Image
from pytest_django import DjangoDbBlocker

from blog.models import Edition
from clinic_site import cards

from . import factories as make
from .conftest import own_memory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_site")]
ARTICLES = (
    "/blog/dry-needling-and-acupuncture/",
    *(
        f"/blog/dry-needling-for-{pain}/"
        for pain in (
            *("low-back-pain", "neck-pain", "plantar-heel-pain", "sciatica", "shin-splints"),
            *("tennis-elbow", "tension-type-headache"),
        )
    ),
    "/blog/splenius-cervicis-trigger-points/",
    "/blog/what-to-expect-at-your-first-visit/",
)
PAGES = (
    *("/", "/contact/", "/prices/", "/about/", "/first-visit/", "/privacy/", "/accessibility/"),
    *("/how-we-check-our-pages/", "/team/theodore-levarda/", "/conditions/", "/muscles/", "/blog/"),
    *("/muscles/piriformis/", "/muscles/upper-trapezius/"),
    *("/blog/?region=lower-back", "/blog/?condition=sciatica", "/search/", "/search/?q=sciatica"),
    *("/find/", "/find/?region=lower-back&feeling=spreads"),
    *ARTICLES,
    "/offers/new-patient/",
    *("/report/", "/report/?page=/blog/dry-needling-for-sciatica/", "/report/sent/"),
)
VOID = {"meta", "link", "img", "br", "input", "hr", "path", "circle", "use"}


class Reader(HTMLParser):
    """The tags, attributes and text of a page, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, *names: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.tags if tag in names]


@pytest.fixture(scope="module")
def pages(starter_site: None, django_db_blocker: DjangoDbBlocker) -> dict[str, str]:
    """Address and HTML of every public page."""
    with django_db_blocker.unblock(), own_memory(60.0):
        responses = {address: Client().get(address) for address in PAGES}
    assert {response.status_code for response in responses.values()} == {200}
    return {address: response.content.decode() for address, response in responses.items()}


def public_names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin":
                yield from public_names(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name


def test_no_address_is_forgotten_here() -> None:
    """A new public address comes with a line in PAGES."""
    known = {"home", "contact", "prices", "about", "first_visit", "privacy", "accessibility", "how_we_check"}
    known |= {"team_member", "conditions", "muscles", "muscle", "article_list", "article", "search", "offer"}
    known |= {"report", "report_sent", "find"}
    machines = {"feed", "sitemap", "sitemap_section", "llms", "robots", "healthz", "card"}
    machines |= {
        "media",
        "sign_in",
        "offer_current",
        "claimed",
        "tap",
        "funnel",
        "month_summary",
        "security_txt",
    }
    machines |= {"claimed_reach", "claimed_stop", "claimed_delete", "claimed_last_day", "mail_stop"}
    machines |= {"desk", "desk_lead", "desk_redeem", "desk_undo"}  # staff's, see test_desk.py
    machines |= {"preview"}  # a draft for who has the link, see test_preview_links.py
    machines |= {"what_patients_say"}  # none without somebody's consent, see test_testimonials.py
    machines |= {"article_health", "article_demand"}  # staff's
    assert set(public_names(get_resolver().url_patterns)) == known | machines


def test_it_has_one_heading_a_title_and_a_description(pages: dict[str, str]) -> None:
    for address, page in pages.items():
        reader = Reader(page)
        assert len(reader.all("h1")) == 1, address
        assert re.search(r"<title>\s*\S", page)
        descriptions = [tag["content"] for tag in reader.all("meta") if tag.get("name") == "description"]
        assert len(descriptions) == 1
        assert descriptions[0].strip()


def test_headings_skip_no_level(pages: dict[str, str]) -> None:
    for address, page in pages.items():
        levels = [int(tag[1]) for tag, _ in Reader(page).tags if re.fullmatch(r"h[1-6]", tag)]
        assert all(after - before <= 1 for before, after in pairwise(levels)), (address, levels)


def test_ids_are_unique_and_every_link_on_the_page_leads_somewhere(pages: dict[str, str]) -> None:
    for address, page in pages.items():
        reader = Reader(page)
        ids = [attributes["id"] for _, attributes in reader.tags if "id" in attributes]
        assert len(ids) == len(set(ids)), address
        for link in reader.all("a"):
            if link.get("href", "").startswith("#"):
                assert link["href"][1:] in ids


def test_menu_footer_and_help_are_the_same_on_every_page(pages: dict[str, str]) -> None:
    """WCAG 3.2.3, 3.2.4 and 3.2.6: the same links with the same names, in the same order; the way to reach us last."""
    seen: dict[tuple[str, ...], str] = {}
    for address, page in pages.items():
        tree = lxml.html.fromstring(page)
        for part in ("//nav[@id='menu']", "//footer"):
            links = tree.xpath(f"{part}//a[not(starts-with(@href, '/report/'))]")
            seen.setdefault(
                (part, *(f"{link.text_content().strip()} {link.get('href')}" for link in links)), address
            )
        assert tree.xpath("//footer//a[starts-with(@href, 'tel:')]"), address
        assert tree.xpath("//*[@role='search' or @href='/search/']"), address
    assert len(seen) == 2, seen


def test_no_words_stand_in_a_picture(pages: dict[str, str]) -> None:
    """WCAG 1.4.5: pictures come from the clinic's own store, each with its words; letters in a drawing are text."""
    for address, page in pages.items():
        tree = lxml.html.fromstring(page)
        for image in tree.xpath("//img"):
            assert image.get("src").startswith("/media/"), address
            assert image.get("alt") is not None, address
        for drawing in tree.xpath("//*[local-name()='svg']"):
            named = drawing.get("aria-hidden") == "true" or (
                drawing.get("role") and drawing.get("aria-label")
            )
            assert named, address


def test_nothing_inline_and_nothing_from_another_host(pages: dict[str, str]) -> None:
    for address, page in pages.items():
        reader = Reader(page)
        for tag, attributes in reader.tags:
            assert not [name for name in attributes if name.startswith("on") or name == "style"], (
                tag,
                attributes,
            )
            for name in ("src", "srcset", "poster", "data"):
                assert not attributes.get(name, "").startswith(("http:", "https:", "//")), (
                    address,
                    tag,
                    attributes,
                )
            if tag == "link":
                rel, href = attributes["rel"], attributes["href"]
                assert rel in {"canonical", "alternate"} or href.startswith("/"), attributes
        for script in reader.all("script"):
            assert script.get("src") or script.get("type") == "application/ld+json"


def test_public_pages_set_no_cookie_and_carry_no_token(client: Client) -> None:
    public = [address for address in PAGES if "/offers/" not in address]
    for address in [*public, *public]:  # made, then from the cache
        response = client.get(address)
        assert not response.cookies, address
        assert "csrfmiddlewaretoken" not in response.content.decode(), address
        assert response.get("Vary", "Accept-Encoding") == "Accept-Encoding", address


def test_only_the_form_sets_a_cookie(client: Client) -> None:
    assert set(client.get("/offers/new-patient/").cookies) == {"csrf"}


def test_the_policy_allows_nothing_unsafe(client: Client) -> None:
    policy = client.get("/")["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "nonce" not in policy


def test_the_style_element_is_the_one_that_the_policy_knows(client: Client) -> None:
    import base64
    import hashlib

    for address in PAGES:
        response = client.get(address)
        styles = re.findall(r"<style>(.*?)</style>", response.content.decode(), re.DOTALL)
        assert len(styles) == 1
        digest = base64.b64encode(hashlib.sha256(styles[0].encode()).digest()).decode()
        assert f"'sha256-{digest}'" in response["Content-Security-Policy"]


def test_the_other_headers_are_there(client: Client) -> None:
    response = client.get("/")
    expected = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Frame-Options": "DENY",
    }
    assert {name: response.get(name) for name in expected} == expected
    assert "geolocation=()" in response["Permissions-Policy"]


def test_addresses_come_from_the_configured_origin(client: Client, settings: object) -> None:
    settings.ALLOWED_HOSTS = ["evil.example.com", "testserver"]  # type: ignore[attr-defined]
    for address in (*PAGES, "/feed/", "/sitemap.xml", "/robots.txt", "/llms.txt"):
        response = client.get(address, headers={"host": "evil.example.com"})
        assert "evil.example.com" not in response.content.decode()


def test_an_unknown_host_is_refused_even_when_the_page_is_ready(client: Client) -> None:
    client.get("/")
    assert client.get("/", headers={"host": "evil.example.com"}).status_code == 400


def test_emergency_advice_comes_before_the_first_call_to_action(client: Client) -> None:
    about_a_condition = Edition.objects.live().exclude(condition=None)
    assert len(about_a_condition) == 8
    for edition in about_a_condition:
        page = client.get(edition.get_absolute_url()).content.decode()
        assert page.index("Call 911 or go to an emergency room if:") < page.index('href="/offers/')


def test_an_article_names_its_people_and_dates(client: Client) -> None:
    for address in ARTICLES:
        page = client.get(address).content.decode()
        assert page.count("Theodore Levarda") >= 2
        assert page.count("November 22, 2026") + page.count("22 November 2026") >= 2
        assert "2027" in page


def test_the_feed_and_the_sitemap_list_the_articles(client: Client) -> None:
    for address in ("/feed/", "/sitemap.xml"):
        text = client.get(address).content.decode()
        assert all(f"http://127.0.0.1:8000{article}" in text for article in ARTICLES)


def test_text_that_would_break_out_is_inert_everywhere(client: Client) -> None:
    canary = "</script><img src=x onerror=alert(1)>"
    article = make.make_article(
        slug="x",
        title=canary,
        standfirst=canary,
        description=canary,
        condition=make.make_condition(slug="broken", name=canary),
    )
    article.key_points.update(text=f"{canary} [1]")
    article.questions.update(question=canary, answer=canary)
    article.muscle_rows.update(note=canary)
    make.make_edition(article)
    for address in (
        "/blog/x/",
        "/",
        "/blog/",
        "/conditions/",
        "/feed/",
        "/sitemap.xml",
        f"/search/?q={canary}",
    ):
        page = client.get(address).content.decode()
        assert "<img src=x" not in page, address
        assert "</script><img" not in page, address


def test_every_page_names_a_card_that_answers(
    pages: dict[str, str], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards, "OVERSIZE", 1)
    named = set()
    for address, page in pages.items():
        found = re.search(r'property="og:image" content="http://127.0.0.1:8000(.*?)"', page)
        assert found, address
        named.add(found[1])
    for address in named:
        image = Image.open(io.BytesIO(client.get(address).content))
        assert (image.format, image.size) == ("PNG", (1200, 630))
