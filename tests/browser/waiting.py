"""Waiting for what a page does in the end, where the browser says nothing of it."""

import time
from collections.abc import Callable

from playwright.sync_api import Page

PATIENCE = 30  # seconds


def wait_until(page: Page, is_done: Callable[[], bool]) -> None:
    """Until `is_done`, as for what a browser sends while it leaves a page: it tells nobody of the answer."""
    ends = time.monotonic() + PATIENCE
    while not is_done():
        assert time.monotonic() < ends
        page.wait_for_timeout(50)  # milliseconds
