"""Understanding a query: what it asks for, in all the ways in which our pages may say it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from . import facts
from .search_index import SearchDocument, SearchPosting
from .search_vocabulary import containing, halves, meant_by, vocabulary
from .search_words import stem, terms, words
from .synonyms import Synonyms

LONGEST = 100  # letters of a query
MOST_WORDS = 8
COUNTED = 2_000  # a term in more documents than this is as common as one in just as many
MOST_KEPT = 10_000  # counts in memory
# What a match is worth: of the words as typed, of a word that they are part of, and of what they mean, the first
# meaning first.
AS_TYPED, AS_PART, MEANINGS = 8, 4, (7, 6, 5, 4)


@dataclass(frozen=True)
class Reading:
    """One way to read a part of the query: all of these words, each as any of its terms."""

    worth: int
    words: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Part:
    """One thing that the query asks for. Without readings, no page has it."""

    typed: str
    spelled: str  # as it was understood
    readings: list[Reading] = field(default_factory=list)


@dataclass(frozen=True)
class _Word:
    typed: str
    spelled: str
    part_of: tuple[str, ...] = ()
    is_known: bool = True


class Counts:
    """In how many documents a term stands, as far as COUNTED; kept until something public changes."""

    beside: facts.Facts | None = None
    kept: dict[str, int] = {}
    documents = 0

    @classmethod
    def refresh(cls) -> None:
        now = facts.current()
        if cls.beside is not now or len(cls.kept) > MOST_KEPT:
            cls.kept, cls.beside = {}, now
            cls.documents = SearchDocument.objects.all()[:COUNTED].count()

    @classmethod
    def of(cls, term: str) -> int:
        kept = cls.kept  # another thread may begin a new one at any time
        if term not in kept:
            kept[term] = SearchPosting.objects.filter(term=term)[:COUNTED].count()
        return kept[term]

    @classmethod
    def of_word(cls, word: Iterable[str]) -> int:
        return sum(map(cls.of, word))

    @classmethod
    def rarity(cls, term: str) -> int:
        """1 for a term of every document, and one more each time it stands in half as many."""
        return max(1, (cls.documents // max(1, cls.of(term))).bit_length())


def understand(query: str) -> list[Part]:
    typed = list(dict.fromkeys(words(query[:LONGEST])))[:MOST_WORDS]
    if not typed:
        return []
    Counts.refresh()
    synonyms: Synonyms = facts.fact("synonyms") or Synonyms()
    spelled = [understood for word in typed for understood in _spell(word, synonyms)]
    return list(_parts(spelled, synonyms))


def _spell(word: str, synonyms: Synonyms) -> list[_Word]:
    """As typed when any page or synonym has it; else as a part of words, as two words, or as a misspelling."""
    if _is_known(word, synonyms):
        return [_Word(word, word)]
    among = vocabulary(synonyms.spelled)
    if whole := [found for found in containing(word, among) if Counts.of_word(terms(found))]:
        return [_Word(word, word, part_of=tuple(whole))]
    if both := halves(word, among):
        return [_Word(word if first else "", half) for first, half in zip((True, False), both, strict=True)]
    for found in meant_by(word, among):
        if _is_known(found, synonyms):
            return [_Word(word, found)]
    return [_Word(word, word, is_known=False)]


def _is_known(word: str, synonyms: Synonyms) -> bool:
    return bool(Counts.of_word(terms(word))) or stem(word) in synonyms.stems


def _parts(spelled: list[_Word], synonyms: Synonyms) -> Iterable[Part]:
    said = [stem(word.spelled) for word in spelled]
    place = 0
    while place < len(spelled):
        length, meanings = synonyms.at(said, place)
        run = spelled[place : place + max(1, length)]
        yield Part(
            " ".join(word.typed for word in run if word.typed),
            " ".join(word.spelled for word in run),
            list(_readings(run, meanings)),
        )
        place += len(run)


def _readings(run: list[_Word], meanings: list[list[str]]) -> Iterable[Reading]:
    if run[0].part_of:
        yield from (Reading(AS_PART, (terms(word),)) for word in run[0].part_of)
    elif all(word.is_known for word in run):
        yield Reading(AS_TYPED, tuple(terms(word.spelled) for word in run))
    for worth, meaning in zip(MEANINGS, meanings, strict=False):
        yield Reading(worth, tuple(terms(word) for word in meaning))
