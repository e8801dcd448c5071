"""What people read, search and claim for, by muscle and by region of the body, against what is written about it."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from blog.index import Entry, index
from blog.models import Condition, Muscle, Region
from clinic_site.models import SearchCount
from clinic_site.search_words import words

from .counts import Kind, clinic_day
from .health_views import DAYS, counts_by_article

MOST_SEARCHES = 5_000  # different ones, the most asked first
LONGEST_NAME = 5  # words

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Demand:
    """`written`: public articles about it."""

    name: str
    written: int
    reads: int
    searches: int
    claims: int

    @property
    def asked(self) -> int:
        return self.reads + self.searches + self.claims

    @property
    def is_missing(self) -> bool:
        return self.asked > 0 and not self.written


@dataclass(frozen=True)
class Part:
    """One kind of rows. `unasked`: names that nobody asked for, and nobody wrote about."""

    key: str  # in the address of its pages
    title: str
    rows: list[Demand]
    unasked: list[str]

    @property
    def most(self) -> int:
        return max((row.asked for row in self.rows), default=0)

    @property
    def missing(self) -> int:
        return sum(row.is_missing for row in self.rows)


def demand() -> list[Part]:
    """Of the last DAYS days: regions, then muscles. In each, what is asked for and not written stands first."""
    articles, counts = index(), counts_by_article()
    regions = list(Region.objects.prefetch_related("conditions"))
    muscles = list(Muscle.objects.all())
    names: defaultdict[Phrase, set[tuple[str, int]]] = defaultdict(set)
    for region in regions:
        _add(
            names,
            "region",
            region.pk,
            [region.name, *region.name.split(" and "), *_names_of(region.conditions.all())],
        )
    for muscle in muscles:
        _add(names, "muscle", muscle.pk, [muscle.name, *muscle.other_names()])
    searched = _searched(names)

    def of(kind: str, row: Region | Muscle, entries: Collection[Entry]) -> Demand:
        reads, claims = (sum(counts[one.slug, kind] for one in entries) for kind in (Kind.READ, Kind.CLAIMED))
        return Demand(row.name, len(entries), reads, searched[kind, row.pk], claims)

    return [
        _part(
            "regions",
            "Parts of the body",
            [of("region", row, articles.by_region.get(row.pk, [])) for row in regions],
        ),
        _part(
            "muscles", "Muscles", [of("muscle", row, articles.by_muscle.get(row.pk, [])) for row in muscles]
        ),
    ]


def _part(key: str, title: str, rows: list[Demand]) -> Part:
    known = [row for row in rows if row.asked or row.written]
    unasked = [row.name for row in rows if not (row.asked or row.written)]
    known.sort(key=lambda row: (not row.is_missing, -row.asked, row.name))
    return Part(key, title, known, unasked)


def _names_of(conditions: Iterable[Condition]) -> Iterator[str]:
    for condition in conditions:
        yield condition.name
        yield from condition.other_names()


def _add(names: defaultdict[Phrase, set[tuple[str, int]]], kind: str, pk: int, called: Iterable[str]) -> None:
    for name in called:
        if phrase := tuple(words(name)):
            names[phrase].add((kind, pk))


def _searched(names: dict[Phrase, set[tuple[str, int]]]) -> Counter[tuple[str, int]]:
    """How many searches name each: one search may name several, and counts once for each."""
    found: Counter[tuple[str, int]] = Counter()
    for row in SearchCount.objects.asked(clinic_day() - dt.timedelta(days=DAYS - 1))[:MOST_SEARCHES]:
        said = list(words(row["words"]))
        phrases = {
            tuple(said[start:end])
            for start in range(len(said))
            for end in range(start + 1, min(len(said), start + LONGEST_NAME) + 1)
        }
        for meant in {one for phrase in phrases for one in names.get(phrase, ())}:
            found[meant] += row["total"]
    return found
