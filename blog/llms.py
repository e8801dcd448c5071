"""/llms.txt (llmstxt.org): what is on this site, in plain text. It tells, and asks nobody to prefer anything."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from clinic_site import facts
from clinic_site.models import Page, Practitioner
from clinic_site.page_cache import public_page
from clinic_site.reading import read_only

from .index import index, promoted
from .models import Condition, Muscle

MOST = 200  # of a kind; the sitemap has them all
MARKUP = re.compile(r"([\\\[\]`*_<>])")
ABOUT = (
    "Each article names its author, its reviewer, the days of its last and next review, and the sources of what it "
    "says; a page whose reviewer has not signed it off says so. How pages are checked: {url}"
)


@read_only
@public_page
def llms(request: HttpRequest) -> HttpResponse:
    return HttpResponse("\n".join(lines()) + "\n", content_type="text/plain; charset=utf-8")


def lines() -> Iterator[str]:
    clinic = facts.fact("clinic")
    yield f"# {plain(clinic.name if clinic else settings.SITE_HOST)}"
    if clinic and clinic.tagline:
        yield from ("", f"> {plain(clinic.tagline)}")
    articles = index()
    authors = Practitioner.objects.filter(pk__in=articles.by_author)
    if people := "; ".join(map(who, authors)):
        yield from ("", f"Who writes: {people}.")
    yield from ("", ABOUT.format(url=settings.SITE_ORIGIN + reverse("how_we_check")))
    if clinic and clinic.disclaimer:
        yield from ("", plain(clinic.disclaimer))
    shown = [(entry.title, entry.get_absolute_url(), entry.standfirst) for entry in islice(promoted(), MOST)]
    yield from section("Articles", shown)
    conditions = Condition.objects.filter(slug__in=articles.by_condition)[:MOST]
    yield from section("Conditions", ((row.name, row.get_absolute_url(), also(row)) for row in conditions))
    muscles = Muscle.objects.all()[:MOST]
    yield from section("Muscles", ((row.name, row.get_absolute_url(), row.location) for row in muscles))
    yield from section("The clinic", clinic_pages())


def who(person: Practitioner) -> str:
    return ", ".join(plain(part) for part in (person.name, person.public_title) if part)


def clinic_pages() -> Iterator[tuple[str, str, str]]:
    for page in Page.objects.all():
        yield page.title, page.get_absolute_url(), page.standfirst
    yield "Prices", reverse("prices"), "What a visit costs."
    yield "Contact", reverse("contact"), "Phone, address, opening hours."
    for person in Practitioner.objects.all():
        yield person.name, person.get_absolute_url(), person.public_title


def also(condition: Condition) -> str:
    names = ", ".join(condition.other_names())
    return f"Articles about it. Also called {names}." if names else "Articles about it."


def section(title: str, rows: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """A heading and a list of links, each with its description."""
    listed = [
        f"- [{plain(name)}]({settings.SITE_ORIGIN}{url})" + (f": {plain(words)}" if words else "")
        for name, url, words in rows
    ]
    if listed:
        yield from ("", f"## {title}", "", *listed)


def plain(text: str) -> str:
    """On one line, and with no sign that Markdown would take for its own."""
    return MARKUP.sub(r"\\\1", " ".join(text.split()))
