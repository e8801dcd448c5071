"""The index of the search: which word stands in which public row, and how much it counts there.

Plain tables, so that SQLite and PostgreSQL give the same answers. A row that can be found says what it is found by
(`PublicRow.search_text`, clinic_site/changes.py); saving or deleting it brings its document up to date in the same
transaction. Who may see it is asked when somebody searches (clinic_site/search.py), never here.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from django.db import connection, models, transaction

from .search_words import LONGEST, stem, words

AT_ONCE = 2_000  # rows in one statement
OFTEN = 5  # a word counts this often in one part of a text, and no more; in names once
HEAVIEST = 32_767  # what the column holds on both databases
# By hand: `bulk_create` takes ten times as long, and an article has hundreds of these rows.
INSERT = "INSERT INTO clinic_site_searchposting (document_id, term, weight) VALUES (%s, %s, %s)"


class Weight(IntEnum):
    """How much a word counts where it stands."""

    NAME = 24  # and as much again, shared among the words of a name: of two, the shorter is the better answer
    ALIAS = 16
    LEAD = 8
    HEADING = 6
    NOTE = 4
    BODY = 1


@dataclass(frozen=True)
class SearchText:
    """What a row is found by, as plain text. `parts` are texts, each with what its words count."""

    title: str
    parts: Sequence[tuple[Weight, str]]
    exact: str = ""  # names: found as they are written, whatever the stemmer makes of them
    group: str = ""  # of rows that follow each other, such as an article's editions
    supersedes: bool = False  # the rest of the group is over


class Searchable(Protocol):
    @property
    def pk(self) -> object: ...

    @property
    def search_label(self) -> str: ...

    def search_text(self) -> SearchText | None: ...


class SearchDocument(models.Model):
    kind = models.CharField(max_length=60)  # the model's label, or "fixed" (clinic_site/fixed_pages.py)
    key = models.CharField(max_length=60)
    group = models.CharField(max_length=60, blank=True, default="")
    title = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="search_document_once")]
        indexes = [models.Index(fields=["group"], name="search_group")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class SearchPosting(models.Model):
    # The constraint below begins with the document, so it needs no index of its own.
    document = models.ForeignKey(
        SearchDocument, on_delete=models.CASCADE, related_name="postings", db_index=False
    )
    term = models.CharField(max_length=LONGEST)
    weight = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "term"], name="search_term_once")]
        indexes = [models.Index(fields=["term", "-weight", "document"], name="search_heaviest_first")]

    def __str__(self) -> str:
        return f"{self.term}: {self.weight} in {self.document_id}"


class SearchWord(models.Model):
    """A word as it is written somewhere: what misspelt words are held against."""

    word = models.CharField(max_length=LONGEST)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word"], name="search_word_once")]

    def __str__(self) -> str:
        return self.word


class SearchBuild(models.Model):
    """One row: what the index was built with, so that an upgrade knows when to build it anew."""

    version = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.version


_waiting: ContextVar[dict[tuple[str, str], Searchable] | None] = ContextVar("waiting", default=None)


@contextmanager
def together() -> Iterator[None]:
    """What is saved inside is indexed at the end, all at once: a tenth of the time for a whole site."""
    waiting: dict[tuple[str, str], Searchable] = {}
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    put(waiting.values())


def put(rows: Iterable[Searchable]) -> None:
    """Bring the documents of `rows` up to date, each whole."""
    rows = list(rows)
    waiting = _waiting.get()
    if waiting is not None:
        waiting.update({(row.search_label, str(row.pk)): row for row in rows})
        return
    texts = {(row.search_label, str(row.pk)): row.search_text() for row in rows}
    put_texts(texts)


@transaction.atomic
def put_texts(texts: dict[tuple[str, str], SearchText | None]) -> None:
    drop(texts)
    found = {place: text for place, text in texts.items() if text}
    over = {text.group for text in found.values() if text.group and text.supersedes}
    SearchDocument.objects.filter(group__in=over).delete()
    documents = SearchDocument.objects.bulk_create(
        SearchDocument(kind=kind, key=key, group=text.group, title=text.title[:200])
        for (kind, key), text in found.items()
    )
    weighed = [weigh(text) for text in found.values()]
    postings = [
        (document.pk, term, min(weight, HEAVIEST))
        for document, (weights, _) in zip(documents, weighed, strict=True)
        for term, weight in weights.items()
    ]
    with connection.cursor() as cursor:
        cursor.executemany(INSERT, postings)
    learn(set[str]().union(*(written for _, written in weighed)))


def drop(places: Iterable[tuple[str, str]]) -> None:
    by_kind: dict[str, list[str]] = {}
    for kind, key in places:
        by_kind.setdefault(kind, []).append(key)
    for kind, keys in by_kind.items():
        SearchDocument.objects.filter(kind=kind, key__in=keys).delete()


def drop_group(group: str) -> None:
    SearchDocument.objects.filter(group=group).delete()


def weigh(text: SearchText) -> tuple[dict[str, int], set[str]]:
    """Each term of `text` and how much it counts; and its words as they are written."""
    weights: Counter[str] = Counter()
    written: set[str] = set()
    for weight, part in text.parts:
        spelled = list(words(part, joined=True))
        found = Counter(map(stem, spelled))
        each = weight + weight // len(found) if weight is Weight.NAME and found else weight
        often = 1 if weight >= Weight.ALIAS else OFTEN
        for term, count in found.items():
            weights[term] += each * min(count, often)
        written.update(spelled)
    for word in words(text.exact, joined=True):
        weights[word] = max(weights[word], 2 * Weight.NAME)
        written.add(word)
    return weights, written


def learn(new: set[str]) -> None:
    """Two who learn the same words at once wait for each other and never in a ring: hence the order."""
    known: set[str] = set()
    ordered = sorted(new)
    for start in range(0, len(ordered), AT_ONCE):
        known |= set(
            SearchWord.objects.filter(word__in=ordered[start : start + AT_ONCE]).values_list(
                "word", flat=True
            )
        )
    SearchWord.objects.bulk_create(
        (SearchWord(word=word) for word in ordered if word not in known),
        batch_size=AT_ONCE,
        ignore_conflicts=True,
    )
