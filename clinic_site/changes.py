"""When the public pages change: the one thing every cache of them asks.

Each row is a moment. Saving something public writes the present moment; publishing for later, or an offer's
first and last day, write the moment that is to come. A cached page is good while the newest moment that has
passed is the one it was made under, so nothing has to be purged and no job has to run on time.
"""

import datetime as dt
from typing import Any

from django.db import models, transaction
from django.utils import timezone

KEPT = dt.timedelta(days=7)  # passed moments are of no use to anybody once a newer one has passed


class PageChangeQuerySet(models.QuerySet["PageChange"]):
    def stamp(self) -> tuple[object, ...]:
        """What every page made now was made under. One small query.

        Not only the newest: of two changes at once, the one that began first may become visible last.
        """
        passed = self.filter(at__lte=timezone.now())
        return tuple(
            passed.aggregate(models.Max("at"), models.Count("pk"), models.Sum("pk")).values(),
        )

    def note(self, *moments: dt.datetime) -> None:
        """Pages change now, and again at each of `moments` (aware)."""
        now = timezone.now()
        self.filter(at__lt=now - KEPT).delete()
        self.bulk_create([PageChange(at=moment) for moment in (now, *moments)])


class PageChange(models.Model):
    at = models.DateTimeField(db_index=True)

    objects = PageChangeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Pages change at {self.at:%Y-%m-%d %H:%M:%S} UTC"


class PublicQuerySet[Row: models.Model](models.QuerySet[Row]):
    """What changes many rows at once, as staff may in a list, makes the pages stale too."""

    @transaction.atomic
    def delete(self) -> tuple[int, dict[str, int]]:
        deleted = super().delete()
        PageChange.objects.note()
        return deleted

    @transaction.atomic
    def update(self, **fields: Any) -> int:
        changed = super().update(**fields)
        PageChange.objects.note()
        return changed


class PublicRow(models.Model):
    """A row that public pages print: saving or deleting it makes the cached pages stale."""

    objects = PublicQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            PageChange.objects.note(*self.changes_pages_at())

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            deleted = super().delete(*args, **kwargs)
            PageChange.objects.note()
        return deleted

    def changes_pages_at(self) -> list[dt.datetime]:
        """Moments to come at which this row alone, untouched, changes what pages show."""
        return []
