"""Waiting for the database: writing that is a courtesy does not, and writing that matters stands in line."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

PATIENCE = 100  # milliseconds to wait for another's writing


@contextmanager
def hardly_waiting() -> Iterator[None]:
    """One transaction in which the database gives up on a lock after PATIENCE instead of its usual time."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            usual = int(cursor.execute("PRAGMA busy_timeout").fetchone()[0])
            cursor.execute(f"PRAGMA busy_timeout = {PATIENCE}")
        try:
            with transaction.atomic():
                yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA busy_timeout = {usual}")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {PATIENCE}")
            yield


_line = threading.Lock()


@contextmanager
def in_line() -> Iterator[None]:
    """A transaction for which the threads of this process wait in line on SQLite.

    Whoever finds SQLite locked sleeps and looks again, ever longer: with many writers the unlucky ones wait for
    seconds. PostgreSQL's writers are in each other's way only where they touch the same rows.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            yield
    else:
        with _line, transaction.atomic():
            yield
