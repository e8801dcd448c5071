"""Signing in, in tests: with both factors as a matter of course, or with the first one alone.

`Client.force_login` stands for a person who has shown both (conftest.py puts `both_factors` in its place). It enrols
a phone and writes into the session what the site's own pages write there; nothing of the site is switched off, and
tests/test_second_factor.py goes through the pages themselves.
"""

import time
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import TOTP

from clinic_site import second_factor, staff_session
from clinic_site.models import AuthenticatorApp

NEVER = 2**40  # seconds: these sessions do not end while a test travels through time
KEY = "5e" * 20

one_factor_alone = Client.force_login


def phone_of(user: User) -> AuthenticatorApp:
    known: AuthenticatorApp | None = AuthenticatorApp.objects.filter(user=user).first()
    app = known or second_factor.new_app(user, KEY)
    if known is None:
        app.save()
    return app


def both_factors(client: Client, user: User, backend: str | None = None) -> None:
    one_factor_alone(client, user, backend)
    show_the_second(client, user)


def show_the_second(client: Client, user: User) -> None:
    marks = dict.fromkeys((staff_session.BEGAN, staff_session.SEEN, staff_session.CONFIRMED), NEVER)
    write(client, {DEVICE_ID_SESSION_KEY: phone_of(user).persistent_id, **marks})


def one_factor(client: Client, user: User) -> None:
    one_factor_alone(client, user)
    now = int(time.time())
    write(client, {staff_session.BEGAN: now, staff_session.SEEN: now})


def write(client: Client, values: dict[str, Any]) -> None:
    session = client.session
    session.update(values)
    session.save()


def code_of(key: str, *, steps: int = 0) -> str:
    """The six digits that a phone with this key shows, now or so many half minutes later."""
    totp = TOTP(bytes.fromhex(key))
    totp.time = time.time() + 30 * steps
    return f"{totp.token():06d}"
