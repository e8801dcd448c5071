"""The second factor of every staff sign-in: a phone that shows codes (TOTP, RFC 6238), and recovery codes on paper.

django-otp keeps which device a session was verified with. Its own tables are not used: they hold the phone's key and
the recovery codes as plain text. How often a wrong code may be tried is said in sign_in_rates.py: the growing pauses
of django-otp would let whoever knows a password keep its owner out for good.
"""

import hashlib
import re
import secrets
import time
from base64 import b32encode
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone
from django_otp import verify_token
from django_otp.models import Device, DeviceManager
from django_otp.oath import TOTP

from . import facts
from .sealed import SealedTextField

if TYPE_CHECKING:
    from django.contrib.auth.models import User

DIGITS = re.compile(r"[0-9]{6}")
KEY_BYTES = 20  # RFC 4226, section 4
LATE_STEPS = 1  # of 30 seconds: how far a phone's clock may be off, either way
RECOVERY_CODES = 8
RECOVERY_BYTES = 8  # a code of 13 letters and digits
STRETCHED = (
    100_000  # rounds of PBKDF2: a code is random, so this is for whoever has the database and much time
)


class AuthenticatorAppManager(DeviceManager):
    def get_queryset(self) -> models.QuerySet["AuthenticatorApp"]:
        """Without the key: every page asks for its session's device, and only signing in opens what is sealed."""
        phones: models.QuerySet[AuthenticatorApp] = super().get_queryset()
        return phones.defer("key")


class AuthenticatorApp(Device):
    """The phone of one person."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="authenticator"
    )
    key = SealedTextField()  # hexadecimal
    last_step = models.BigIntegerField(default=-1)
    drift = models.SmallIntegerField(default=0)
    added_at = models.DateTimeField(default=timezone.now)

    objects = AuthenticatorAppManager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Phone {self.pk}"

    def matches(self, code: str) -> bool:
        """Whether the phone shows this code now. Remembers the step in memory, so that it matches once."""
        totp = TOTP(bytes.fromhex(self.key), drift=self.drift)
        totp.time = time.time()
        if not DIGITS.fullmatch(code) or not totp.verify(int(code), LATE_STEPS, self.last_step + 1):
            return False
        self.last_step, self.drift = totp.t(), totp.drift
        return True

    def verify_token(self, code: str) -> bool:
        """Each code once: django_otp.verify_token, which calls this, has locked the row."""
        if not self.matches(code):
            return False
        self.save(update_fields=["last_step", "drift"])
        return True

    @property
    def key_text(self) -> str:
        """As it is typed into an app, in groups of four."""
        return " ".join(re.findall(".{1,4}", b32encode(bytes.fromhex(self.key)).decode()))

    @property
    def address(self) -> str:
        """What the square says (github.com/google/google-authenticator/wiki/Key-Uri-Format)."""
        clinic = facts.fact("clinic")
        issuer = (clinic.name if clinic else settings.SITE_HOST).replace(":", " ")
        secret = self.key_text.replace(" ", "")
        label = quote(f"{issuer}:{self.user.get_username()}")
        return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer}, quote_via=quote)}"


class RecoverySheet(Device):
    """The recovery codes of one person, each good once."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_sheet"
    )
    salt = models.CharField(max_length=32)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Recovery codes {self.pk}"

    def verify_token(self, code: str) -> bool:
        deleted, _ = self.codes.filter(digest=self._digest(code)).delete()
        return bool(deleted)

    def renew(self) -> list[str]:
        """New codes in place of all old ones. Only their digests are kept, so this is the one time they can be read."""
        codes = [
            b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().strip("=").lower()
            for _ in range(RECOVERY_CODES)
        ]
        with transaction.atomic():
            self.salt = secrets.token_hex(16)
            self.save()
            self.codes.all().delete()
            RecoveryCode.objects.bulk_create(
                RecoveryCode(sheet=self, digest=self._digest(code)) for code in codes
            )
        return ["-".join(re.findall(".{1,5}", code)) for code in codes]

    def _digest(self, code: str) -> str:
        return hashlib.pbkdf2_hmac("sha256", code.encode(), bytes.fromhex(self.salt), STRETCHED).hex()


class RecoveryCode(models.Model):
    sheet = models.ForeignKey(RecoverySheet, on_delete=models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Recovery code {self.pk}"


def new_app(user: "User", key: str = "") -> AuthenticatorApp:
    """Not stored yet."""
    return AuthenticatorApp(user=user, name="phone", key=key or secrets.token_hex(KEY_BYTES))


def has_app(user: "User") -> bool:
    return bool(AuthenticatorApp.objects.filter(user=user).exists())


def verified_by(user: "User", typed: str) -> Device | None:
    """The device of `user` that this code is of, used up by it. None when it is wrong, or was used before."""
    code = re.sub(r"[\s-]", "", typed).lower()
    model = AuthenticatorApp if DIGITS.fullmatch(code) else RecoverySheet
    device = model.objects.filter(user=user).first()
    return verify_token(user, device.persistent_id, code) if device else None


@transaction.atomic
def put(app: AuthenticatorApp) -> None:
    """The only phone of its user from now on; recovery codes of an older one end with it."""
    remove(app.user)
    app.save(force_insert=True)


@transaction.atomic
def remove(user: "User") -> None:
    AuthenticatorApp.objects.filter(user=user).delete()
    RecoverySheet.objects.filter(user=user).delete()


def end_other_sessions(request: HttpRequest, user: "User") -> None:
    """Whoever else is signed in as `user` is so no more. Only staff have sessions, so there are few."""
    own = request.session.session_key
    for session in Session.objects.filter(expire_date__gt=timezone.now()).exclude(session_key=own):
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
