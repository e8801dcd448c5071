"""The first and last look at every request: who is asked for, how much is sent, what the answer allows."""

from collections.abc import Callable
from datetime import tzinfo

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from . import facts

MOST_BYTES = 1_000_000  # of any POST, but for staff uploading a picture
MOST_STAFF_BYTES = 12_000_000

HEADERS = {
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            *("accelerometer", "browsing-topics", "camera", "display-capture", "encrypted-media"),
            *("geolocation", "gyroscope", "magnetometer", "microphone", "midi", "payment", "usb"),
        )
    ),
}


class FrontDoorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with timezone.override(clinic_zone()):
            response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if is_page and not 300 <= response.status_code < 400:
            response.headers.setdefault("X-Robots-Tag", robots(response))
        return response

    def process_view(self, request: HttpRequest, *_: object) -> None:
        refuse_nulls(request)
        refuse_too_much(request)


def robots(response: HttpResponseBase) -> str:
    """Search engines may list what is public for everybody (page_cache.py), and no other page."""
    is_public = response.status_code == 200 and "public" in response.headers.get("Cache-Control", "")
    return "max-image-preview:large" if is_public else "noindex"


def clinic_zone() -> tzinfo:
    """All times shown are the clinic's."""
    clinic = facts.fact("clinic")
    return clinic.zone if clinic else timezone.get_default_timezone()


def refuse_nulls(request: HttpRequest) -> None:
    """No address of ours has one, and PostgreSQL takes none. Raises BadRequest."""
    if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
        raise BadRequest("A null character in the address.")


def refuse_too_much(request: HttpRequest) -> None:
    """Before anything is read. Raises RequestDataTooBig, which the error page answers with 413."""
    most = MOST_STAFF_BYTES if request.path.startswith(f"/{settings.STAFF_PATH}/") else MOST_BYTES
    if request.META.get("HTTP_TRANSFER_ENCODING"):
        raise BadRequest("A body without a length.")
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > most:
        raise RequestDataTooBig(f"{length} bytes are more than {most}.")
