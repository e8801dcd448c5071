"""What somebody may have meant who asked for a page that does not exist: the 404 page suggests it.

All from memory, also while the database is away. Words are looked up in an index that is made at the first such page
after a change, so it takes as long among 10,000 articles as among ten.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.urls import reverse
from rapidfuzz import fuzz, process

from clinic_site import facts
from clinic_site.models import Page, Practitioner

from .index import Index, index
from .topics import Condition, Muscle

MOST = 5
LONGEST = 100  # characters that are compared
NEAR_ENOUGH = 75  # of 100, as rapidfuzz counts, for a word and for the whole
MOST_COMPARED = 300
SHORTEST_WORD = 3
ENDING = re.compile(r"\.[a-z]{2,5}$")
BETWEEN_WORDS = re.compile(r"[\W_]+")
FILLERS = {"and", "for", "the", "with", "your", "our", "page", "html", "www"}
# Pages that are not rows, with what people call them.
FIXED = {
    "prices": ["Prices", "pricing", "fees", "cost", "rates", "insurance"],
    "contact": ["Contact", "contact us", "location", "directions", "hours", "book", "appointment"],
    "conditions": ["Conditions", "treatments", "symptoms"],
    "muscles": ["Muscles", "anatomy"],
    "article_list": ["Articles", "blog", "news"],
    "search": ["Search"],
}


@dataclass(frozen=True, eq=False)
class Name:
    text: str
    url: Callable[[], str]  # asked for only when it is printed
    kind: str
    said: tuple[str, ...]  # all that it is called, in plain words


class Names:
    """All names, and in which of them each word stands."""

    def __init__(self, names: Iterable[Name]) -> None:
        self.names = list(names)
        self.said = [(words, name) for name in self.names for words in name.said]
        self.whole: dict[str, list[Name]] = defaultdict(list)
        self.by_word: dict[str, list[int]] = defaultdict(list)
        for number, (words, name) in enumerate(self.said):
            self.whole[words].append(name)
            for word in set(words.split()) - FILLERS:
                self.by_word[word].append(number)

    def like(self, wanted: str) -> list[Name]:
        """The nearest first. `wanted` is in plain words."""
        scores: dict[Name, float] = {}
        near = process.extract(
            wanted, self.whole.keys(), scorer=fuzz.ratio, limit=MOST, score_cutoff=NEAR_ENOUGH
        )
        for words, score, _ in near:
            scores |= dict.fromkeys(self.whole[words], score)
        for number in self._sharing_a_word(wanted):
            words, name = self.said[number]
            score = fuzz.WRatio(wanted, words, score_cutoff=NEAR_ENOUGH)
            scores[name] = max(score, scores.get(name, 0))
        best = sorted((name for name in scores if scores[name]), key=lambda name: (-scores[name], name.text))
        return best[:MOST]

    def _sharing_a_word(self, wanted: str) -> list[int]:
        """Numbers of names with a word like one of `wanted`, the rarest words first."""
        found: dict[str, list[int]] = {}
        for word in set(wanted.split()) - FILLERS:
            if len(word) < SHORTEST_WORD:
                continue
            known = self.by_word.keys()
            for like, _, _ in process.extract(
                word, known, scorer=fuzz.ratio, limit=3, score_cutoff=NEAR_ENOUGH
            ):
                found[like] = self.by_word[like]
        rarest = sorted(found.values(), key=len)
        return [number for numbers in rarest for number in numbers[:MOST_COMPARED]][:MOST_COMPARED]


def load_rows() -> list[Name]:
    """Muscles, conditions, people and plain pages: four small queries when something public changes."""
    return [
        *(_name(row, "Muscle", row.name, *row.other_names()) for row in Muscle.objects.all()),
        *(_name(row, "Condition", row.name, *row.other_names()) for row in Condition.objects.all()),
        *(_name(row, "Page", row.title, row.slug) for row in Page.objects.only("slug", "title")),
        *(_name(row, "Person", row.name, row.short_name) for row in Practitioner.objects.all()),
    ]


def _name(row: Any, kind: str, *said: str) -> Name:
    return Name(said[0], row.get_absolute_url, kind, _all_said(said))


def _all_said(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words for name in names if (words := plain(name))))


def plain(text: str) -> str:
    return " ".join(BETWEEN_WORDS.split(text.casefold())).strip()[:LONGEST]


def _all(articles: Index, rows: list[Name]) -> Iterator[Name]:
    """Conditions without a public article have no page of their own."""
    shown = {f"{reverse('article_list')}?condition={slug}" for slug in articles.by_condition}
    yield from (row for row in rows if row.kind != "Condition" or row.url() in shown)
    for name, (title, *said) in FIXED.items():
        yield Name(title, partial(reverse, name), "Page", _all_said([title, *said]))
    for entry in articles.newest:
        yield Name(entry.title, entry.get_absolute_url, "Article", (entry.slug.lower().replace("-", " "),))


class _Memory:
    made_of: object = None
    names = Names([])


def near_names(path: str) -> list[Name]:
    """What a decoded `path` that leads nowhere may have meant."""
    known = facts.current()
    if _Memory.made_of is not known:
        _Memory.names, _Memory.made_of = Names(_all(index(), known.rows.get("near_names") or [])), known
    last = path.strip("/").rsplit("/", 1)[-1].casefold()
    wanted = plain(ENDING.sub("", last))
    return _Memory.names.like(wanted) if len(wanted) >= SHORTEST_WORD else []
