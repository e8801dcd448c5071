"""Who stands for exactly which text: a second person, or a practitioner alone with a checklist."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

from .articles import Article

# What a practitioner who works alone ticks, sentence by sentence. A sign-off keeps the sentences as they were.
CHECKLIST = [
    "I read the whole page in the preview, slowly, as a patient on a phone would.",
    "I looked up every source again: each number and each benefit says what its source says.",
    "The advice on when to get help is right for this condition and leaves no red flag out.",
    "Side effects, reasons against needles and other options are told as plainly as the benefits.",
    "Nothing promises a result, compares us with others, or goes beyond what my license covers.",
    "No patient can be recognized in the words or the pictures.",
]


class SignOffQuerySet(models.QuerySet["SignOff"]):
    def holding(self, article: Article, fingerprint: str) -> "SignOff | None":
        """The last one, if it is for exactly this text: any edit drops it, and so does withdrawing the article."""
        last = self.filter(article=article).select_related("signed_by").order_by("-pk").first()
        if last is None or last.hash != fingerprint:
            return None
        return None if article.withdrawn_at and article.withdrawn_at >= last.signed_at else last


class Signed(models.Model):
    """Somebody stands for exactly one text, by its fingerprint `hash`."""

    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(default=timezone.now)
    checklist = models.JSONField(default=list, help_text="What was ticked. Empty: a second person signed.")

    class Meta:
        abstract = True
        ordering = ["pk"]
        default_permissions = ()  # see Article.Meta: sign_article

    @property
    def is_self_review(self) -> bool:
        return bool(self.checklist)


class SignOff(Signed):
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="sign_offs")
    hash = models.CharField(max_length=64, help_text="Edition.fingerprint of the text that was signed.")

    objects = SignOffQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Article {self.article_id}, signed off at {self.signed_at:%Y-%m-%d %H:%M} UTC"


def writers_of(article: Article) -> list[int]:
    """Keys of the users who changed the working copy since it was last published, the last one first.

    Who changed it last is among them in any case: their own text may want a new signature, since it was withdrawn.
    """
    last = article.changed_by_id
    writers = [int(pk) for pk in article.writers.order_by("pk").values_list("pk", flat=True)]
    return [*([int(last)] if last else []), *(pk for pk in writers if pk != last)]


def changed_it_last(article: Article, user: Any) -> bool:
    return article.changed_by_id is not None and article.changed_by_id == int(user.pk)


def other_signers(user: Any) -> QuerySet[User]:
    backend = "django.contrib.auth.backends.ModelBackend"
    signers = User.objects.with_perm("blog.sign_article", backend=backend)
    return signers.filter(is_active=True, is_staff=True).exclude(pk=user.pk).order_by("pk")


def another_signer(user: Any, writers: Sequence[int] = ()) -> User | None:
    """Whom `user` asks to sign a text; `writers` as in `instead_of`, by which that person may."""
    others = other_signers(user)
    return (
        others.exclude(pk__in=writers).first() or others.exclude(pk__in=writers[:1]).first() or others.first()
    )


def why_not(by: Any, writers: Sequence[int], ticked: Sequence[str], checklist: list[str]) -> list[str]:
    """Why `by` may not sign a text yet. Whoever wrote of it is no second person: see `instead_of`."""
    if other := instead_of(by, writers):
        name = other.get_full_name() or other.get_username()
        return [f"You changed it, so somebody else signs it off: {name} can."]
    if by.pk in writers and list(ticked) != checklist:
        return ["Tick every sentence of the checklist."]
    return []


def instead_of(writer: Any, writers: Sequence[int]) -> User | None:
    """Who signs a text rather than `writer`, if `writer` wrote of it: somebody who did not.

    `writers` are keys of all who changed it since it was last published, the last one first. Where all who may sign
    are among them, anybody but the last one signs, with the checklist; and where there is nobody else, the last one
    too: None.
    """
    if writer.pk not in writers:
        return None
    others = other_signers(writer)
    return others.exclude(pk__in=writers).first() or (others.first() if writer.pk == writers[0] else None)
