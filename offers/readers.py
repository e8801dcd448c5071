"""Who counts as a reader, and the counting of reads: without a cookie, an address or a word about anybody."""

from collections.abc import Callable
from functools import cache, lru_cache

from crawleruseragents import is_crawler
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from blog import index

from . import tally
from .counts import Kind

READ = {200, 304}  # the browser may have the page already
LONGEST_AGENT = 400  # characters; those of browsers are half as long


def wants_no_record(request: HttpRequest) -> bool:
    """Global Privacy Control (w3.org/TR/gpc) and its forerunner: whoever sends either is not counted."""
    return request.headers.get("Sec-GPC") == "1" or request.headers.get("DNT") == "1"


@lru_cache(maxsize=500)
def is_browser(agent: str) -> bool:
    """By what all browsers call themselves. Remembered, as the list of machines takes 0.7 ms to go through."""
    return agent.startswith("Mozilla/5.0 (") and len(agent) <= LONGEST_AGENT and not is_crawler(agent)


def is_counted(request: HttpRequest) -> bool:
    """A person with a browser who has not asked to be left out, and is not of the staff."""
    return (
        not wants_no_record(request)
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and is_browser(request.headers.get("User-Agent", "")[: LONGEST_AGENT + 1])
    )


def is_looking(request: HttpRequest) -> bool:
    """Whether the page is asked for to be shown now: not fetched ahead, not for a script."""
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return (
        request.method == "GET"
        and "prefetch" not in purpose
        and request.headers.get("Sec-Fetch-Dest", "document") == "document"
        and is_counted(request)
    )


@cache
def _around_slugs() -> tuple[str, str]:
    """What stands before and after the slug in the address of an article."""
    before, _, after = reverse("article", args=["slug"]).rpartition("slug")
    return before, after


def article_at(path: str) -> str:
    """The slug of the live article at `path`; "" when there is none. Asks no database."""
    before, after = _around_slugs()
    slug = path[len(before) : -len(after)]
    return slug if path == before + slug + after and slug in index.index().by_slug else ""


class ReadCountMiddleware:
    """Outside PageCacheMiddleware: ready-made pages are read too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code in READ and (article := article_at(request.path)) and is_looking(request):
            tally.note(Kind.READ, article)
        if tally.is_due():
            # Run when this answer has been sent, so that nobody waits for it; as in clinic_site/old_addresses.py.
            response._resource_closers.append(tally.write)  # type: ignore[attr-defined]
        return response
