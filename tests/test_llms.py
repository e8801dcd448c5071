"""/llms.txt: what is here, in plain text, from the configured address, and nothing that wants to steer."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from blog.models import Article
from clinic_site.models import Clinic, Page

from . import factories as make

pytestmark = pytest.mark.django_db
LINK = re.compile(r"- \[(?P<name>[^]]+)\]\((?P<url>\S+)\)(?:: (?P<words>.+))?")


@pytest.fixture(scope="module", autouse=True)
def site(module_rows: None) -> None:
    make.make_clinic(tagline="Care for pain.")
    make.make_edition()
    Page.objects.create(slug="about", title="About", standfirst="Who we are.")


def text(client: Client) -> str:
    response = client.get("/llms.txt")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    return response.content.decode()


def test_it_has_the_form_of_the_proposal(client: Client) -> None:
    """llmstxt.org: one H1, a quoted summary, prose, then H2 sections that hold nothing but lists of links."""
    lines = text(client).splitlines()
    assert lines[:3] == ["# Example Acupuncture", "", "> Care for pain."]
    assert [line for line in lines if line.startswith("#")] == [
        *("# Example Acupuncture", "## Articles", "## Conditions", "## Muscles", "## The clinic"),
    ]
    listed = lines[lines.index("## Articles") :]
    assert all(LINK.fullmatch(line) for line in listed if line and not line.startswith("## "))


def test_every_link_answers_and_starts_at_the_configured_origin(client: Client) -> None:
    links = [match["url"] for match in LINK.finditer(text(client))]
    assert len(links) == 7
    for link in links:
        assert link.startswith("http://127.0.0.1:8000/")
        assert client.get(link.removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_it_says_who_writes_and_how_pages_are_checked(client: Client) -> None:
    page = text(client)
    assert "Who writes: Ada Example, Licensed acupuncturist." in page
    assert "http://127.0.0.1:8000/how-we-check-our-pages/" in page
    assert "General information, not advice for you." in page


def test_only_what_is_public_is_listed(client: Client) -> None:
    make.make_article(slug="draft", condition=make.make_condition(slug="hidden"))
    make.make_edition(
        make.make_article(slug="later"), visible_from=timezone.now().replace(year=timezone.now().year + 1)
    )
    make.make_edition(make.make_article(slug="gone"))
    assert "/blog/gone/" in text(client)
    Article.objects.get(slug="gone").withdraw()
    page = text(client)
    assert "/blog/dry-needling-for-sciatica/" in page
    for word in ("draft", "hidden", "later", "gone"):
        assert word not in page.lower()


def test_a_title_cannot_become_markup(client: Client) -> None:
    article = make.make_article(slug="x", title="A [trick](https://evil.example.com)\n# Heading")
    make.make_edition(article)
    page = text(client)
    assert "[A \\[trick\\](https://evil.example.com) # Heading](http://127.0.0.1:8000/blog/x/)" in page
    assert "\n# Heading" not in page


def test_an_empty_site_has_one_too(client: Client) -> None:
    Article.objects.get().withdraw()
    Clinic.objects.all().delete()
    assert text(client).startswith("# 127.0.0.1\n")


def test_it_does_not_steer(client: Client) -> None:
    """Google's spam policy names attempts to steer the answers of machines."""
    own = re.sub(LINK, "", text(client)).lower()
    for word in (
        "recommend",
        "prefer",
        "always",
        "never",
        "you must",
        "you should",
        "best",
        "ignore",
        "instead",
        "cite",
    ):
        assert word not in own, word
    assert "offer" not in own


def test_it_is_a_ready_made_page(client: Client) -> None:
    first = client.get("/llms.txt")
    assert client.get("/llms.txt")["ETag"] == first["ETag"]
    assert first["Cache-Control"] == "public, max-age=0, s-maxage=1, must-revalidate"
