"""Marked values that somebody types, and the places where none of them may ever be found."""

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

from django.db import connection

from .postgres import find_server

CANARIES = {
    "name": "Zanzibara Quetzalcoat",
    "phone": "(212) 555-0142",
    "email": "zq.marmalade@example.com",
    "note": "Xylophones wake me at noon.",
}
ARTICLE = "dry-needling-for-sciatica"  # public, but not that this person has read it
OF_LEADS = ("offers_lead", "offers_notice", "offers_consent")  # tables; counts name articles, but nobody
STAFF_NOTE = "Her uncle Ocelot books for her."
# As they would show, whole or in part, in any case.
MARKS = [
    *("zanzibara", "quetzalcoat", "555-0142", "5550142", "zq.marmalade", "marmalade@"),
    *("xylophone", "ocelot"),
]


def found_in(text: str) -> list[str]:
    low = text.lower()
    return [mark for mark in MARKS if mark in low]


def dump(*tables: str) -> str:
    """The database as SQL, as a thief of a backup would have it; of all tables, or of those that begin so."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        database: sqlite3.Connection = connection.connection
        lines = database.iterdump()
        return "\n".join(
            line
            for line in lines
            if not tables or line.startswith(tuple(f'INSERT INTO "{t}' for t in tables))
        )
    at = connection.settings_dict
    chosen = [word for table in tables for word in ("-t", f"{table}*")]
    return subprocess.run(
        [
            pg_dump(),
            "-h",
            at["HOST"],
            "-p",
            str(at["PORT"]),
            "-U",
            at["USER"],
            "--inserts",
            *chosen,
            at["NAME"],
        ],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ,
    ).stdout


def raw_files() -> str:
    """What SQLite has on the disk, with what was deleted and with what is in the write-ahead log only."""
    if connection.vendor != "sqlite":
        return ""
    place = str(connection.settings_dict["NAME"])
    files = [Path(place + ending) for ending in ("", "-wal")]
    return "".join(file.read_bytes().decode("latin-1") for file in files if file.exists())


def pg_dump() -> str:
    """Of the same version as the server, where several are installed."""
    server = find_server()
    beside = server / "pg_dump" if server else None
    if beside and beside.is_file():
        return str(beside)
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))
    found = str(newest[-1]) if newest else shutil.which("pg_dump")
    assert found, "pg_dump is not installed"
    return found
