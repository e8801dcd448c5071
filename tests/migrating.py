"""Tables as an earlier version had them, for tests of what a migration does to rows."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from django.db import connection


@contextmanager
def empty_database() -> Iterator[None]:
    """A database without a table, and afterwards this one as it was.

    From there an early version is a few migrations away; taking back all that came after it would be dozens.
    """
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(":memory:")) as kept, closing(sqlite3.connect(":memory:")) as empty:
            connection.connection.backup(kept)
            empty.backup(connection.connection)
            try:
                yield
            finally:
                kept.backup(connection.connection)
    else:
        run("ALTER SCHEMA public RENAME TO kept", "CREATE SCHEMA public")
        try:
            yield
        finally:
            run("DROP SCHEMA public CASCADE", "ALTER SCHEMA kept RENAME TO public")


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
