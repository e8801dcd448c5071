"""How every public article fares, on one line each: its review, sources, links, claims, and how hard it is to read.

Sources, links and words are counted in the working copy, as the editing page does (text_counts.py).
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models
from django.utils import timezone

from .articles import Citation
from .editions import Edition
from .finding import Kind
from .link_checks import LinkCheck, State
from .overrulings import Overruling
from .review_dates import QUEUED
from .sources import Source
from .text_counts import AT_ONCE, TextCount, TextCountQuerySet, count, rules


@dataclass(frozen=True)
class Health:
    """`text`: None while nobody has counted it."""

    edition: Edition
    text: TextCount | None
    claims: int  # that nobody has decided about
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
        return f"{self.text.grade:.0f}" if self.text and self.text.grade is not None else ""

    @property
    def warnings(self) -> list[str]:
        return self.text.wording if self.text else []


class Board(Sequence[Health]):
    """Every public article, the worst first, as a list for a paginator. As many queries for many as for few.

    Of those that something is to be said of, what makes their place is read, of those that a page shows the rest, and
    of all others nothing until a page comes to them.
    """

    def __init__(self) -> None:
        self.today = timezone.localdate()
        self.live = Edition.objects.live().order_by().select_related(None)
        self.stale = TextCount.objects.stale()
        self.counted = {row.article_id: row for row in count(self.stale[:AT_ONCE])} if self.stale else {}
        self.decided = set(Overruling.objects.filter(kind=Kind.CLAIM).values_list("article_id", "key"))
        self.found: dict[str, int] = dict(LinkCheck.objects.values_list("address", "state"))
        unchecked = Source.objects.filter(checked_on=None).order_by()
        cited = Citation.objects.order_by().filter(source__in=unchecked.values("pk"))
        self.unchecked = Counter(cited.values_list("article_id", flat=True))
        self.dead = self._dead()
        self.cares = self._cares()

    def _dead(self) -> dict[int, int]:
        """How many dead links an article has, in its text and in its sources. Those with none are left out."""
        dead = {address for address, state in self.found.items() if state == State.DEAD}
        if not dead:
            return {}
        found: defaultdict[int, set[str]] = defaultdict(set)
        for text in self._texts(TextCount.objects.exclude(links=[]).only("article_id", "links")):
            found[text.article_id] |= dead.intersection(text.links)
        of_source = {row.pk: dead & {link["url"] for link in row.links()} for row in Source.objects.all()}
        cited = Citation.objects.order_by().filter(source__in=[pk for pk, own in of_source.items() if own])
        for article, source in cited.values_list("article_id", "source_id"):
            found[article] |= of_source[source]
        return {pk: len(addresses) for pk, addresses in found.items() if addresses}

    def _cares(self) -> dict[int, int]:
        """How much of an article's text can wait a little. Those with nothing are left out."""
        texts = TextCount.objects.exclude(claims=[], wording=[]).only("article_id", "claims", "wording")
        cares = {text.article_id: self.claims(text) + len(text.wording) for text in self._texts(texts)}
        return {pk: number for pk, number in cares.items() if number}

    def _texts(self, kept: TextCountQuerySet) -> Iterator[TextCount]:
        """Those of `kept` that were counted as they stand now, and the few that were counted on the way."""
        stale = set(self.stale)
        yield from (text for text in kept.filter(rules=rules()) if text.article_id not in stale)
        yield from self.counted.values()

    def claims(self, text: TextCount) -> int:
        """That nobody has decided about."""
        return sum((text.article_id, key) not in self.decided for key in text.claims)

    def _place(self, article: int, due: dt.date, *, is_signed: bool) -> tuple[int, int, int]:
        """What readers meet comes before anything else, the longest overdue first; then what can wait a little."""
        late = max(0, (self.today - due).days)
        is_due = not late and due <= self.today + QUEUED
        faults = bool(late) + (not is_signed) + self.unchecked.get(article, 0) + self.dead.get(article, 0)
        return -faults, -late, -(is_due + self.cares.get(article, 0))

    @cached_property
    def noted(self) -> list[tuple[tuple[int, int, int], str, int]]:
        """Place, title and key of each edition that something is to be said of."""
        # The two come each from an index of its own, and all that is read of them from one that has the titles.
        due = self.live.filter(next_review_on__lte=self.today + QUEUED)
        unsigned = self.live.filter(published_by=None)
        some = models.Q(article__in={*self.unchecked, *self.dead, *self.cares})
        for rows in (due, unsigned):
            some |= models.Q(article__in=rows.values("article"))
        fields = ("pk", "article_id", "title", "next_review_on", "published_by")
        places = [
            (self._place(article, due_on, is_signed=by is not None), title, pk)
            for pk, article, title, due_on, by in self.live.filter(some).values_list(*fields)
        ]
        return sorted(row for row in places if row[0] != (0, 0, 0))

    @cached_property
    def rest(self) -> list[int]:
        """The keys of all others, by title."""
        noted = {pk for *_, pk in self.noted}
        return [pk for _, pk in sorted(self.live.values_list("title", "pk")) if pk not in noted]

    @property
    def at_fault(self) -> int:
        return sum(place[0] < 0 for place, *_ in self.noted)

    @property
    def uncounted(self) -> int:
        return len(self.stale) - len(self.counted)

    def __len__(self) -> int:
        return self.size

    @cached_property
    def size(self) -> int:
        return self.live.count()

    def __getitem__(self, place: Any) -> Any:
        """A slice, as a paginator asks for it."""
        keys = [pk for *_, pk in self.noted]
        _, end, _ = place.indices(len(self))
        return self._rows((keys if end <= len(keys) else keys + self.rest)[place])

    def _rows(self, keys: list[int]) -> list[Health]:
        editions = Edition.objects.defer("content", "words").in_bulk(keys)
        articles = {edition.article_id for edition in editions.values()}
        kept = TextCount.objects.filter(article__in=articles)
        texts = {text.article_id: text for text in self._texts(kept)}
        links = self._links(articles, texts)
        return [
            self._row(edition, texts.get(edition.article_id), links.get(edition.article_id, set()))
            for edition in (editions[key] for key in keys)
        ]

    def _links(self, articles: Collection[int], texts: Mapping[int, TextCount]) -> Mapping[int, set[str]]:
        """Of each of these articles, in its text and in its sources."""
        links = defaultdict(set, {pk: set(text.links) for pk, text in texts.items()})
        cited = Citation.objects.order_by().filter(article__in=articles).select_related("source")
        for citation in cited:
            links[citation.article_id] |= {link["url"] for link in citation.source.links()}
        return links

    def _row(self, edition: Edition, text: TextCount | None, links: set[str]) -> Health:
        article = edition.article_id
        return Health(
            edition=edition,
            text=text,
            claims=self.claims(text) if text else 0,
            unchecked=self.unchecked[article],
            dead=self.dead.get(article, 0),
            links_checked=not links.isdisjoint(self.found),
            today=self.today,
        )
