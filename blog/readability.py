"""How hard a text is to read, counted: the editing page warns by it, and the starter articles are held to it.

Counts find long sentences and rare words. They do not show that people can use a page, so nothing here
stands between an article and its publication.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

import syllapy
from django.db import models

from clinic_site.rich_text import as_lines

from .articles import Article
from .rendering import MARKERS

LONG_WORD = 3  # syllables
QUOTED = 5  # long sentences that an editor can mend in one go

HEADINGS = re.compile(r"<h[23][^>]*>.*?</h[23]>", re.DOTALL)
WORD = re.compile(r"\w+(?:[’'.,/-]\w+)*")
# A point after Dr. or e.g. ends nothing, and neither does one before a small letter.
SENTENCE_END = re.compile(
    r"(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bSt)(?<!\bvs)(?<!\be\.g)(?<!\bi\.e)"
    r"([.!?][)\"”’]*)\s+(?=[\"“‘(]?[A-Z\d])"
)


@dataclass(frozen=True)
class Reading:
    """What was counted in a text of at least one word, and what to aim at."""

    LONG_SENTENCE: ClassVar = 25  # words
    AIM_MEAN: ClassVar = 14
    AIM_GRADE: ClassVar = 8  # a US school year: readers of 13 or 14, for hard topics

    sentences: tuple[str, ...]
    words: int
    syllables: int
    long_words: int

    @property
    def mean(self) -> float:
        return self.words / len(self.sentences)

    @property
    def long_share(self) -> float:
        """Of 100 words, how many have three syllables or more."""
        return 100 * self.long_words / self.words

    @property
    def grade(self) -> float:
        """Flesch and Kincaid's grade (Kincaid and others, 1975). Short lists can fall below 0: shown as 0."""
        return max(0.0, 0.39 * self.mean + 11.8 * self.syllables / self.words - 15.59)

    @property
    def long_sentences(self) -> list[tuple[int, str]]:
        """Over 25 words, with their number of words, the longest first."""
        counted = [(len(WORD.findall(sentence)), sentence) for sentence in self.sentences]
        return sorted((row for row in counted if row[0] > self.LONG_SENTENCE), key=lambda row: -row[0])

    @property
    def worst(self) -> list[tuple[int, str]]:
        return self.long_sentences[:QUOTED]

    def warnings(self) -> list[str]:
        found = []
        if count := len(self.long_sentences):
            found.append("1 sentence is long" if count == 1 else f"{count} sentences are long")
        if self.mean > self.AIM_MEAN:
            found.append("sentences are long on average")
        if self.grade > self.AIM_GRADE:
            found.append("the grade is high")
        return found


def reading_of(texts: Iterable[str]) -> Reading | None:
    """Counts over `texts`, HTML or plain, without headings and markers. None when there is not a word in them."""
    sentences = [sentence for text in texts for sentence in sentences_of(text)]
    words = [word for sentence in sentences for word in WORD.findall(sentence)]
    if not words:
        return None
    syllables = [syllables_of(word) for word in words]
    return Reading(
        sentences=tuple(sentences),
        words=len(words),
        syllables=sum(syllables),
        long_words=sum(count >= LONG_WORD for count in syllables),
    )


def sentences_of(text: str) -> Iterator[str]:
    for line in as_lines(MARKERS.sub("", HEADINGS.sub("\n", text))):
        for sentence in SENTENCE_END.sub(r"\1\n", line).splitlines():
            if WORD.search(sentence):
                yield sentence


def syllables_of(word: str) -> int:
    """A number counts as one: read as a sign, not spelled out."""
    counted: int = syllapy.count(word.replace("’", "'"))
    return max(1, counted)


def prose_of(article: Article) -> Iterator[str]:
    """What patients read of the working copy, `article` from `with_everything()`, but for titles and sources."""
    yield article.standfirst
    yield from _column(article.key_points.all(), "text")
    yield from (article.body, article.other_options)
    yield from _column(article.benefits.all(), "statement")
    yield article.muscles_intro
    yield from _column(article.muscle_rows.all(), "note")
    for name in ("left", "right"):
        yield from _column(article.comparisons.all(), name)
    for name in ("question", "answer"):
        yield from _column(article.questions.all(), name)
    yield article.conclusion


def _column(rows: Iterable[models.Model], name: str) -> Iterator[str]:
    for row in rows:
        yield getattr(row, name)
