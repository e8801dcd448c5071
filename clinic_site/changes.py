"""When the public pages change: the one thing every cache of them asks.

Each row is a moment. Saving something public writes the present moment; publishing for later, or an offer's
first and last day, write the moment that is to come. A cached page is good while the newest moment that has
passed is the one it was made under, so nothing has to be purged and no job has to run on time.
"""

import datetime as dt
from typing import Any, ClassVar

from django.db import connection, models, transaction
from django.utils import timezone

from . import search_index
from .search_index import SearchText

KEPT = dt.timedelta(days=7)  # passed moments are of no use to anybody once a newer one has passed
# The same for both databases, and in words: asked so often, compiling it took longer than the answer.
STAMP = "SELECT MAX(at), COUNT(id), SUM(id) FROM clinic_site_pagechange WHERE at <= %s"


class PageChangeQuerySet(models.QuerySet["PageChange"]):
    def stamp(self) -> tuple[object, ...]:
        """What every page made now was made under. One small query.

        Not only the newest: of two changes at once, the one that began first may become visible last.
        """
        with connection.cursor() as cursor:
            cursor.execute(STAMP, [connection.ops.adapt_datetimefield_value(timezone.now())])
            return tuple(cursor.fetchone())

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
        keys = self._found_keys()
        deleted = super().delete()
        search_index.drop((self.model._meta.label_lower, str(key)) for key in keys)
        PageChange.objects.note()
        return deleted

    @transaction.atomic
    def update(self, **fields: Any) -> int:
        keys = self._found_keys()  # before: what the rows were chosen by may be what changes
        changed = super().update(**fields)
        search_index.put(self.model._base_manager.filter(pk__in=keys))  # type: ignore[arg-type]  # see _found_keys
        PageChange.objects.note()
        return changed

    def _found_keys(self) -> list[Any]:
        """Of the rows that search may find."""
        is_found = issubclass(self.model, PublicRow) and self.model.is_found()
        return list(self.order_by().values_list("pk", flat=True)) if is_found else []


class PublicRow(models.Model):
    """A row that public pages print: saving or deleting it makes the cached pages stale and keeps the search true."""

    objects = PublicQuerySet.as_manager()

    search_kind: ClassVar[str] = ""  # what patients call a result of this kind

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            if self.is_found():
                search_index.put([self])
            PageChange.objects.note(*self.changes_pages_at())

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            place = self.search_label, str(self.pk)
            deleted = super().delete(*args, **kwargs)
            if self.is_found():
                search_index.drop([place])
            PageChange.objects.note()
        return deleted

    def changes_pages_at(self) -> list[dt.datetime]:
        """Moments to come at which this row alone, untouched, changes what pages show."""
        return []

    # What follows is for rows that search finds; the others leave it as it is.

    def search_text(self) -> SearchText | None:
        """What this row is found by. None: it is not found."""
        return None

    def search_line(self) -> str:
        """One line under its name in a list of results."""
        return ""

    @classmethod
    def to_index(cls) -> models.QuerySet[Any]:
        """Rows that are public now or by themselves will be."""
        return cls._default_manager.all()

    @classmethod
    def to_show(cls) -> models.QuerySet[Any]:
        """Rows that are public now: only these appear in results."""
        return cls._default_manager.all()

    @classmethod
    def is_found(cls) -> bool:
        return cls.search_text is not PublicRow.search_text

    @property
    def search_label(self) -> str:
        return self._meta.label_lower
