"""Addresses of this site as people and other sites write them: which path is meant, and whether a page answers."""

import re
import unicodedata
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation, ValidationError
from django.http import Http404, HttpRequest, QueryDict
from django.http.request import validate_host
from django.urls import Resolver404, resolve

LONGEST = 500  # characters of a path
# Space and control characters are dropped by browsers, and a backslash is read as a slash: what then remains may
# be the address of another site.
UNFIT = re.compile(r"[\x00-\x20\x7f\\]")
# Behind a sign-in, or with something in the address that only one person knows.
PRIVATE = re.compile(r"^/(admin|preview|desk)(/|$)|/claimed(/|$)", re.IGNORECASE)


def is_private(path: str) -> bool:
    """Of a decoded `path`."""
    first = key_of(path).split("/")[1]
    return first == settings.STAFF_PATH or bool(PRIVATE.search(path))


def key_of(path: str) -> str:
    """One name for all ways to write a decoded `path`: case, slashes and forms of accents make no difference."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
    return "/" + "/".join(part for part in folded.split("/") if part)


def parts_of(typed: str) -> SplitResult:
    """A typed address in its parts; its host is empty when it is a path. Raises ValidationError with a sentence."""
    typed = typed.strip()
    if UNFIT.search(typed):
        raise ValidationError("An address has no spaces, backslashes or signs that cannot be seen.")
    try:
        parts = urlsplit(typed)
        parts.port  # noqa: B018  # raises for one that is no number
    except ValueError:
        raise ValidationError("This address has a slip in it.") from None
    if parts.scheme not in {"", "http", "https"} or bool(parts.scheme) != bool(parts.netloc):
        raise ValidationError("Write an address of this site, such as /blog/dry-needling-for-sciatica/.")
    if not parts.netloc and not parts.path.startswith("/"):
        raise ValidationError("Begin with a slash, as in /blog/old-name/, or with https://.")
    if "\x00" in unquote(typed) or len(parts.path) > LONGEST:
        raise ValidationError(f"An address has at most {LONGEST} characters.")
    return parts


def is_ours(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    return not parts.netloc or validate_host(host, [settings.SITE_HOST, *settings.ALLOWED_HOSTS])


def page_at(path: str, query: str = "") -> str:
    """The way to write a decoded `path` at which a page of ours answers; "" when none does."""
    key = key_of(path).rstrip("/")
    spellings = dict.fromkeys([path, f"{path.rstrip('/')}/", f"{key}/", key])
    return next((spelling for spelling in spellings if status_of(spelling, query) == 200), "")


def status_of(path: str, query: str = "") -> int:
    """What the view at a decoded `path` answers to somebody who is not signed in."""
    if is_private(path):
        return 403
    try:
        response = answer_at(path, query)
    except (Resolver404, Http404):
        return 404
    except (PermissionDenied, SuspiciousOperation, BadRequest):
        return 400
    if response.streaming:
        response.close()
    return int(response.status_code)


def answer_at(path: str, query: str = "") -> Any:
    """Of the view at a decoded `path`, to somebody who is not signed in. Raises what the view raises."""
    match = resolve(path)
    return match.func(request_for(path, query), *match.args, **match.kwargs)


def request_for(path: str, query: str = "") -> HttpRequest:
    request = HttpRequest()
    request.method = "GET"
    request.path = request.path_info = path
    request.GET = QueryDict(query)
    site = urlsplit(settings.SITE_ORIGIN)
    request.META = {
        "HTTP_HOST": site.netloc,
        "QUERY_STRING": query,
        "REQUEST_METHOD": "GET",
        "SERVER_NAME": settings.SITE_HOST,
        "SERVER_PORT": "443" if site.scheme == "https" else "80",
        "wsgi.url_scheme": site.scheme,
    }
    return request
