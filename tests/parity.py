"""Holds the structured data of a page against what the page prints, property by property."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.template.defaultfilters import date as date_text
from django.template.defaultfilters import time as time_text

from .site_reader import Node, Page

# Printed as they are.
WORDS = {
    *("headline", "jobTitle", "legalName", "email", "alternateName", "bodyLocation", "muscleAction"),
    *("streetAddress", "addressLocality", "addressRegion", "postalCode"),
}
# Held against the page as they are, not value by value; and people, who also have a place on the page.
WHOLE = {"openingHoursSpecification", "specialOpeningHoursSpecification", "citation"}
PEOPLE = {"author", "reviewedBy"}
# Not statements about the world, or held against the page in check() and in the other functions.
SILENT = {"@type", "@id", "url", "inLanguage", "addressCountry", "image"}


def check(page: Page) -> None:
    """Fails on whatever the data says and the page does not, and on properties it has no rule for."""
    for node in page.nodes:
        for name, value in walk(node):
            if name in WORDS:
                assert value in page.text, (page.address, name, value)
            elif name not in SILENT:
                assert name in RULES, (page.address, name)
                RULES[name](page, value)
    if crumbs := [node for node in page.nodes if node["@type"] == "BreadcrumbList"]:
        assert trail_of(crumbs[0]) == visible_trail(page), page.address
    canonical = page.all("//link[@rel='canonical']/@href")
    for node in page.nodes:
        if {"MedicalWebPage", "ProfilePage"} & set(types(node)):
            assert [node["url"]] == canonical
            if "image" in node:
                assert page.all("//meta[@property='og:image']/@content") == as_list(node["image"])


def walk(node: Node) -> Iterator[tuple[str, Any]]:
    """Each property with each of its plain values; people, places and the like are walked into."""
    for name, value in node.items():
        if name in WHOLE:
            yield name, value
        elif name == "itemListElement":
            continue
        else:
            for item in as_list(value):
                yield from walk(item) if isinstance(item, dict) else [(name, item)]
        if name in PEOPLE:
            yield name, value


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def types(node: Node) -> list[str]:
    return as_list(node["@type"])


def day(moment: str) -> str:
    return date_text(dt.datetime.fromisoformat(moment), "j F Y")


def trail_of(crumbs: Node) -> list[tuple[str, str]]:
    items = crumbs["itemListElement"]
    assert [item["position"] for item in items] == list(range(1, len(items) + 1))
    return [(item["name"], item["item"]) for item in items]


def visible_trail(page: Page) -> list[tuple[str, str]]:
    """The breadcrumb's links, then the heading that stands under them."""
    origin = settings.SITE_ORIGIN
    crumb = "//nav[@class='breadcrumb']//a"
    links = zip(page.all(crumb), page.all(f"{crumb}/@href"), strict=True)
    (here,) = page.all("//link[@rel='canonical']/@href")
    return [*((name, origin + href) for name, href in links), (page.all("//h1")[0], here)]


def _name(page: Page, value: str) -> None:
    """A condition may stand inside a sentence, so its capital does not count."""
    assert value.casefold() in page.text.casefold(), (page.address, value)


def _phone(page: Page, value: str) -> None:
    shown = page.all(f"//a[@href='tel:{value}']")
    assert shown, (page.address, value)
    numbers = [text for text in shown if text[-1].isdigit()]
    assert numbers
    assert all(digits(text) == digits(value).removeprefix("1") for text in numbers)


def digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _published(page: Page, value: str) -> None:
    assert dt.datetime.fromisoformat(value).tzinfo
    assert f"Published {day(value)}" in page.text


def _changed(page: Page, value: str) -> None:
    assert dt.datetime.fromisoformat(value).tzinfo
    assert f"last changed {day(value)}" in page.text


def _reviewed(page: Page, value: str) -> None:
    assert f"Reviewed {day(value)}" in page.text
    assert f"last reviewed {day(value)}" in page.text
    assert "has not signed it off" not in page.text


def _author(page: Page, person: Node) -> None:
    assert f"By {person['name']}" in page.text
    path = person["url"].removeprefix(settings.SITE_ORIGIN)
    assert person["name"] in page.all(f"//section[@id='author']//a[@href='{path}']")


def _reviewer(page: Page, person: Node) -> None:
    assert f"Reviewer: {person['name']}" in page.text


def _hours(page: Page, rows: list[Node]) -> None:
    """A day with a break is one row of the page and two of the data."""
    days: dict[str, str] = {}
    for row in rows:
        day = row["dayOfWeek"].rpartition("/")[2]
        days[day] = days.get(day, "") + f"{clock(row['opens'])} to {clock(row['closes'])}"
    shown = page.all("(//dl[@class='hours'])[1]/div")
    assert shown == [f"{day}{times}" for day, times in days.items()]


def clock(value: str) -> str:
    return time_text(dt.time.fromisoformat(value), "P")


def _closures(page: Page, rows: list[Node]) -> None:
    for row in rows:
        days = dict.fromkeys((day(row["validFrom"]), day(row["validThrough"])))
        assert " to ".join(days) in page.text
        assert row["opens"] == row["closes"]


def _citations(page: Page, links: list[str]) -> None:
    """The first link of each source, in the order of the list."""
    shown = page.all("//*[h2='Sources']//li/a[not(starts-with(@href, '#'))][1]/@href")
    assert shown == links


RULES: dict[str, Callable[[Page, Any], None]] = {
    "name": _name,
    "telephone": _phone,
    "datePublished": _published,
    "dateModified": _changed,
    "lastReviewed": _reviewed,
    "author": _author,
    "reviewedBy": _reviewer,
    "openingHoursSpecification": _hours,
    "specialOpeningHoursSpecification": _closures,
    "citation": _citations,
}
