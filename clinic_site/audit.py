"""Who of the staff did what, in lines that are only added, each tied to the one before it.

What is where: a look at a lead is a LeadView; its stages, notes and codes are LeadEvents; what an export held is in
ExportLog; what a publication says is its Edition; which fields an admin form changed is a LogEntry. Here stand the
sign-ins and the second factor, which stand nowhere else, and one line for each of the above that takes data out or
away, or changes what the public or a colleague may see: kind, actor, moment (UTC) and the row's number, never what
it says.

A line's mark is a keyed hash over the line and the mark before it, so `manage.py check_audit` finds a line that was
changed, put in or taken out, by anybody who has the database without SECRET_KEY. Who changes SECRET_KEY checks before.
"""

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NoReturn

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class AppendOnly(Exception):
    """A line of the trail is never changed and never deleted by hand."""


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def note(
        self, kind: str, *, by: "User | None", row: models.Model | None = None, what: str = ""
    ) -> "AuditEntry":
        """One more line, about `row` or about `what`. Others wait for the end of the caller's transaction."""
        about = what or (f"{row._meta.label_lower} {row.pk}" if row else "")
        with transaction.atomic():
            head, _ = AuditHead.objects.select_for_update().get_or_create(pk=AuditHead.ONLY)
            entry = AuditEntry(at=timezone.now(), by=by, kind=kind, what=about, before=head.mark)
            entry.mark = entry.right_mark()
            entry.save()
            head.mark = entry.mark
            head.save()
        return entry

    def troubles(self) -> Iterator[str]:
        """What is not as it was written, in sentences. The oldest line may have lost the one before it: lines end."""
        before, last = None, ""
        for entry in self.order_by("pk").iterator(chunk_size=500):
            if before is not None and entry.before != before:
                yield f"Before line {entry.pk} of {entry.at:%Y-%m-%d %H:%M} UTC, a line was taken out or put in."
            if entry.mark != entry.right_mark():
                yield f"Line {entry.pk} of {entry.at:%Y-%m-%d %H:%M} UTC was changed."
            before = last = entry.mark
        head = AuditHead.objects.filter(pk=AuditHead.ONLY).first()
        if last != (head.mark if head else ""):
            yield "The last line is not the last that was written."

    def update(self, **fields: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly


class AuditEntry(models.Model):
    class Kind(models.TextChoices):
        SIGNED_IN = "in", "Signed in"
        SIGNED_OUT = "out", "Signed out"
        FAILED = "failed", "Did not get in"
        LINK = "link", "Came by a link"
        FACTOR = "factor", "Second factor"
        PASSWORD = "password", "Password"  # a kind of line
        RIGHTS = "rights", "Who may do what"
        EXPORTED = "exported", "Export"
        ERASED = "erased", "Erasure"
        PUBLISHED = "published", "Publication"
        CHANGED = "changed", "Offer, consent text or testimonials"

    at = models.DateTimeField("when", db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField("what", max_length=10, choices=Kind)
    what = models.CharField("about", max_length=100, blank=True)
    before = models.CharField(max_length=64, blank=True)
    mark = models.CharField(max_length=64, unique=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "line of the audit trail"
        verbose_name_plural = "lines of the audit trail"
        ordering = ["-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} at {self.at:%Y-%m-%d %H:%M} UTC"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly

    def right_mark(self) -> str:
        told = (self.before, self.at.astimezone(dt.UTC).isoformat(), str(self.by_id), self.kind, self.what)
        return salted_hmac(__name__, "\0".join(told), algorithm="sha256").hexdigest()


class AuditHead(models.Model):
    """The mark of the last line, in the one row that every new line waits for."""

    ONLY = 1

    mark = models.CharField(max_length=64, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.mark
