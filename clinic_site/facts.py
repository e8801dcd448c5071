"""What nearly every page prints (clinic, hours, regions, offers), kept in memory until it changes.

One small query a second at most asks whether anything public has changed (clinic_site/changes.py); only then
are the rows read again. When the database cannot be reached, the last known facts go on being served, so that
an error page still shows the clinic's phone number.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseFault
from django.utils import timezone
from django.utils.module_loading import import_string

from .changes import PageChange

CHECKED_EVERY = 1.0  # seconds: pages are stale for no longer than this
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Facts:
    changes: object = None
    rows: dict[str, Any] = field(default_factory=dict)

    @property
    def stamp(self) -> tuple[object, ...]:
        """What a page made of these facts is good for: until the next change, the clinic's midnight, or the next
        time at which it opens or closes, told by how many such times of its day have passed."""
        clinic = self.rows.get("clinic")
        if clinic is None:
            return self.changes, None, 0
        now = timezone.localtime(timezone=clinic.zone)
        today = [row for row in self.rows.get("opening_hours") or [] if row.weekday == now.weekday()]
        passed = sum(moment <= now.time() for row in today for moment in (row.opens, row.closes))
        return self.changes, now.date(), passed


class _Memory:
    facts = Facts()
    checked_at = float("-inf")


def forget() -> None:
    """Read everything anew at the next look. For tests and for a process that has just changed something."""
    _Memory.facts, _Memory.checked_at = Facts(), float("-inf")


def _read(changes: object) -> Facts:
    loaders: dict[str, Callable[[], Any]] = {
        name: import_string(path) for name, path in settings.SITE_FACTS.items()
    }
    return Facts(changes, {name: load() for name, load in loaders.items()})


def current() -> Facts:
    """The facts as of at most a second ago. Never raises when the database is away."""
    if time.monotonic() - _Memory.checked_at < CHECKED_EVERY:
        return _Memory.facts
    try:
        changes = PageChange.objects.stamp()
        if changes != _Memory.facts.changes or not _Memory.facts.rows:
            _Memory.facts = _read(changes)
        _Memory.checked_at = time.monotonic()
    except DatabaseFault:
        log.exception("The database cannot be read; pages go on with the last known facts.")
        _Memory.checked_at = time.monotonic()
    return _Memory.facts


def fact(name: str) -> Any:
    return current().rows.get(name)
