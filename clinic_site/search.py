"""Searching: from what a patient typed to the pages that answer it.

The work is bounded, however many pages there are: of each term only the heaviest postings are read, and at most
CANDIDATES documents are asked whether the public may see them. Everything is counted in whole numbers, so SQLite
and PostgreSQL rank alike.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from .changes import PublicRow
from .fixed_pages import FIXED_PAGES, KIND
from .search_index import SearchDocument, SearchPosting
from .search_query import Counts, Part, Reading, understand

CANDIDATES = 200
OF_EACH_OTHER = 50  # candidates that a part of the query adds when it is not the rarest
SHOWN = 20


@dataclass(frozen=True)
class Found:
    kind: str
    title: str
    url: str
    line: str


@dataclass(frozen=True)
class Answer:
    results: Sequence[Found] = ()
    total: int = 0  # as far as CANDIDATES
    corrected: str = ""  # the query as it was understood, when a word of it was misspelt
    unknown: Sequence[str] = ()  # words that no public page has


Place = tuple[str, str]  # kind and key of a document


@dataclass(frozen=True)
class _Match:
    place: Place
    title: str
    score: int
    parts: frozenset[int]  # places in the query

    @property
    def order(self) -> tuple[object, ...]:
        """All words before some; then the heavier; then by title."""
        return (-len(self.parts), -self.score, self.title.casefold(), self.place)


def search(query: str) -> Answer:
    parts = understand(query)
    public = _public(_ranked(parts))
    if not public:
        return Answer()
    seen = frozenset[int]().union(*(match.parts for match in public))
    heard = [part for place, part in enumerate(parts) if place in seen]
    is_corrected = any(part.spelled != part.typed for part in heard)
    return Answer(
        results=_shown(public[:SHOWN]),
        total=len(public),
        corrected=" ".join(part.spelled for part in heard) if is_corrected else "",
        unknown=[part.typed for place, part in enumerate(parts) if place not in seen],
    )


def _ranked(parts: Sequence[Part]) -> list[_Match]:
    """The best CANDIDATES, public or not."""
    rarity = {term: Counts.rarity(term) for part in parts for term in _terms(part)}
    postings = SearchPosting.objects.filter(document__in=_candidates(parts), term__in=rarity)
    values: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for document, term, weight in postings.values_list("document_id", "term", "weight"):
        values[document][term] = weight * rarity[term]
    documents = SearchDocument.objects.filter(pk__in=list(values))
    matches = (
        _match((kind, key), title, parts, values[pk])
        for pk, kind, key, title in documents.values_list("pk", "kind", "key", "title")
    )
    return sorted((match for match in matches if match.parts), key=lambda match: match.order)[:CANDIDATES]


def _terms(part: Part) -> Iterable[str]:
    return (term for reading in part.readings for word in reading.words for term in word)


def _candidates(parts: Sequence[Part]) -> set[int]:
    """The heaviest documents of the rarest part, and some of each of the others."""
    found: set[int] = set()
    rarest_first = sorted(
        (part for part in parts if part.readings), key=lambda part: sum(map(_documents, part.readings))
    )
    for part in rarest_first:
        most = OF_EACH_OTHER if found else CANDIDATES
        for reading in part.readings:
            for term in min(reading.words, key=Counts.of_word):
                if Counts.of(term):
                    heaviest = SearchPosting.objects.filter(term=term).order_by("-weight", "document")
                    found.update(heaviest.values_list("document_id", flat=True)[: most // len(part.readings)])
    return found


def _documents(reading: Reading) -> int:
    return min(map(Counts.of_word, reading.words))


def _match(place: Place, title: str, parts: Sequence[Part], values: dict[str, int]) -> _Match:
    scores = [max((_worth(reading, values) for reading in part.readings), default=0) for part in parts]
    return _Match(place, title, sum(scores), frozenset(at for at, score in enumerate(scores) if score))


def _worth(reading: Reading, values: dict[str, int]) -> int:
    """Nothing unless every word of the reading is there; else what they count on average."""
    total = 0
    for word in reading.words:
        best = max([values[term] for term in word if term in values], default=0)
        if not best:
            return 0
        total += best
    return reading.worth * total // len(reading.words)


def _by_kind(matches: Iterable[_Match]) -> dict[str, list[str]]:
    """The keys of each kind of row. Pages without a row are left out."""
    keys: dict[str, list[str]] = {}
    for kind, key in (match.place for match in matches):
        if kind != KIND:
            keys.setdefault(kind, []).append(key)
    return keys


def _rows(kind: str, keys: list[str]) -> Any:
    """Those of the rows that the public may see, not read yet."""
    model = apps.get_model(kind)
    assert issubclass(model, PublicRow)
    return model.to_show().filter(pk__in=keys)


def _public(matches: Sequence[_Match]) -> list[_Match]:
    public: set[Place] = {(KIND, page.name) for page in FIXED_PAGES}
    for kind, keys in _by_kind(matches).items():
        public |= {(kind, str(key)) for key in _rows(kind, keys).values_list("pk", flat=True)}
    return [match for match in matches if match.place in public]


def _shown(matches: Sequence[_Match]) -> list[Found]:
    found = {(KIND, page.name): Found("Page", page.title, page.url, page.line) for page in FIXED_PAGES}
    titles = {match.place: match.title for match in matches}
    for kind, keys in _by_kind(matches).items():
        for row in _rows(kind, keys):
            place = kind, str(row.pk)
            found[place] = Found(row.search_kind, titles[place], row.get_absolute_url(), row.search_line())
    return [found[place] for place in titles if place in found]
