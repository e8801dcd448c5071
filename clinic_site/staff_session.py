"""How long a sign-in holds, decided here and not by the browser: moments in seconds since 1970, kept in the session."""

import time

from django.contrib.auth.models import User
from django.http import HttpRequest

IDLE = 30 * 60  # a desk that nobody sits at; short enough for a practice whose rooms patients walk through
WHOLE = 12 * 60 * 60  # the longest working day
FRESH = 10 * 60  # for what cannot be taken back: whoever does it has just shown who they are
NOTED_EVERY = 60  # a page a second is one write a minute

BEGAN, SEEN, CONFIRMED = "began_at", "seen_at", "confirmed_at"


def begin(request: HttpRequest) -> None:
    request.session[BEGAN] = request.session[SEEN] = int(time.time())


def is_over(request: HttpRequest) -> bool:
    """A session that says nothing of its age is one of before these limits, or of none of our ways in."""
    now = time.time()
    began, seen = request.session.get(BEGAN, 0), request.session.get(SEEN, 0)
    return bool(now - began >= WHOLE or now - seen >= IDLE)


def note(request: HttpRequest) -> None:
    """Somebody does something; a page that only says that it is still open (autosave.js) does not."""
    now = int(time.time())
    if request.headers.get("X-Still-Open"):
        return
    if now - request.session[SEEN] >= NOTED_EVERY:
        request.session[SEEN] = now


def confirm(request: HttpRequest) -> None:
    request.session[CONFIRMED] = int(time.time())


def is_fresh(request: HttpRequest) -> bool:
    return bool(time.time() - request.session.get(CONFIRMED, 0) < FRESH)


def is_verified(request: HttpRequest) -> bool:
    """Whether both factors have been shown. Everything that is for staff asks this, in staff_door.py."""
    return isinstance(request.user, User) and bool(getattr(request.user, "otp_device", None))
