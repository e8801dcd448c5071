"""What was searched for: totals of a day, and nothing about who asked.

A count is a courtesy: it never makes a search fail, and hardly ever wait.
"""

import datetime as dt
import logging
from typing import Any

from django.db import Error as DatabaseFault
from django.db import models

from . import facts
from .patience import hardly_waiting
from .search_words import plain

MOST_A_DAY = 1_000  # different queries: more is a machine at play
KEPT = dt.timedelta(days=400)  # a year, and a month to look back at it
LONGEST = 60  # letters; whoever writes more tells a story, and it is theirs
MOST_DIGITS = 4  # five may be a ZIP code, a birthday, a phone number
log = logging.getLogger(__name__)


class SearchCountQuerySet(models.QuerySet["SearchCount"]):
    def add(self, query: str, results: int) -> None:
        """One more search for `query` today, which found `results` pages. Whatever goes wrong, nothing is raised."""
        words = countable(query)
        if not words:
            return
        clinic = facts.fact("clinic")
        day = clinic.today() if clinic else dt.datetime.now(dt.UTC).date()
        try:
            with hardly_waiting():
                if not self.filter(day=day, words=words).exists():
                    self._begin(day, words)
                self.filter(day=day, words=words).update(count=models.F("count") + 1, results=results)
        except DatabaseFault:
            log.warning("A search could not be counted.", exc_info=True)

    def _begin(self, day: dt.date, words: str) -> None:
        self.filter(day__lt=day - KEPT).delete()
        if self.filter(day=day)[:MOST_A_DAY].count() < MOST_A_DAY:
            self.bulk_create([SearchCount(day=day, words=words)], ignore_conflicts=True)

    def asked(self, since: dt.date) -> "models.QuerySet[Any, Any]":
        """Each query since that day with its `total`, and as `last` how many pages the latest such search found."""
        latest = SearchCount.objects.filter(words=models.OuterRef("words")).order_by("-day")
        return (
            self.filter(day__gte=since)
            .values("words")
            .annotate(total=models.Sum("count"), last=models.Subquery(latest.values("results")[:1]))
            .order_by("-total", "words")
        )


class SearchCount(models.Model):
    day = models.DateField()
    words = models.CharField(max_length=LONGEST)
    count = models.PositiveIntegerField(default=0)
    results = models.PositiveIntegerField(default=0, help_text="Pages that the latest such search found.")

    objects = SearchCountQuerySet.as_manager()

    class Meta:
        verbose_name = "search"
        verbose_name_plural = "searches"
        constraints = [models.UniqueConstraint(fields=["day", "words"], name="search_count_once_a_day")]
        indexes = [models.Index(fields=["words", "-day"], name="search_count_latest")]

    def __str__(self) -> str:
        return f"{self.words} on {self.day}: {self.count}"


def countable(query: str) -> str:
    """`query` as it is counted, or "" when it may say something about a person."""
    words = " ".join(plain(query).split())
    digits = sum(sign.isdigit() for sign in words)
    if "@" in query or "@" in words or digits > MOST_DIGITS or max(len(words), len(query)) > LONGEST:
        return ""
    return words
