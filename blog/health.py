"""How every public article fares, on one line each: its review, sources, links, claims, and how hard it is to read.

Sources, links and words are counted in the working copy, as the editing page does (text_counts.py). The order is made
of a few plain values of all articles; only what a page of the board shows is read whole.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone

from .articles import Citation
from .editions import Edition
from .finding import Kind
from .link_checks import LinkCheck, State
from .overrulings import Overruling
from .review_dates import QUEUED
from .sources import Source
from .text_counts import AT_ONCE, TextCount, count, rules


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
    """Every public article, the worst first, as a list for a paginator. As many queries for many as for few."""

    def __init__(self) -> None:
        self.today = timezone.localdate()
        live = Edition.objects.live().order_by().select_related(None)
        self.live = list(
            live.values_list(
                "pk", "article_id", "title", "next_review_on", "published_by_id", "article__changed_at"
            )
        )
        self.texts = self._texts()
        self.decided = set(Overruling.objects.filter(kind=Kind.CLAIM).values_list("article_id", "key"))
        cited = Citation.objects.order_by().filter(source__checked_on=None)
        self.unchecked = Counter(cited.values_list("article_id", flat=True))
        self.found: dict[str, int] = dict(LinkCheck.objects.values_list("address", "state"))
        self.links = self._links() if self.found else {}

    def _texts(self) -> dict[int, TextCount]:
        """Those that were counted as they stand now; a few that were not are counted on the way."""
        changed = {row[1]: row[5] for row in self.live}
        kept = TextCount.objects.filter(rules=rules())
        texts = {row.article_id: row for row in kept if changed.get(row.article_id) == row.text_of}
        missing = [pk for pk in changed if pk not in texts][:AT_ONCE]
        return texts | ({row.article_id: row for row in count(missing)} if missing else {})

    def _links(self) -> dict[int, set[str]]:
        """Of each article, in its text and in its sources."""
        of_source = {row.pk: {link["url"] for link in row.links()} for row in Source.objects.all()}
        links: defaultdict[int, set[str]] = defaultdict(set)
        for pk, text in self.texts.items():
            links[pk] |= set(text.links)
        for article, source in Citation.objects.order_by().values_list("article_id", "source_id"):
            links[article] |= of_source[source]
        return links

    def claims(self, article: int) -> int:
        text = self.texts.get(article)
        return sum((article, key) not in self.decided for key in text.claims) if text else 0

    def dead(self, article: int) -> int:
        return sum(self.found.get(address) == State.DEAD for address in self.links.get(article, ()))

    def _place(self, row: tuple[Any, ...]) -> tuple[int, int, int, str]:
        """What readers meet comes before anything else, the longest overdue first; then what can wait a little."""
        _, article, title, due, by, _ = row
        faults = (due < self.today) + (by is None) + self.unchecked[article] + self.dead(article)
        text = self.texts.get(article)
        is_due = self.today <= due <= self.today + QUEUED
        cares = is_due + self.claims(article) + len(text.wording if text else [])
        return -faults, -max(0, (self.today - due).days), -cares, title

    @cached_property
    def places(self) -> list[tuple[tuple[int, int, int, str], int]]:
        """With the key of each edition."""
        return sorted((self._place(row), row[0]) for row in self.live)

    @property
    def at_fault(self) -> int:
        return sum(place[0] < 0 for place, _ in self.places)

    @property
    def uncounted(self) -> int:
        return len(self.live) - len(self.texts)

    def __len__(self) -> int:
        return len(self.live)

    def __getitem__(self, place: Any) -> Any:
        """A slice, as a paginator asks for it."""
        keys = [key for _, key in self.places[place]]
        return self._rows(keys)

    def _rows(self, keys: Iterable[int]) -> list[Health]:
        keys = list(keys)
        editions = Edition.objects.defer("content", "words").in_bulk(keys)
        return [self._row(editions[key]) for key in keys]

    def _row(self, edition: Edition) -> Health:
        article = edition.article_id
        return Health(
            edition=edition,
            text=self.texts.get(article),
            claims=self.claims(article),
            unchecked=self.unchecked[article],
            dead=self.dead(article),
            links_checked=any(address in self.found for address in self.links.get(article, ())),
            today=self.today,
        )
