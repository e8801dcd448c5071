"""The answers to what went wrong. They print only what is in memory."""

import math
from contextlib import suppress

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
HEARD_OUT = 10_000_000  # bytes
AT_ONCE = 64 * 1024


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    too_much = isinstance(exception, TOO_MUCH)
    if too_much:
        _hear_out(request)
    return render(request, "400.html", {"too_much": too_much}, status=413 if too_much else 400)


def _hear_out(request: HttpRequest) -> None:
    """Read what nobody needs: a server that answers and hangs up meanwhile is a broken connection to a browser."""
    with suppress(OSError):
        for _ in range(HEARD_OUT // AT_ONCE):
            if not request.read(AT_ONCE):
                break


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def too_many_requests(request: HttpRequest, seconds: int) -> HttpResponse:
    """For a client who is over a limit (rates.py) that runs for `seconds` more."""
    response = render(request, "429.html", {"minutes": math.ceil(seconds / 60)}, status=429)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Printed from facts in memory: it works while the database is away, and shows nothing of the fault."""
    return render(request, "500.html", status=500)
