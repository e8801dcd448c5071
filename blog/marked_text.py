"""The working copy to read through, with what the publish page asks about marked where it stands."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from clinic_site.rich_text import as_lines

from .articles import Article
from .checks import typed_texts
from .finding import Finding, sentences_of_line
from .rendering import MARKERS


@dataclass(frozen=True)
class Sentence:
    text: str
    asked: tuple[str, ...] = ()  # what is asked about it, in words

    @property
    def label(self) -> str:
        return ", ".join(self.asked)


@dataclass(frozen=True)
class Part:
    """One part of the editing page: its lines, each of sentences."""

    name: str
    lines: list[list[Sentence]]


def marked_text(article: Article, findings: Iterable[Finding]) -> Iterator[Part]:
    """All parts of `article` (from `with_everything()`) in which something is written."""
    asked: dict[str, list[str]] = {}
    for finding in findings:
        asked.setdefault(_plain(finding.sentence), []).append(str(finding.kind.label))
    for name, texts in groupby(typed_texts(article), key=itemgetter(0)):
        lines = [_sentences(line, asked) for _, text in texts for line in as_lines(MARKERS.sub("", text))]
        if lines:
            yield Part(name, lines)


def _sentences(line: str, asked: dict[str, list[str]]) -> list[Sentence]:
    return [
        Sentence(sentence, tuple(dict.fromkeys(asked.get(sentence, []))))
        for sentence in sentences_of_line(line)
    ]


def _plain(sentence: str) -> str:
    return " ".join(sentence.split())
