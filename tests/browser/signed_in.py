"""Being signed in without the walk there, for tests of what comes after it."""

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import ConsoleMessage, Page

from tests.signing_in import both_factors, one_factor

HINTS = (
    "[DOM] Input elements should have autocomplete attributes",  # to Django, about a hidden field
    "Autofocus processing was blocked",  # when the machine is slow and a test types first
    "linkifyjs: already initialized",  # of the rich text editor to itself, when a row with another one is added
)
VIOLATIONS = """document.addEventListener("securitypolicyviolation",
  event => console.error(`refused: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`))"""


def enter(page: Page, site: str, user: User, *, second: bool = True) -> None:
    """A session of `user` in the browser: with both factors, or waiting for the second."""
    client = Client()
    (both_factors if second else one_factor)(client, user)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": site}])


def listen(page: Page) -> list[str]:
    """What the console says from now on, refusals by the Content-Security-Policy among it."""
    said: list[str] = []

    def note(one: ConsoleMessage) -> None:
        if not any(hint in one.text for hint in HINTS):
            said.append(f"{one.page and one.page.url}: {one.text}")

    page.context.add_init_script(VIOLATIONS)
    page.context.on("console", note)
    return said
