"""How the form and the worker fare, as signs in plain words: each says what to do about what is bad."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from .alarm import NO_OFFER
from .models import FormCheck, Heartbeat, live_offer
from .spans import span_words

STALE = dt.timedelta(hours=36)  # a daily test that is a morning late
LOST = dt.timedelta(minutes=10)  # the worker is seen every minute
HELP = "Call whoever looks after the website, and read them this box."
TRY_IT = "Send a request yourself, as a patient would, and see whether it appears here."


@dataclass(frozen=True)
class Sign:
    """One thing to know. `steps`: what to do about it; only what is bad has some."""

    kind: str  # bad, good, plain
    title: str
    words: str = ""
    steps: tuple[str, ...] = ()

    @property
    def leads_to_form(self) -> bool:
        return TRY_IT in self.steps


def signs() -> list[Sign]:
    """The bad ones first."""
    is_open = live_offer() is not None
    found = [worker_sign(), form_sign(FormCheck.objects.latest_of(FormCheck.Kind.FORM), is_open=is_open)]
    if is_open:
        found.append(silence_sign(FormCheck.objects.latest_of(FormCheck.Kind.SILENCE)))
    return sorted((sign for sign in found if sign), key=lambda sign: sign.kind != "bad")


def bad_signs() -> list[Sign]:
    return [sign for sign in signs() if sign.kind == "bad"]


def worker_sign() -> Sign | None:
    seen = Heartbeat.objects.filter(pk=1).values_list("at", flat=True).first()
    if seen and timezone.now() - seen < LOST:
        return None
    since = f"was last seen {span_words(timezone.now() - seen)} ago" if seen else "has not been seen yet"
    return Sign(
        "bad",
        f"No mail goes out: the worker {since}.",
        "The worker is the part of the site that sends mails and tests the form. Requests are stored all the same.",
        ("Look at the list of leads here; no mail tells you of new ones.", HELP),
    )


def form_sign(check: FormCheck | None, *, is_open: bool) -> Sign:
    if not is_open:
        return Sign("plain", NO_OFFER)
    if check is None or check.trouble == FormCheck.Trouble.NO_OFFER:
        return Sign("plain", "The form has not been tested yet. It is tested every morning.")
    ago = span_words(timezone.now() - check.at)
    if not check.ok:
        return _failed(check, ago)
    if timezone.now() - check.at > STALE:
        words = "It should be tested every morning. Nobody knows whether it works."
        steps = (TRY_IT, HELP)
        return Sign("bad", f"The form was last tested {ago} ago.", words, steps)
    return Sign("good", f"The form was tested {ago} ago and works.")


def _failed(check: FormCheck, ago: str) -> Sign:
    if check.trouble == FormCheck.Trouble.NOT_MAILED:
        steps = ("Look at the list of leads here, often; no mail tells you of new ones.", HELP)
        return Sign("bad", "Mails do not go out.", f"{check.what} Tested {ago} ago.", steps)
    steps = (TRY_IT, HELP)
    return Sign("bad", "The form does not work.", f"{check.what} Tested {ago} ago.", steps)


def silence_sign(check: FormCheck | None) -> Sign | None:
    if check is None or check.trouble != FormCheck.Trouble.QUIET:
        return None
    steps = (
        TRY_IT,
        "If it does, it may be a quiet week. If not, call whoever looks after the website.",
    )
    return Sign("bad", "The form is unusually quiet.", check.what, steps)
