"""What happens when a page is not found: an old address sends its visitor on, another one is counted."""

from collections.abc import Callable
from functools import partial
from urllib.parse import quote

from django.db import Error as DatabaseFault
from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect

from .addresses import page_at
from .misses import Miss
from .page_cache import public_page
from .redirects import Redirect, location

GONE = {404, 410}


class OldAddressMiddleware:
    """Inside CommonMiddleware, which would add a last slash first: that would be a hop of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code not in GONE or request.method not in {"GET", "HEAD"}:
            return response
        try:
            address = moved_to(request.path_info, request.META.get("QUERY_STRING", ""))
        except DatabaseFault:
            return response
        if address:
            return send_on(request, address)
        if response.status_code == 404 and request.method == "GET":
            # Run when this answer has been sent, so that nobody waits for a count. Where CommonMiddleware asks for a
            # slash instead, it is never sent. Django's own handler ends a request in this way.
            note = partial(Miss.objects.note, request.path_info)
            response._resource_closers.append(note)  # type: ignore[attr-defined]
        return response


def moved_to(path: str, query: str) -> str:
    """Where to send whoever asks for a decoded `path` that is not found; "" for nowhere. One query, as a rule."""
    redirect = Redirect.objects.for_path(path)
    may_be_misspelled = redirect is not None or path != path.lower()
    if may_be_misspelled and (page := page_at(path)):  # it always wins
        return quote(page) + (f"?{query}" if query else "")
    return location(redirect, query) if redirect else ""


@public_page
def send_on(request: HttpRequest, address: str) -> HttpResponsePermanentRedirect:
    """Without these dates browsers would keep a 301 for good, also one that staff has put right."""
    return HttpResponsePermanentRedirect(address)
