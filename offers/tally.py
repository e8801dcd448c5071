"""What is counted at every page, in memory first: a page never waits for a count.

Every few seconds one small transaction adds it to the totals of the day, and gives way to whoever else writes. A
process that ends adds what it has left; one that is killed loses what it counted since the last time.
"""

import atexit
import logging
import time
from collections import Counter
from threading import Lock

from django.db import Error as DatabaseFault
from django.db import connection

from clinic_site.patience import hardly_waiting

from .counts import DailyCount, Place, clinic_day

EVERY = 5.0  # seconds between two writings of a process
MOST = 5_000  # places kept in memory while the database takes nothing: more than all articles of a day
log = logging.getLogger(__name__)


class _Memory:
    counts: Counter[Place] = Counter()
    due_at = float("-inf")
    lock = Lock()


def note(kind: str, article: str = "") -> None:
    """One more, today. Never raises, never waits for the database."""
    place = Place(clinic_day(), article, kind)
    with _Memory.lock:
        if place in _Memory.counts or len(_Memory.counts) < MOST:
            _Memory.counts[place] += 1


def is_due() -> bool:
    """Whether it is this caller's turn to write: yes to one of them in EVERY seconds."""
    if not _Memory.counts or time.monotonic() < _Memory.due_at:
        return False
    with _Memory.lock:
        now = time.monotonic()
        is_turn = now >= _Memory.due_at
        if is_turn:
            _Memory.due_at = now + EVERY
    return is_turn


def write() -> None:
    """Add to the totals what has been noted. What the database does not take now is kept for the next time."""
    with _Memory.lock:
        counts, _Memory.counts = _Memory.counts, Counter()
    if not counts:
        return
    try:
        with hardly_waiting():
            DailyCount.objects.add_all(counts)
    except DatabaseFault:
        log.info("Reads wait to be counted: the database is busy.")
        with _Memory.lock:
            _Memory.counts += counts


def forget(due_at: float = float("inf")) -> None:
    """For tests: nothing noted, and nothing written by itself before `due_at` (of the monotonic clock)."""
    with _Memory.lock:
        _Memory.counts, _Memory.due_at = Counter(), due_at


@atexit.register
def write_the_rest() -> None:
    """What a process has left when it ends."""
    if not _Memory.counts:
        return
    write()
    connection.close()
    if _Memory.counts:
        log.warning("%d reads could not be counted.", _Memory.counts.total())
