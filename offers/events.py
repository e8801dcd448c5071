"""The timeline of a lead: lines are added, never changed. Their text is sealed, since staff write about people."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone

from clinic_site.sealed import SealedTextField

from .stages import NotAllowed


class LeadEvent(models.Model):
    """One line of a lead's timeline."""

    class Kind(models.TextChoices):
        CLAIMED = "claimed", "Claimed"
        MOVED = "moved", "Stage"
        NOTE = "note", "Note"
        REDEEMED = "redeemed", "Redeemed"
        UNDONE = "undone", "Undone"
        CODE = "code", "Code"
        MERGED = "merged", "Merged"
        CONSENT = "consent", "Consent"
        ERASED = "erased", "Erased"

    lead = models.ForeignKey("offers.Lead", on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=8, choices=Kind)
    text = SealedTextField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} at {self.at:%Y-%m-%d %H:%M} UTC"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise NotAllowed("A line of the timeline is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise NotAllowed("A line of the timeline is never deleted.")
