"""Who opens connections: the mails, the form's own test, and a command that staff run. No web request does.

OWASP Top 10:2025 A01 counts a server that fetches what a visitor names as broken access control.
"""

import ast
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from offers.models import Lead

from . import factories as make

CALLERS = {
    "http.client",
    "urllib.request",
    "socket",
    "smtplib",
    "ftplib",
    "ssl",
    "asyncio",
    "xmlrpc",
    "imaplib",
}
CALLERS |= {"requests", "httpx", "aiohttp", "urllib3"}
# Only these may, each to one place.
ALLOWED = {
    "blog/links.py": "the addresses that staff wrote, for `check_links`",
    "clinic_site/management/commands/serve.py": "listens",
    "offers/form_test.py": "names the faults of form_visit",
    "offers/form_visit.py": "the site itself",
    "offers/notices.py": "names the faults of Django's mail",
}
ADDRESS = "http://203.0.113.7:8080/latest/meta-data/"


def imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def calls_out(path: Path) -> bool:
    names = set(imported(path.read_text()))
    return any(name == caller or name.startswith(f"{caller}.") for name in names for caller in CALLERS)


def test_few_files_can_open_a_connection() -> None:
    root: Path = settings.BASE_DIR
    files = [path for app in ("clinic_site", "blog", "offers") for path in (root / app).rglob("*.py")]
    assert len(files) > 100
    assert {str(path.relative_to(root)) for path in files if calls_out(path)} == ALLOWED.keys()


def test_only_a_command_asks_hosts_that_staff_name() -> None:
    root: Path = settings.BASE_DIR
    files = [path for app in ("clinic_site", "blog", "offers") for path in (root / app).rglob("*.py")]
    users = {path.name for path in files if {"blog.links", "links"} & set(imported(path.read_text()))}
    assert users == {"check_links.py", "text_counts.py"}  # the latter takes a pattern from it


@pytest.mark.django_db
def test_an_address_that_a_visitor_types_is_asked_by_nobody(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.make_clinic()
    make.make_offer()
    asked: list[Any] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: asked.append(args))
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: asked.append(address))
    sent = make.payload(note=f"See {ADDRESS}", email="pat@203.0.113.7.example")
    headers = {"referer": ADDRESS, "x-forwarded-host": "203.0.113.7", "x-forwarded-for": "203.0.113.7"}
    assert client.post("/offers/new-patient/", sent, headers=headers).status_code == 302
    assert ADDRESS in Lead.objects.get().note
    for path in (f"/search/?q={ADDRESS}", f"/report/?page={ADDRESS}", f"/blog/?url={ADDRESS}", f"/{ADDRESS}"):
        client.get(path, headers=headers)
    assert asked == []
