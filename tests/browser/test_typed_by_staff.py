"""The injections of tests/injections.py in a real Chromium: nothing of them runs, loads or is refused by the policy."""

from typing import Any

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from blog.models import Article, KeyPoint
from clinic_site import facts
from tests.hostile_site import make_hostile_site
from tests.injections import TYPED
from tests.staff_addresses import path_of

from .signed_in import enter, listen

CANARY = "window.canary = () => console.error('it ran')"


def test_nothing_that_staff_typed_runs(
    page: Page, transactional_db: None, live_server: LiveServer, settings: Any
) -> None:
    """Readers' pages, and the two where script of ours takes it up: the editor and the difference."""
    settings.SITE_ORIGIN = site = live_server.url
    facts.forget()
    owner = make_hostile_site()
    KeyPoint.objects.create(article=Article.objects.get(), text="".join(TYPED).replace("\x00", ""))
    said, asked = listen(page), list[str]()
    page.add_init_script(CANARY)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/blog/dry-needling-for-sciatica/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("onerror=canary(1)")
    page.goto(f"{site}/muscles/piriformis/")
    page.goto(f"{site}/offers/new-patient/")
    enter(page, site, owner)
    for name in ("change", "compare", "preview"):
        page.goto(site + path_of(f"admin:blog_article_{name}"), wait_until="networkidle")
    assert said == []
    assert [url for url in asked if not url.startswith(f"{site}/")] == []
