"""How many wrong passwords may be tried. Only failures count, and a limit ends by itself within minutes."""

import unicodedata

from django.http import HttpRequest

from .clients import client_of
from .rates import Limit

WINDOW = 300  # seconds: long for a guessing machine, short for whoever has the desk full of patients
BY_CLIENT = Limit("sign-in client", most=20, seconds=WINDOW)  # a whole front desk behind one address
BY_NAME = Limit("sign-in name", most=10, seconds=WINDOW)


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


def _name(request: HttpRequest) -> str:
    return unicodedata.normalize("NFKC", request.POST.get("username", "")).strip().casefold()
