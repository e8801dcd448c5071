"""Who of the staff opened which lead: the lists mask what is personal, and whoever wants to see it leaves a line."""

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from .leads import Lead

ONE_LOOK = dt.timedelta(minutes=10)  # coming back to a page within it is the same look


class LeadViewQuerySet(models.QuerySet["LeadView"]):
    def note(self, *leads: "Lead", by: "User") -> None:
        """`by` has opened these leads: one line for each, but none within ONE_LOOK of the last."""
        mine = self.filter(lead__in=leads, by=by, at__gt=timezone.now() - ONE_LOOK)
        seen = set(mine.values_list("lead_id", flat=True))
        self.bulk_create([LeadView(lead=lead, by=by) for lead in leads if lead.pk not in seen])


class LeadView(models.Model):
    """One look at one lead. Kept for days, not years (see retention)."""

    lead = models.ForeignKey("offers.Lead", on_delete=models.CASCADE, related_name="views")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = LeadViewQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"Request no. {self.lead_id}, opened at {self.at:%Y-%m-%d %H:%M} UTC"
