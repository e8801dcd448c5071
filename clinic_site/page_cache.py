"""Ready-made public pages: compressed once, with an ETag, good until anything public changes.

Only answers marked `Cache-Control: public` are kept (see `public_page`), so a page with a form, a preview or
anything behind a login cannot get in by forgetting something.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

import brotli
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.views.decorators.cache import cache_control

from . import facts

MOST_PAGES = 512  # about 10 MB
BROTLI_QUALITY = 11  # a tenth of a second for an article, once for each change
# Browsers and CDNs ask again each time (a 304 is a few bytes): what is withdrawn is gone within a second.
public_page = cache_control(public=True, max_age=0, s_maxage=1, must_revalidate=True)

Answer = Callable[[HttpRequest], HttpResponseBase]


@dataclass(frozen=True)
class Page:
    stamp: object
    etag: str
    headers: dict[str, str]
    bodies: dict[str, bytes]  # content encoding -> body; "" is the plain one


_pages: OrderedDict[str, Page] = OrderedDict()
_lock = Lock()


def forget() -> None:
    _pages.clear()


def make_page(response: HttpResponse, stamp: object) -> Page:
    plain = response.content
    bodies = {
        "": plain,
        "br": brotli.compress(plain, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY),
        "gzip": gzip.compress(plain, compresslevel=9, mtime=0),
    }
    etag = hashlib.sha256(plain).hexdigest()[:24]
    return Page(stamp, etag, dict(response.items()), bodies)


def answer_from(page: Page, request: HttpRequest) -> HttpResponse:
    accepted = request.headers.get("Accept-Encoding", "").replace(" ", "")
    encoding = next(
        (name for name in ("br", "gzip") if name in accepted and f"{name};q=0" not in accepted), ""
    )
    etag = f'"{page.etag}{encoding}"'
    response: HttpResponse
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(page.bodies[encoding] if request.method == "GET" else b"")
        if encoding:
            response["Content-Encoding"] = encoding
    for name, value in page.headers.items():
        response[name] = value
    response["ETag"] = etag
    if response.status_code == 200:
        response["Content-Length"] = str(len(page.bodies[encoding]))
    else:
        del response["Content-Type"]
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


class PageCacheMiddleware:
    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"} or request.META.get("QUERY_STRING"):
            return self.get_response(request)  # there is no end of query strings
        request.get_host()  # an unknown host gets its 400, not a page that another host had made
        address = request.path
        stamp = facts.current().stamp
        with _lock:
            page = _pages.get(address)
            if page and page.stamp == stamp:
                _pages.move_to_end(address)
                return answer_from(page, request)
        response = self.get_response(request)
        if not self.may_keep(request, response):
            return response
        assert isinstance(response, HttpResponse)
        page = make_page(response, stamp)
        with _lock:
            _pages[address] = page
            while len(_pages) > MOST_PAGES:
                _pages.popitem(last=False)
        return answer_from(page, request)

    @staticmethod
    def may_keep(request: HttpRequest, response: HttpResponseBase) -> bool:
        """GET only: a HEAD answer has no body to keep."""
        return (
            request.method == "GET"
            and response.status_code == 200
            and not response.streaming
            and "public" in response.get("Cache-Control", "")
            and not response.cookies
            and not response.has_header("Content-Encoding")
        )
