"""Rows that are written once: editions of articles and of the shared advice."""

from typing import Any, NoReturn

from django.db import models

from clinic_site.changes import PublicQuerySet, PublicRow


class Frozen(Exception):
    """Somebody tried to change or delete an edition."""


class FrozenQuerySet[Row: models.Model](PublicQuerySet[Row]):
    def update(self, **changes: Any) -> NoReturn:
        raise Frozen("Editions are never changed.")

    def delete(self) -> NoReturn:
        raise Frozen("Editions are never deleted.")


class FrozenRow(PublicRow):
    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise Frozen("Editions are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Frozen("Editions are never deleted.")
