"""A real Chromium, Debian's or the test tool's own, against a live server on the test database."""

import os
import sqlite3
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from clinic_site import facts
from tests import factories as make
from tests.tools.browser import find_chromium

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's driver runs a loop in this thread

PHONE = ViewportSize(width=390, height=844)

expect.set_options(timeout=30_000)  # milliseconds, as for every other step: the machine may be busy


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    own = {"executable_path": path} if (path := find_chromium()) else {}
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    return browser_type_launch_args | own | {"args": quiet}


class _Loaded:
    """The database with its starter content, once it has been loaded: copying it back takes no time."""

    copy: sqlite3.Connection | None = None


def load_starter() -> None:
    if connection.vendor != "sqlite":
        make.load_starter()
    elif _Loaded.copy is None:
        make.load_starter()
        _Loaded.copy = sqlite3.connect(":memory:", check_same_thread=False)
        connection.connection.backup(_Loaded.copy)
    else:
        connection.ensure_connection()
        _Loaded.copy.backup(connection.connection)
    facts.forget()


@pytest.fixture
def site(transactional_db: None, live_server: LiveServer, settings: Any) -> str:
    """The address of the site with its starter content."""
    settings.SITE_ORIGIN = live_server.url
    facts.forget()
    load_starter()
    return live_server.url


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
