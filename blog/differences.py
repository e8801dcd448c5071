"""What differs between two working copies, part by part, with the words that were taken out and put in."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from django.db import models
from django.utils.text import capfirst

from clinic_site.rich_text import as_lines

from .articles import Article
from .kept_copies import MANY, ROWS, Typed

WORDS = re.compile(r"\s+|[\w'’-]+|[^\w\s]")
NOT_SHOWN = {"position"}


@dataclass(frozen=True)
class Piece:
    text: str
    changed: bool = False


@dataclass(frozen=True)
class Line:
    """One paragraph on both sides; or `same` paragraphs that are not worth showing."""

    before: tuple[Piece, ...] = ()
    after: tuple[Piece, ...] = ()
    same: int = 0


def has_changed(lines: Iterable[Line]) -> bool:
    return not all(line.same for line in lines)


@dataclass(frozen=True)
class Difference:
    """Without lines, the words are the same and their form is not: bold, links, kinds of heading."""

    label: str
    lines: list[Line]


def differences(before: Typed, after: Typed) -> list[Difference]:
    """Only of parts that differ, in the order of the model's fields, rows after them."""
    names = _Names([before, after])
    found = []
    for label, old, new in _parts(before, after):
        if old == new:
            continue
        lines = list(compare(names.lines(label, old), names.lines(label, new)))
        found.append(Difference(_label(label), lines if has_changed(lines) else []))
    return found


def _parts(before: Typed, after: Typed) -> Iterator[tuple[str, Any, Any]]:
    for kind in ("fields", "many", "rows"):
        for name in dict.fromkeys([*before[kind], *after[kind]]):
            yield name, before[kind].get(name), after[kind].get(name)


def _label(name: str) -> str:
    field = Article._meta.get_field(name.removesuffix("_id"))
    if name in ROWS:
        assert isinstance(field.related_model, type)
        return capfirst(str(field.related_model._meta.verbose_name_plural))
    return capfirst(str(getattr(field, "verbose_name", name)))


class _Names:
    """The rows that two copies point to, read once for each model."""

    def __init__(self, copies: Iterable[Typed]) -> None:
        wanted: dict[type[models.Model], set[Any]] = {}
        for copy in copies:
            for name in MANY:
                wanted.setdefault(model_of(Article, name), set()).update(copy["many"].get(name, []))
            for model, values in _rows(copy):
                for field in model._meta.concrete_fields:
                    if isinstance(field.related_model, type) and values.get(field.attname) is not None:
                        wanted.setdefault(field.related_model, set()).add(values[field.attname])
        self.known = {model: model._default_manager.in_bulk(keys) for model, keys in wanted.items()}

    def lines(self, name: str, value: Any) -> list[str]:
        if value is None:
            return []
        if name in MANY:
            return [self.name(model_of(Article, name), key) for key in value]
        if name in ROWS:
            return [line for row in value for line in self.row(model_of(Article, name), row)]
        return self.field(Article, name, value)

    def row(self, model: type[models.Model], row: Typed) -> Iterator[str]:
        for name, value in row.items():
            if name not in NOT_SHOWN and value not in (None, ""):
                yield from self.field(model, name, value)

    def field(self, model: type[models.Model], name: str, value: Any) -> list[str]:
        field = model._meta.get_field(name.removesuffix("_id"))
        if isinstance(field.related_model, type):
            return [self.name(field.related_model, value)]
        return as_lines(str(value))

    def name(self, model: type[models.Model], key: Any) -> str:
        row = self.known.get(model, {}).get(key)
        return str(row) if row else f"({model._meta.verbose_name}, deleted since)"


def model_of(model: type[models.Model], name: str) -> type[models.Model]:
    related = model._meta.get_field(name).related_model
    assert isinstance(related, type)
    return related


def _rows(copy: Typed) -> Iterator[tuple[type[models.Model], Typed]]:
    yield Article, copy["fields"]
    for name in ROWS:
        for row in copy["rows"].get(name, []):
            yield model_of(Article, name), row


def compare(before: list[str], after: list[str]) -> Iterator[Line]:
    """Paragraphs side by side; in those that changed, word by word."""
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Line(same=b - a)
            continue
        for old, new in zip_longest(before[a:b], after[c:d], fillvalue=""):
            yield _line(old, new)


def _line(before: str, after: str) -> Line:
    old, new = WORDS.findall(before), WORDS.findall(after)
    left, right = _Side(), _Side()
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for place, (kind, a, b, c, d) in enumerate(blocks, start=1):
        # A space between two changes belongs to them.
        is_gap = 1 < place < len(blocks) and not "".join(old[a:b]).strip()
        left.add("".join(old[a:b]), changed=kind != "equal" or is_gap)
        right.add("".join(new[c:d]), changed=kind != "equal" or is_gap)
    return Line(tuple(left.pieces), tuple(right.pieces))


class _Side:
    def __init__(self) -> None:
        self.pieces: list[Piece] = []

    def add(self, text: str, *, changed: bool) -> None:
        if text and self.pieces and self.pieces[-1].changed == changed:
            self.pieces[-1] = Piece(self.pieces[-1].text + text, changed)
        elif text:
            self.pieces.append(Piece(text, changed))
