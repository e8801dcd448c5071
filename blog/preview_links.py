"""Links to a draft for a reviewer without an account. Each ends by itself and can be ended before."""

import datetime as dt
import hashlib
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from .articles import Article

LASTS = dt.timedelta(days=7)


def token_for(key: str) -> str:
    """The token that a form with `key` makes, however often it is sent. Guessed only by who has SECRET_KEY."""
    return salted_hmac("blog.preview_links", key, algorithm="sha256").hexdigest()


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class PreviewLinkQuerySet(models.QuerySet["PreviewLink"]):
    def live(self) -> "PreviewLinkQuerySet":
        """Whoever leaves leaves no way in behind."""
        return self.filter(ended_at=None, ends_at__gt=timezone.now(), made_by__is_active=True)

    def issue(self, article: Article, key: str, *, by: Any) -> str:
        """The token of a new link. Only its hash is kept, so it is shown once."""
        token = token_for(f"{article.pk}:{by.pk}:{key}")
        self.get_or_create(token_hash=digest(token), defaults={"article": article, "made_by": by})
        return token

    def by_token(self, token: str) -> "PreviewLink | None":
        return self.live().filter(token_hash=digest(token)).select_related("made_by").first()

    def end(self) -> int:
        return self.live().update(ended_at=timezone.now())


def _last_moment() -> dt.datetime:
    return timezone.now() + LASTS


class PreviewLink(models.Model):
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="preview_links")
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(default=_last_moment)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        default_permissions = ()  # whoever may change an article may show it to a reviewer

    def __str__(self) -> str:
        return f"Preview link {self.pk}"
