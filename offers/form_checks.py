"""What the form alarm found, and when: one row for each test of the form, one for each spell of silence or talk."""

import datetime as dt

from django.db import models
from django.utils import timezone

KEPT = 100  # of each kind: over three months of daily tests
TOLD_AGAIN = dt.timedelta(hours=6)  # the soonest that the same trouble is mailed once more
QUIET_AGAIN = dt.timedelta(days=1)  # silence lasts, and nobody mends it overnight


class FormCheckQuerySet(models.QuerySet["FormCheck"]):
    def latest_of(self, kind: str) -> "FormCheck | None":
        return self.filter(kind=kind).order_by("-at", "-pk").first()

    def note(self, kind: str, trouble: str = "", what: str = "") -> "FormCheck":
        """Store what was found just now. Silence is looked at hourly, so it has a row only when it has changed."""
        now, last = timezone.now(), self.latest_of(kind)
        ok = trouble in {"", FormCheck.Trouble.NO_OFFER}
        if kind == FormCheck.Kind.SILENCE and last and last.trouble == trouble:
            last.at, last.what = now, what
            last.save(update_fields=["at", "what"])
            return last
        check = self.create(kind=kind, at=now, ok=ok, trouble=trouble, what=what)
        old = self.filter(kind=kind).order_by("-at", "-pk").values_list("pk", flat=True)[KEPT:]
        self.filter(pk__in=list(old)).delete()
        return check


class FormCheck(models.Model):
    class Kind(models.TextChoices):
        FORM = "form", "Test of the form"
        SILENCE = "silence", "Look for silence"

    class Trouble(models.TextChoices):
        UNREACHABLE = "unreachable", "The form cannot be reached"
        REFUSED = "refused", "The form refuses requests"
        NOT_STORED = "not_stored", "Requests are not stored"
        NO_TICKET = "no_ticket", "The ticket is missing"
        NOT_MAILED = "not_mailed", "Mails do not go out"
        QUIET = "quiet", "Unusually quiet"
        NO_OFFER = "no_offer", "No offer is open"

    kind = models.CharField(max_length=7, choices=Kind, default=Kind.FORM)
    at = models.DateTimeField(default=timezone.now)
    ok = models.BooleanField()
    trouble = models.CharField(max_length=11, choices=Trouble, blank=True, default="")
    what = models.CharField(max_length=300, blank=True, default="", help_text="In one plain sentence.")
    told_at = models.DateTimeField(null=True, blank=True, help_text="When the owner was mailed about it.")

    objects = FormCheckQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["kind", "at"], name="form_check_kind_at")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} at {self.at:%Y-%m-%d %H:%M} UTC"

    def is_news(self) -> bool:
        """Whether the owner is to be mailed: of a new trouble, of one that lasts, and once when all is well again."""
        told = (
            FormCheck.objects.filter(kind=self.kind, told_at__isnull=False)
            .order_by("-told_at", "-pk")
            .first()
        )
        if self.trouble == FormCheck.Trouble.NO_OFFER:
            return False
        if self.ok:
            return told is not None and not told.ok
        if told is None or told.ok or told.trouble != self.trouble:
            return True
        assert told.told_at
        pause = QUIET_AGAIN if self.trouble == FormCheck.Trouble.QUIET else TOLD_AGAIN
        return timezone.now() - told.told_at >= pause
