"""Sealing anew under the newest of settings.FIELD_KEYS what an older one sealed, so that the old one can go.

It runs beside the site. A batch is read and unsealed without holding anybody up; what is written then is written
only over the very seal that was read, so a change that somebody makes meanwhile always stays. Stopped halfway it is
simply started again: what is under the newest key is left alone.
"""

import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Cast

from .sealed import SealedTextField

AT_ONCE = 30  # values written in one transaction: others wait for no more than that
PAUSE = (
    0.02  # seconds between two: SQLite lets one write at a time, and who waits looks again only now and then
)
AS_STORED = models.TextField()  # past the sealing, whatever the column's field does
NOBODY = -1  # no key of ours opens it

type Change = tuple[object, str, str, str]  # key of the row, column, what was read there, what is put there
type Counts = Counter[int]  # place of the key in FIELD_KEYS (0 is the newest) -> how many values it seals


def sealed_columns() -> list[tuple[type[models.Model], list[str]]]:
    """Every table with sealed columns, whichever app it belongs to."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        names = [field.name for field in model._meta.local_fields if isinstance(field, SealedTextField)]
        if names and not model._meta.proxy:
            found.append((model, names))
    return found


class Ring:
    """The keys, each by its place."""

    def __init__(self) -> None:
        self.keys = [Fernet(key) for key in settings.FIELD_KEYS]
        self.all = MultiFernet(self.keys)

    def place_of(self, token: str) -> int:
        for place, key in enumerate(self.keys):
            try:
                key.decrypt(token)
            except InvalidToken:
                continue
            return place
        return NOBODY

    def rotated(self, token: str) -> str:
        return self.all.rotate(token).decode()


def count(model: type[models.Model], names: list[str]) -> Counts:
    """Under which key each value is. Changes nothing."""
    ring = Ring()
    return Counter(ring.place_of(token) for row in _rows(model, names) for token in row[1:] if token)


def reseal(model: type[models.Model], names: list[str]) -> int:
    """How many values are under the newest key now that were not. Others wait for one batch at most."""
    ring, done = Ring(), 0
    batch: list[Change] = []
    for pk, *tokens in _rows(model, names):
        for name, token in zip(names, tokens, strict=True):
            if token and ring.place_of(token) > 0:
                batch.append((pk, name, token, ring.rotated(token)))
        if len(batch) >= AT_ONCE:
            done += _write(model, batch)
            batch = []
    return done + _write(model, batch)


def _rows(model: type[models.Model], names: list[str]) -> Iterator[tuple[Any, ...]]:
    """The key of each row and its columns as they are stored, by ever larger keys: no long read holds anything up."""
    stored = {f"{name}_stored": Cast(name, AS_STORED) for name in names}
    # Past the model's own manager: rows that are never changed are sealed anew all the same.
    everything = models.QuerySet(model).annotate(**stored).order_by("pk").values_list("pk", *stored)
    page = list(everything[:AT_ONCE])
    while page:
        yield from page
        page = list(everything.filter(pk__gt=page[-1][0])[:AT_ONCE])


def _write(model: type[models.Model], batch: list[Change]) -> int:
    done = 0
    with transaction.atomic():
        for pk, name, was, now in batch:
            row = models.QuerySet(model).annotate(stored=Cast(name, AS_STORED)).filter(pk=pk, stored=was)
            done += row.update(**{name: models.Value(now, AS_STORED)})
    time.sleep(PAUSE)
    return done
