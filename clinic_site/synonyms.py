"""Words patients use, and what our pages call it: kept by staff, and ready in memory for the search."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.module_loading import import_string

from .changes import PublicRow
from .search_words import stem, words

Phrase = tuple[str, ...]  # stems, in the order of the alphabet: “calf pain” is “pain in my calf”
Pair = tuple[Iterable[str], Iterable[str]]  # what patients say; what it means


class Synonym(PublicRow):
    words = models.TextField("words patients use", help_text="One on each line: slipped disk, bulging disk.")
    meaning = models.TextField(
        "what they mean",
        help_text="As our pages say it, one on each line, the most likely first: sciatica, low back pain.",
    )

    class Meta:
        ordering = ["words"]

    def __str__(self) -> str:
        return ", ".join(self.words.splitlines()[:3])

    def clean(self) -> None:
        for name in ("words", "meaning"):
            for line in getattr(self, name).splitlines():
                if line.strip() and not phrase(line):
                    message = f"“{line.strip()}” has no word that search knows: numbers and little words do not count."
                    raise ValidationError({name: message})


@dataclass(frozen=True)
class Synonyms:
    meanings: dict[Phrase, list[list[str]]] = field(default_factory=dict)
    spelled: frozenset[str] = frozenset()  # words that patients use, as they are written
    stems: frozenset[str] = frozenset()
    longest: int = 0

    def at(self, said: Sequence[str], place: int) -> tuple[int, list[list[str]]]:
        """How many words from `place` on are a phrase that we know, and what it means. The longest one counts."""
        for length in range(min(self.longest, len(said) - place), 0, -1):
            if meanings := self.meanings.get(tuple(sorted(said[place : place + length]))):
                return length, meanings
        return 0, []


def phrase(text: str) -> Phrase:
    return tuple(sorted(stem(word) for word in words(text)))


def kept_by_staff() -> Iterator[Pair]:
    for row in Synonym.objects.order_by("pk"):
        yield row.words.splitlines(), row.meaning.splitlines()


def load_synonyms() -> Synonyms:
    """From every source in settings.SEARCH_SYNONYMS: the first named is believed first."""
    sources: list[Callable[[], Iterable[Pair]]] = [import_string(path) for path in settings.SEARCH_SYNONYMS]
    meanings: dict[Phrase, list[list[str]]] = {}
    spelled: set[str] = set()
    for source in sources:
        for said_lines, meant_lines in source():
            meant = [found for line in meant_lines if (found := list(words(line)))]
            for line in said_lines:
                said = phrase(line)
                new = [found for found in meant if tuple(sorted(map(stem, found))) != said]
                if said and new:
                    meanings.setdefault(said, []).extend(new)
                    spelled.update(words(line))
    longest = max(map(len, meanings), default=0)
    return Synonyms(meanings, frozenset(spelled), frozenset(map(stem, spelled)), longest)
