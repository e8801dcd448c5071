"""Writing that is a courtesy: rather not done than waited for."""

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
