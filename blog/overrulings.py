"""Warnings that somebody let stand, with who, when and why. Editions keep a copy of those that held for their text."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from .article_warnings import warnings_of
from .articles import Article
from .finding import Finding, Kind


class OverrulingQuerySet(models.QuerySet["Overruling"]):
    def let_stand(self, article: Article, finding: Finding, *, by: Any, reason: str = "") -> None:
        """A claim needs a reason in writing: ValueError without. What was decided already stays as it is."""
        if finding.needs_signer and not reason.strip():
            raise ValueError("A claim is let stand in writing only.")
        told = {"kind": finding.kind, "words": finding.words, "sentence": finding.sentence}
        self.get_or_create(
            article=article, key=finding.key, defaults={**told, "reason": reason.strip(), "by": by}
        )


class Overruling(models.Model):
    """Holds for the same words in the same sentence of one article, until it is taken back."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="overrulings")
    key = models.CharField(max_length=16)
    kind = models.CharField(max_length=8, choices=Kind)
    words = models.TextField(blank=True, default="")
    sentence = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = OverrulingQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        default_permissions = ()  # see Article.Meta: whoever publishes, and for a claim whoever signs
        constraints = [
            models.UniqueConstraint(fields=["article", "key"], name="warning_overruled_once"),
            models.CheckConstraint(
                condition=~models.Q(kind="claim") | ~models.Q(reason=""), name="claim_overruled_in_writing"
            ),
        ]

    def __str__(self) -> str:
        return f"“{self.words}” in article {self.article_id}"

    def as_kept(self) -> dict[str, str]:
        """For an edition: it is to be read when the account is long gone."""
        at: dt.datetime = self.at
        name = self.by.get_full_name() or self.by.get_username()
        told = {"kind": self.kind, "words": self.words, "sentence": self.sentence}
        return {**told, "reason": self.reason, "by": name, "at": at.isoformat()}


def sorted_warnings(article: Article) -> tuple[list[Finding], list[Overruling]]:
    """Of `article` (from `with_everything()`): what is still asked, and what was decided about the rest."""
    found = {finding.key: finding for finding in warnings_of(article)}
    held = list(Overruling.objects.filter(article=article, key__in=found).select_related("by"))
    decided = {row.key for row in held}
    return [finding for key, finding in found.items() if key not in decided], held
