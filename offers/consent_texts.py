"""The words that people agree to. Each wording is a version of its own, and what somebody has seen never changes."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from clinic_site import facts
from clinic_site.changes import PublicQuerySet, PublicRow

CLINIC = "{clinic}"  # where the clinic's name is printed
# What a review by counsel adds; everything else of a used wording stands for good.
REVIEW = {"reviewed_on", "reviewed_by"}

NUMBER = r"(\d+|one|two|three|four|five|six|seven|eight|nine|ten)"
Gap = tuple[str, str]
PRACTICE: Gap = (r"\{clinic\}", "Name the practice: write {clinic} where its name shall stand.")
PRIVACY: Gap = (r"(?i)\bprivacy\b", "Say where people read how you keep it private.")
# The disclosures of 47 CFR 64.1200(f)(9) and of the CTIA's Messaging Principles, each with the sentence for whoever
# left it out.
WANTED: dict[str, list[Gap]] = {
    "texts": [
        PRACTICE,
        (r"(?i)\bautomat", "Say that messages may be sent by automated means."),
        (
            r"(?i)\bnot (a )?condition of (buying|purchas)",
            'Say: "Agreeing is not a condition of buying anything."',
        ),
        (r"(?i)\bmessage and data rates may apply", "Say that message and data rates may apply."),
        (
            rf"(?i)\b{NUMBER} (texts?|messages?|times|for each|for every|each|every|per|an?|in)\b|\bfrequency\b",
            "Say how often you send messages, for example: at most five for each request.",
        ),
        (r"\bSTOP\b", "Say that replying STOP ends them."),
        (r"\bHELP\b", "Say that replying HELP gets help."),
        PRIVACY,
        (r"(?i)\bterms\b", "Say where people read the terms."),
    ],
    "news": [
        PRACTICE,
        (r"(?i)\be-?mail", "Say that the news comes by e-mail."),
        (r"(?i)\bunsubscribe|\bstop\b", "Say how to stop the news."),
        PRIVACY,
    ],
}


class Unchangeable(Exception):
    """Somebody tried to change or delete a record of what was said or agreed to."""


class ConsentTextQuerySet(PublicQuerySet["ConsentText"]):
    def used(self) -> "ConsentTextQuerySet":
        return self.filter(consents__isnull=False).distinct()

    def update(self, **fields: Any) -> int:
        if not fields.keys() <= REVIEW and self.used().exists():
            raise Unchangeable("Somebody has agreed to these words. Make a new version.")
        return super().update(**fields)

    def delete(self) -> tuple[int, dict[str, int]]:
        if self.used().exists():
            raise Unchangeable("Somebody has agreed to these words, so they are kept.")
        return super().delete()


class ConsentText(PublicRow):
    class Kind(models.TextChoices):
        TEXTS = "texts", "Texts about a request"
        NEWS = "news", "News by e-mail"

    kind = models.CharField(max_length=5, choices=Kind)
    version = models.PositiveSmallIntegerField(editable=False)
    wording = models.TextField(
        max_length=1000, help_text="Stands beside the box. {clinic} becomes the clinic's name."
    )
    live_from = models.DateTimeField(default=timezone.now, help_text="From then on the forms show it.")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    reviewed_on = models.DateField(null=True, blank=True, help_text="When your counsel looked at it.")
    reviewed_by = models.CharField(max_length=80, blank=True, default="")

    objects = ConsentTextQuerySet.as_manager()  # type: ignore[misc]  # narrower than a row's

    class Meta:
        verbose_name = "wording of a consent"
        verbose_name_plural = "wordings of consents"
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="one_text_for_each_version"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, version {self.version}"

    def clean(self) -> None:
        if gaps := list(gaps_of(self.kind, self.wording)):
            raise ValidationError({"wording": gaps})
        if bool(self.reviewed_on) != bool(self.reviewed_by):
            field = "reviewed_by" if self.reviewed_on else "reviewed_on"
            raise ValidationError({field: "Write both who reviewed it and when."})

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            if self.version is None:
                newest = ConsentText.objects.filter(kind=self.kind).aggregate(newest=models.Max("version"))
                self.version = (newest["newest"] or 0) + 1
            if self.pk and self.has_new_words() and self.is_used():
                raise Unchangeable("Somebody has agreed to these words. Make a new version.")
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.is_used():
            raise Unchangeable("Somebody has agreed to these words, so they are kept.")
        return super().delete(*args, **kwargs)

    def is_used(self) -> bool:
        return self.consents.exists()

    def has_new_words(self) -> bool:
        """Against what is stored, which nobody can begin to agree to meanwhile."""
        stored = ConsentText.objects.select_for_update().filter(pk=self.pk).first()
        frozen = [field.attname for field in self._meta.concrete_fields if field.name not in REVIEW]
        return bool(stored) and any(getattr(stored, name) != getattr(self, name) for name in frozen)

    def changes_pages_at(self) -> list[dt.datetime]:
        return [self.live_from]

    def rendered(self) -> str:
        """The exact words on the page."""
        clinic = facts.fact("clinic")
        return self.wording.replace(CLINIC, clinic.name if clinic else "")

    @property
    def sha256(self) -> str:
        """Of the exact words on the page."""
        return hashlib.sha256(self.rendered().encode()).hexdigest()


def gaps_of(kind: str, wording: str) -> Iterator[str]:
    """What a wording fails to say, one sentence for each gap."""
    for pattern, sentence in WANTED.get(kind, []):
        if not re.search(pattern, wording):
            yield sentence
    if re.search(r"[{}]", wording.replace(CLINIC, "")):
        yield "Only {clinic} may stand in braces."


def load_consent_texts() -> list[ConsentText]:
    """Those that are live. The moment at which another one is makes the facts stale (`changes_pages_at`)."""
    return list(ConsentText.objects.filter(live_from__lte=timezone.now()).order_by("version"))


def shown_texts() -> dict[str, ConsentText]:
    """For each kind the wording that a form shows now, from memory; none while the clinic has no name to print."""
    texts: list[ConsentText] = facts.fact("consent_texts") or []
    clinic = facts.fact("clinic")
    return {text.kind: text for text in texts} if clinic and clinic.name else {}
