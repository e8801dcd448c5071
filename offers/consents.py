"""Who agreed to what, in which words, when and where: rows that are only added. Taking a yes back is a new row."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone

from clinic_site.sealed import DIGEST_LENGTH, SealedTextField, digests

from .consent_texts import ConsentText, Unchangeable
from .lead_keys import LeadKey, mail_identity, phone_identity

MARK_LENGTH = 8

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from .leads import Lead


@dataclass(frozen=True)
class Choice:
    """What a person chose at one box, and the words that stood beside it."""

    kind: str
    given: bool
    text_id: int | None = None
    sha256: str = ""
    typed: str = ""  # the address as the person typed it; the lead's own when empty


class Scope(models.TextChoices):
    """What a no is about. A person who says stop and nothing else means everything."""

    EVERYTHING = "everything", "Everything"
    TEXTS = "texts", "Texts"
    CALLS = "calls", "Calls"
    NEWS = "news", "News by e-mail"


class Source(models.TextChoices):
    FORM = "form", "The form"
    TICKET = "ticket", "Their ticket page"
    LINK = "link", "The link in a mail"
    REPLY = "reply", "A reply of theirs"
    STAFF = "staff", "Told to staff"
    PHONE = "phone", "Claim by phone"

    @classmethod
    def with_boxes(cls) -> "set[Source]":
        """Where a box that nobody ticked is a no, and takes nothing back."""
        return {cls.FORM, cls.PHONE}


class AddedOnlyQuerySet[Row: models.Model](models.QuerySet[Row]):
    def update(self, **fields: Any) -> NoReturn:
        raise Unchangeable("This record is only added to.")

    def delete(self) -> NoReturn:
        raise Unchangeable("This record is only added to.")


class AddedOnly(models.Model):
    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise Unchangeable("This record is only added to.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Unchangeable("This record is only added to.")


class ConsentQuerySet(AddedOnlyQuerySet["Consent"]):
    def live(self, kind: str, lead: "Lead") -> "Consent | None":
        """The yes to `kind` that is in force for the lead's address, on whatever form it was given."""
        from .permissions import newest_yes  # which reads these rows, so it cannot stand above

        return newest_yes(kind, lead)

    def record(
        self,
        lead: "Lead",
        choices: Iterable[Choice],
        *,
        source: str,
        page: str = "",
        scope: str = Scope.EVERYTHING,
        by: "User | None" = None,
    ) -> None:
        """Each choice as a row, the noes as well: they prove that nobody was made to agree."""
        how = {"source": source, "page": page[:200], "scope": scope, "by": by}
        self.bulk_create([Consent.of(lead, choice, **how) for choice in choices])


def key_marks() -> list[str]:
    """What tells the keys of settings.FIELD_KEYS apart, and nothing of them: newest first."""
    return [mark[:MARK_LENGTH] for mark in digests("key", "")]


def newest_mark() -> str:
    """Of the key by which a digest is made now. Nobody can make it anew by another: the key is needed as long."""
    return key_marks()[0]


class Consent(AddedOnly):
    class Kind(models.TextChoices):
        TEXTS = "texts", "Texts about a request"
        NEWS = "news", "News by e-mail"
        CALL = "call", "A call about this request"  # asked for on the ticket page: about this one lead
        EMAIL = "email", "A mail about this request"

    class Channel(models.TextChoices):
        TEXT = "text", "Text"
        CALL = "call", "Call"
        EMAIL = "email", "E-mail"

    CHANNELS = {
        Kind.TEXTS: Channel.TEXT,
        Kind.NEWS: Channel.EMAIL,
        Kind.CALL: Channel.CALL,
        Kind.EMAIL: Channel.EMAIL,
    }

    # The proof outlives the request: see retention.py.
    lead = models.ForeignKey("offers.Lead", null=True, on_delete=models.SET_NULL, related_name="consents")
    kind = models.CharField(max_length=5, choices=Kind)
    given = models.BooleanField()
    text = models.ForeignKey(ConsentText, null=True, on_delete=models.PROTECT, related_name="consents")
    sha256 = models.CharField("SHA-256 of the words as shown", max_length=64, blank=True, default="")
    channel = models.CharField(max_length=5, choices=Channel)
    address = SealedTextField(blank=True, default="")
    address_digest = models.CharField(max_length=DIGEST_LENGTH, blank=True, default="", db_index=True)
    key_mark = models.CharField(max_length=MARK_LENGTH, default=newest_mark, editable=False)
    at = models.DateTimeField(default=timezone.now)
    page = models.CharField(max_length=200, blank=True, default="")
    build = models.CharField(max_length=40, blank=True, default="")
    source = models.CharField(max_length=6, choices=Source)
    scope = models.CharField(max_length=10, choices=Scope, default=Scope.EVERYTHING)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {'yes' if self.given else 'no'}"

    @classmethod
    def of(cls, lead: "Lead", choice: Choice, **more: Any) -> "Consent":
        channel = cls.CHANNELS[cls.Kind(choice.kind)]
        address = lead.email if channel == cls.Channel.EMAIL else lead.phone
        return cls(
            lead=lead,
            kind=choice.kind,
            given=choice.given,
            text_id=choice.text_id,
            sha256=choice.sha256,
            channel=channel,
            address=choice.typed or address,
            address_digest=(address_digests(lead, channel) or [""])[0],
            build=build_id(),
            **more,
        )


class DoNotContact(AddedOnly):
    """An address that is left alone. No address can be read out of it, so it stays when a person is erased.

    A later yes in so many words, or a later request that asks for a call or a mail, goes before it.
    """

    digest = models.CharField(max_length=DIGEST_LENGTH, db_index=True)
    key_mark = models.CharField(max_length=MARK_LENGTH, default=newest_mark, editable=False)
    scope = models.CharField(max_length=10, choices=Scope, default=Scope.EVERYTHING)
    at = models.DateTimeField(default=timezone.now)
    source = models.CharField(max_length=6, choices=Source)

    objects = AddedOnlyQuerySet["DoNotContact"].as_manager()

    class Meta:
        ordering = ["at", "pk"]
        default_permissions = ("view",)
        verbose_name = "refusal to be contacted"
        verbose_name_plural = "refusals to be contacted"

    def __str__(self) -> str:
        return f"Do not contact: {self.get_scope_display()}, since {self.at:%Y-%m-%d}"


def address_digests(lead: "Lead", channel: str) -> Sequence[str]:
    """By which the address of a lead is found again, one for each key; none when it has no such address."""
    if channel == Consent.Channel.EMAIL:
        return digests(LeadKey.Kind.MAIL, mail_identity(lead.email)) if lead.email else []
    number = phone_identity(lead.phone, lead.phone_extension)
    return digests(LeadKey.Kind.PHONE, number) if number else []


def keys_in_use() -> set[int]:
    """The places in settings.FIELD_KEYS of the keys by which an address of a consent or a stop is found."""
    marks = {
        mark
        for model in (Consent, DoNotContact)
        for mark in model.objects.values_list("key_mark", flat=True).distinct()
    }
    return {place for place, mark in enumerate(key_marks()) if mark in marks}


@cache
def build_id() -> str:
    """Which version of the form a person saw: what the machine was told, or a hash of the form's own files."""
    if settings.BUILD_ID:
        return str(settings.BUILD_ID)
    found = hashlib.sha256()
    for folder, pattern in (("templates", "**/*.html"), ("offers", "*.py")):
        for path in sorted((settings.BASE_DIR / folder).glob(pattern)):
            found.update(path.read_bytes())
    return found.hexdigest()[:16]
