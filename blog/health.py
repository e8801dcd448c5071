"""How every public article fares, on one line each: its review, sources, links, and how hard it is to read.

Sources, links and words are counted in the working copy, as the editing page does.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone

from .articles import Article, Citation
from .editions import Edition
from .link_checks import LinkCheck, State
from .links import HREF
from .readability import Reading, prose_of, reading_of
from .review_dates import QUEUED
from .sources import Source


@dataclass(frozen=True)
class Text:
    """What is slow to count of an article's text."""

    reading: Reading | None
    links: frozenset[str]  # off the site


@dataclass(frozen=True)
class Health:
    edition: Edition
    reading: Reading | None
    unchecked: int  # of its sources
    dead: int  # of its links
    links_checked: bool
    today: dt.date

    @property
    def is_overdue(self) -> bool:
        return self.edition.next_review_on < self.today

    @property
    def is_due(self) -> bool:
        return not self.is_overdue and self.edition.next_review_on <= self.today + QUEUED

    @property
    def grade(self) -> str:
        return f"{self.reading.grade:.0f}" if self.reading else ""

    @property
    def warnings(self) -> list[str]:
        return self.reading.warnings() if self.reading else []

    @property
    def faults(self) -> int:
        """What readers meet: it comes before anything else."""
        return self.is_overdue + (not self.edition.signed_off) + self.unchecked + self.dead

    @property
    def cares(self) -> int:
        """What can wait a little."""
        return self.is_due + len(self.warnings)


class _Memory:
    """Texts that were counted before, by article and the moment of its last change."""

    texts: dict[tuple[int, dt.datetime], Text] = {}


def health() -> list[Health]:
    """Of every public article, the worst first. As many queries for many as for few."""
    editions = list(Edition.objects.live().defer("content", "words").select_related("article"))
    texts = _texts({edition.article_id: edition.article.changed_at for edition in editions})
    cited = _cited()
    found: dict[str, int] = dict(LinkCheck.objects.values_list("address", "state"))
    rows = [_row(row, texts[row.article_id], cited[row.article_id], found) for row in editions]
    return sorted(
        rows, key=lambda row: (-row.faults, -row.edition.overdue_days, -row.cares, row.edition.title)
    )


def _row(edition: Edition, text: Text, sources: list[Source], found: Mapping[str, int]) -> Health:
    links = text.links | {link["url"] for source in sources for link in source.links()}
    return Health(
        edition=edition,
        reading=text.reading,
        unchecked=sum(not source.is_checked for source in sources),
        dead=sum(found.get(address) == State.DEAD for address in links),
        links_checked=any(address in found for address in links),
        today=timezone.localdate(),
    )


def _cited() -> defaultdict[int, list[Source]]:
    sources = Source.objects.in_bulk()
    found: defaultdict[int, list[Source]] = defaultdict(list)
    for article, source in Citation.objects.order_by().values_list("article_id", "source_id"):
        found[article].append(sources[source])
    return found


def _texts(changed: Mapping[int, dt.datetime]) -> dict[int, Text]:
    known = {pk: _Memory.texts[pk, at] for pk, at in changed.items() if (pk, at) in _Memory.texts}
    if unseen := changed.keys() - known.keys():
        known |= _count(unseen)
    _Memory.texts = {(pk, at): known[pk] for pk, at in changed.items()}
    return known


def _count(numbers: Iterable[int]) -> dict[int, Text]:
    found = {}
    for article in Article.objects.with_everything().filter(pk__in=numbers):
        prose = list(prose_of(article))
        links = {url for text in prose for url in HREF.findall(text) if url.startswith("http")}
        found[article.pk] = Text(reading_of(prose), frozenset(links))
    return found
