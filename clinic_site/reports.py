"""What readers say is wrong with a page: their words and the page, and nothing about them."""

import datetime as dt

from django.db import models
from django.utils import timezone

from . import facts

LONGEST = 1_000  # characters
LONGEST_PAGE = 200
MOST_A_DAY = 50  # a clinic's readers send a few in a month; more is a machine at play


class PageReportQuerySet(models.QuerySet["PageReport"]):
    def take(self, page: str, words: str) -> bool:
        """Store a report, once however often it is sent. False: there are too many today."""
        today = self.filter(at__gte=_midnight())
        if today.filter(page=page, words=words).exists():
            return True
        if today.count() >= MOST_A_DAY:
            return False
        self.create(page=page, words=words)
        return True


class PageReport(models.Model):
    page = models.CharField(max_length=LONGEST_PAGE)
    words = models.TextField("what is wrong")
    at = models.DateTimeField("sent", default=timezone.now, db_index=True)
    done = models.BooleanField(default=False)

    objects = PageReportQuerySet.as_manager()

    class Meta:
        ordering = ["done", "-at"]
        verbose_name = "reported problem"

    def __str__(self) -> str:
        return f"A problem with {self.page}"


def _midnight() -> dt.datetime:
    """The last one at the clinic."""
    clinic = facts.fact("clinic")
    zone = clinic.zone if clinic else timezone.get_default_timezone()
    return timezone.localtime(timezone=zone).replace(hour=0, minute=0, second=0, microsecond=0)
