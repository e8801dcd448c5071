"""How many read, opened the form, claimed, booked and redeemed: totals of a day and an article.

No row is about one visitor, nothing in it says who, and old totals are kept.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection, models
from django.utils import timezone

from clinic_site import facts

LONGEST_SLUG = 80  # as blog.Edition.slug


class Kind(models.TextChoices):
    READ = "read", "Read an article"
    OPENED = "opened", "Opened the form"
    CLAIMED = "claimed", "Asked for the offer"
    BOOKED = "booked", "Booked a visit"
    REDEEMED = "redeemed", "Came and used the code"
    CENTS = "cents", "Cents given"
    CALL = "call", "Tapped Call"
    TEXT = "text", "Tapped Text"
    DIRECTIONS = "directions", "Tapped Directions"


@dataclass(frozen=True, order=True)
class Place:
    """What a number is counted for. `day` is the clinic's; an `article` of "" is no article, or nobody knows which."""

    day: dt.date
    article: str
    kind: str


class DailyCountQuerySet(models.QuerySet["DailyCount"]):
    def add(self, kind: str, article: str = "", n: int = 1, day: dt.date | None = None) -> None:
        """Count `n` more on `day` (the clinic's today), fewer when below zero: a redemption that was undone.

        One statement, so it is exact from any number of threads and belongs to the transaction it stands in. The
        row stays locked until that transaction ends: let it be the last thing done there.
        """
        self.add_all({Place(day or clinic_day(), article, kind): n})

    def add_all(self, counts: Mapping[Place, int]) -> None:
        """Always in the same order, so that two processes never wait for each other."""
        table = connection.ops.quote_name(self.model._meta.db_table)
        # The ORM's own way to insert or update can only overwrite, and an update first would need a second look.
        sql = (
            f"INSERT INTO {table} (day, article, kind, count) VALUES (%s, %s, %s, %s) "  # noqa: S608  # no input in it
            f"ON CONFLICT (day, article, kind) DO UPDATE SET count = {table}.count + excluded.count"
        )
        rows = [(str(place.day), place.article, place.kind, n) for place, n in sorted(counts.items()) if n]
        if rows:
            with connection.cursor() as cursor:
                cursor.executemany(sql, rows)


class DailyCount(models.Model):
    day = models.DateField(help_text="At the clinic.")
    article = models.CharField(max_length=LONGEST_SLUG, blank=True, default="")
    kind = models.CharField(max_length=10, choices=Kind)
    count = models.BigIntegerField(default=0)

    objects = DailyCountQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "article", "kind"], name="count_once_a_day")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on {self.day}: {self.count}"


def clinic_day(moment: dt.datetime | None = None) -> dt.date:
    """The clinic's day at `moment` (aware), or now."""
    clinic = facts.fact("clinic")
    return timezone.localdate(moment, clinic.zone if clinic else dt.UTC)
