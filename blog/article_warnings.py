"""What a working copy is asked about before it is published. Errors, which stop it, are in checks.py."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path

from django.utils.html import strip_tags

from .articles import Article
from .checks import typed_texts
from .claim_words import claims_in
from .finding import Finding, Kind
from .places import Places
from .readability import Reading, prose_of, reading_of
from .record_links import words_astray, words_without_page
from .stale_facts import stale_facts, years_behind

FILE = Path(__file__).resolve().parent / "link_words.toml"
LINK = re.compile(r"<a\b[^>]*>(.*?)</a>", re.DOTALL)
HEADING = re.compile(r"<h([23])\b[^>]*>(.*?)</h\1>", re.DOTALL)
OWN_HEADING = ("Other options", "The muscles", "In short")
ADDRESS = re.compile(r"^(?:https?://|www\.)\S+$")


def warnings_of(article: Article) -> list[Finding]:
    """Of `article` (from `with_everything()`), each once: claims first, then what is quickly mended."""
    found = [*_words(article), *_headings(article), *_links(article), *_long(article)]
    order = list(Kind)
    once: dict[str, Finding] = {}
    for finding in found:
        once.setdefault(finding.key, finding)
    return sorted(once.values(), key=lambda finding: order.index(finding.kind))


def _words(article: Article) -> Iterator[Finding]:
    years = years_behind(article)
    for where, text in typed_texts(article):
        yield from claims_in(where, text)
        yield from stale_facts(where, text, years)


def _headings(article: Article) -> Iterator[Finding]:
    """Everything but the body stands under a heading of the second level, an answer under one of the third."""
    levels = [(level, strip_tags(title).strip()) for level, title in HEADING.findall(article.body)]
    if levels and levels[0][0] == "3":
        yield _heading(
            "The text",
            levels[0][1],
            "The first heading is a small one: it skips a level.",
            "Make it a heading of the first size.",
        )
    for where, text in typed_texts(article):
        for level, title in HEADING.findall(text):
            words = unescape(strip_tags(title)).strip()
            if not words:
                yield _heading(where, "", "A heading is empty.", "Take it out.")
            elif where == "Questions" or (level == "2" and where in OWN_HEADING):
                yield _heading(
                    where,
                    words,
                    "This part of the page has its heading already.",
                    "Make it a smaller heading, or bold.",
                )


def _heading(where: str, words: str, reason: str, instead: str) -> Finding:
    return Finding(Kind.HEADING, where, words, words, reason, instead)


@cache
def empty_words() -> frozenset[str]:
    with FILE.open("rb") as file:
        return frozenset(tomllib.load(file)["empty"])


def _links(article: Article) -> Iterator[Finding]:
    places = Places(article)
    for where, text in typed_texts(article):
        for words in map(_plain, words_without_page(text)):
            yield Finding(
                *(Kind.NOWHERE, where, words, words),
                "It leads to something that is not public: readers see these words without a link.",
                "Publish that first, or take the link out.",
            )
        for words in map(_plain, words_astray(text)):
            yield Finding(
                *(Kind.NOWHERE, where, words, words),
                "No page of ours answers at its address: readers who follow it find nothing.",
                "Choose the page in the link box, or take the link out.",
            )
        for words in map(_plain, places.words_astray(text)):
            yield Finding(
                *(Kind.NOWHERE, where, words, words),
                "Its page has no such place: readers who follow it end at the top, or stay where they are.",
                "Look up the place on the page, or link to the page alone.",
            )
        for inside in LINK.findall(text):
            words = _plain(inside)
            if words.lower().strip(" .…:>»→") in empty_words() or not words or ADDRESS.match(words):
                yield Finding(
                    *(Kind.LINK, where, words, words or "(a link without words)"),
                    "Read on its own, as screen readers list it, this link does not say where it leads.",
                    "Link the words that name the page: “our article on sciatica”.",
                )


def _plain(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(strip_tags(html))).strip()


def _long(article: Article) -> Iterator[Finding]:
    reading = reading_of(prose_of(article))
    for count, sentence in reading.long_sentences if reading else []:
        yield Finding(
            *(Kind.LONG, "The text", sentence, sentence),
            f"{count} words in one sentence; more than {Reading.LONG_SENTENCE} lose readers.",
            "Say one thing in each sentence. A list often does it.",
        )
