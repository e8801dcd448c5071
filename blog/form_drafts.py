"""What is typed on an article's form and not saved yet: kept on the server, so that no closed tab takes it away.

Nothing of it is kept in the browser. The same rows say who has an article's page open.
"""

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.http import QueryDict
from django.utils import timezone

from clinic_site.sealed import SealedJSONField

from .articles import Article

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LIFE = dt.timedelta(days=30)
STILL_OPEN = dt.timedelta(seconds=60)  # three times as long as a page waits to say that it is open
NEW_KEY = 32  # characters of the key that a new article's form makes itself
LONGEST_KEY = 40

LATE_PASS = "late_pass"  # noqa: S105  # its name on the form, see late_forms.py
NOT_TYPED = {"csrfmiddlewaretoken", LATE_PASS}

Typed = dict[str, list[str]]


def typed_part(fields: Iterable[tuple[str, list[Any]]]) -> Typed:
    return {str(name): [str(value) for value in values] for name, values in fields if name not in NOT_TYPED}


def as_key(sent: str) -> str:
    """PostgreSQL takes no null."""
    return sent.replace("\x00", "")[:LONGEST_KEY]


class FormDraftQuerySet(models.QuerySet["FormDraft"]):
    def unsaved(self, user: "User", article: Article | None) -> "FormDraftQuerySet":
        """What `user` typed about `article` and did not save; without an article, all their new ones."""
        return self.filter(user=user, article=article, typed_at__isnull=False).order_by("-typed_at")

    def unsaved_on(self, user: "User", key: str) -> "FormDraft | None":
        return self.filter(user=user, key=as_key(key), typed_at__isnull=False).first()

    def note(self, user: "User", key: str, article: Article | None, **fields: Any) -> None:
        """The page is open; `fields` is what else there is to keep of it."""
        self.update_or_create(
            user=user, key=key, defaults={"article": article, "seen_at": timezone.now(), **fields}
        )

    def keep(self, user: "User", key: str, article: Article | None, typed: Typed) -> None:
        self.note(user, key, article, typed=typed, typed_at=timezone.now())

    def close(self, user: "User", key: str) -> None:
        """The page is closed. What was typed stays."""
        mine = self.filter(user=user, key=key)
        mine.filter(typed_at=None).delete()
        mine.update(seen_at=None)

    def others(self, user: "User", article: Article) -> list[str]:
        """Who else has the page of `article` open, by name."""
        recent = timezone.now() - STILL_OPEN
        rows = self.filter(article=article, seen_at__gt=recent).exclude(user=user).select_related("user")
        return sorted({row.user.get_full_name() or row.user.get_username() for row in rows})


class FormDraft(models.Model):
    """One row for each person and form, overwritten as they type and deleted when they save."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # An article that a colleague deletes takes nobody's words along: they become the start of a new one.
    article = models.ForeignKey(Article, null=True, on_delete=models.SET_NULL, related_name="+")
    key = models.CharField(max_length=LONGEST_KEY)  # the article's number, or the key a new one's form makes
    typed: models.Field[Any, Any] = SealedJSONField(default=dict)  # as the form would post it
    typed_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    objects = FormDraftQuerySet.as_manager()

    class Meta:
        default_permissions = ()  # it belongs to whoever typed it
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_draft_of_a_form")]

    def __str__(self) -> str:
        return f"What user {self.user_id} typed on form {self.key}"

    @property
    def article_is_gone(self) -> bool:
        """It was typed about an article that has been deleted since."""
        return self.article_id is None and len(self.key) < NEW_KEY and self.key.isdecimal()

    def as_post(self) -> QueryDict:
        data = QueryDict(mutable=True)
        for name, values in self.typed.items():
            data.setlist(name, values)
        return data


def forget_old() -> None:
    """Daily: what nobody came back to."""
    long_ago = timezone.now() - LIFE
    old = models.Q(typed_at__lt=long_ago) | models.Q(typed_at=None, seen_at__lt=long_ago)
    FormDraft.objects.filter(old | models.Q(typed_at=None, seen_at=None)).delete()
