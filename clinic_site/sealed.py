"""What is stored so that the database alone does not tell it: sealed text, and keyed digests to find it by.

Sealing is Fernet's authenticated encryption (github.com/fernet/spec) under the first of settings.FIELD_KEYS; what an
older key sealed is still read. The keys live outside the database, so a copy of the database tells nobody's name:
New York's breach law (General Business Law 899-aa) speaks of data whose key was taken too.
"""

import hashlib
import hmac
import json
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import Exact

DIGEST_LENGTH = 32  # hexadecimal signs: 128 bits


class CannotUnseal(Exception):
    """None of FIELD_KEYS opens it: a key was taken out too early, or the database came from another site."""


@cache
def _ring(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


@cache
def _digest_keys(keys: tuple[str, ...]) -> list[bytes]:
    """Keys of their own, so that a digest tells nothing of what seals."""
    return [hmac.digest(key.encode(), b"clinic_site.sealed look-up", "sha256") for key in keys]


def seal(text: str) -> str:
    """Empty stays empty: that there is nothing is no secret."""
    return _ring(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode() if text else ""


def unseal(token: str) -> str:
    """Raises CannotUnseal."""
    if not token:
        return ""
    try:
        return _ring(tuple(settings.FIELD_KEYS)).decrypt(token).decode()
    except InvalidToken:
        raise CannotUnseal("FIELD_KEYS has no key that opens this.") from None


def digests(kind: str, value: str) -> list[str]:
    """What a value of a kind may be found by: one digest for each key, the newest key's first."""
    told = f"{kind}\0{value}".encode()
    keys = _digest_keys(tuple(settings.FIELD_KEYS))
    return [hmac.digest(key, told, hashlib.sha256).hex()[:DIGEST_LENGTH] for key in keys]


def digest(kind: str, value: str) -> str:
    """What a value of a kind is stored by."""
    return digests(kind, value)[0]


class SealedTextField(models.TextField[str, str]):
    """Text that is sealed in its column. It is found by digests, never by itself: each sealing looks different."""

    def get_prep_value(self, value: Any) -> str:
        return seal(super().get_prep_value(value) or "")

    def from_db_value(self, value: str, *_: object) -> str:
        return unseal(value)


class SealedJSONField(SealedTextField):
    """Any value that JSON knows, sealed."""

    def to_python(self, value: Any) -> Any:
        return value

    def get_prep_value(self, value: Any) -> str:
        return super().get_prep_value(json.dumps(value))

    def from_db_value(self, value: str, *_: object) -> Any:
        return json.loads(unseal(value) or "{}")


@SealedTextField.register_lookup
class IsEmpty(Exact[Any]):
    """The one thing the database can tell of a sealed column: whether there is anything in it."""

    def get_prep_lookup(self) -> Any:
        if self.rhs != "":
            raise FieldError("A sealed column can only be compared with nothing; look for a digest instead.")
        return self.rhs
