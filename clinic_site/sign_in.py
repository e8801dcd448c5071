"""One-time sign-in links: how the owner gets in the first time, and again after losing a password."""

import datetime as dt
import hashlib
import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LASTS = dt.timedelta(minutes=15)
BY_LINK = "signed_in_by_link"  # in the session of whoever came by a link: may choose a new password


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class SignInLinkManager(models.Manager["SignInLink"]):
    def issue(self, user: "User") -> str:
        """A new link's token for `user`. Only its hash is kept; older unused links of the user end."""
        token = secrets.token_urlsafe(32)
        self.filter(user=user, used_at=None).delete()
        self.create(user=user, token_hash=_digest(token), ends_at=timezone.now() + LASTS)
        return token

    def peek(self, token: str) -> "SignInLink | None":
        return (
            self.filter(token_hash=_digest(token), used_at=None, ends_at__gt=timezone.now())
            .filter(user__is_active=True)
            .select_related("user")
            .first()
        )

    def use(self, token: str) -> "User | None":
        """The link's user, once. None when it is unknown, used or over; two presses at once give one user."""
        link = self.peek(token)
        if link and self.filter(pk=link.pk, used_at=None).update(used_at=timezone.now()):
            return link.user
        return None


class SignInLink(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    token_hash = models.CharField(max_length=64, unique=True)
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = SignInLinkManager()

    def __str__(self) -> str:
        return f"Sign-in link {self.pk}"
