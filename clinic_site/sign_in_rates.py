"""How many wrong passwords and codes may be tried. Only failures count, and a limit ends by itself within minutes."""

import unicodedata

from django.http import HttpRequest

from .clients import client_of
from .rates import Limit

WINDOW = 300  # seconds: long for a guessing machine, short for whoever has the desk full of patients
BY_CLIENT = Limit("sign-in client", most=20, seconds=WINDOW)  # a whole front desk behind one address
BY_NAME = Limit("sign-in name", most=10, seconds=WINDOW)
CODES = Limit("sign-in code", most=10, seconds=WINDOW)  # of one person, from one client
CODES_A_DAY = Limit(
    "sign-in codes of a day", most=100, seconds=24 * 60 * 60
)  # of one person, from everywhere


def seconds_to_wait(request: HttpRequest) -> int:
    """0 when this sign-in may be tried.

    Guesses at one name from everywhere hold back those who have guessed, and nobody's first try: otherwise
    whoever knows the owner's name could keep the owner out.
    """
    client = client_of(request)
    if not BY_CLIENT.used(client):
        return 0
    return BY_CLIENT.wait(client) or BY_NAME.wait(_name(request))


def note_failure(request: HttpRequest) -> None:
    BY_CLIENT.spend(client_of(request))
    BY_NAME.spend(_name(request))


def is_guessing(request: HttpRequest) -> bool:
    """Whether what has just failed used up one of the limits."""
    counted = [(BY_CLIENT, client_of(request)), (BY_NAME, _name(request))]
    if request.user.is_authenticated:
        counted += [(CODES, _place(request)), (CODES_A_DAY, str(request.user.pk))]
    return any(limit.is_over(who) for limit, who in counted)


def _name(request: HttpRequest) -> str:
    return unicodedata.normalize("NFKC", request.POST.get("username", "")).strip().casefold()


def seconds_to_wait_for_code(request: HttpRequest) -> int:
    """0 when this code may be tried. Only whoever has the password gets as far.

    A code is one of a million, and three are good at a time; a hundred tries a day find one in ten years. Whoever is
    kept out by somebody else's guesses comes in by a link (`make sign-in-link`) and sets up the phone anew.
    """
    return CODES.wait(_place(request)) or CODES_A_DAY.wait(str(request.user.pk))


def note_wrong_code(request: HttpRequest) -> None:
    CODES.spend(_place(request))
    CODES_A_DAY.spend(str(request.user.pk))


def _place(request: HttpRequest) -> str:
    return f"{request.user.pk} {client_of(request)}"
