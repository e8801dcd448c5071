"""Addresses that were asked for and do not exist, so that staff can send their readers on.

No query string and nothing about a person is kept. A count is a courtesy: it is made after the page is sent, gives
way to everybody else's writing, and never fails a page.
"""

import logging
import re
import time

from django.db import Error as DatabaseFault
from django.db import models
from django.db.models import F
from django.utils import timezone

from .addresses import is_private, key_of
from .patience import hardly_waiting

MOST = 500  # different addresses
LONGEST = 200  # characters; who writes more tells a story
MOST_DIGITS = 4  # five may be a ZIP code, a birthday, a phone number
EVERY = 0.2  # seconds between two counts of a process: a machine at play does not keep the database busy
DAY_IN_PATH = re.compile(r"/(?:19|20)\d\d/\d\d?(?:/\d\d?)?(?=/)")  # many blogs have the day in the address
# What only machines look for: hidden files, programs, other systems' back doors. Pages have no ending, or these.
NOISE = re.compile(
    r"/\.|\.(?!html?$|pdf$)[^/]*$|"
    r"/(?:wp|wordpress|cgi-bin|php\w*|mysql|xmlrpc|vendor|actuator|administrator|static|media|autodiscover)\b"
)
log = logging.getLogger(__name__)


class _Pace:
    next_at = float("-inf")


class MissQuerySet(models.QuerySet["Miss"]):
    def note(self, path: str) -> None:
        """One more look for a decoded `path`. Whatever goes wrong, nothing is raised."""
        path = key_of(path)
        now = time.monotonic()
        if now < _Pace.next_at or not is_worth_noting(path):
            return
        _Pace.next_at = now + EVERY
        try:
            with hardly_waiting():
                again = self.filter(path=path).update(count=F("count") + 1, last_asked=timezone.now())
                if not again:
                    self._make_room()
                    self.bulk_create([Miss(path=path)], ignore_conflicts=True)
        except DatabaseFault:
            log.warning("An address that was not found could not be counted.")

    def _make_room(self) -> None:
        """The least asked for goes first, then what was asked for longest ago."""
        if self.count() >= MOST:
            kept = self.order_by("-count", "-last_asked").values_list("pk", flat=True)[: MOST - 1]
            self.exclude(pk__in=list(kept)).delete()


class Miss(models.Model):
    path = models.CharField("address", max_length=LONGEST, unique=True)
    count = models.PositiveIntegerField("times asked", default=1)
    last_asked = models.DateTimeField(default=timezone.now)

    objects = MissQuerySet.as_manager()

    class Meta:
        ordering = ["-count", "-last_asked"]
        verbose_name = "address that does not exist"
        verbose_name_plural = "addresses asked for that do not exist"

    def __str__(self) -> str:
        return self.path


def is_worth_noting(path: str) -> bool:
    """Whether a normalised `path` looks like a page that somebody wanted, and like nobody's data."""
    digits = sum(sign.isdigit() for sign in DAY_IN_PATH.sub("", path))
    return (
        path.isprintable()
        and len(path) <= LONGEST
        and digits <= MOST_DIGITS
        and "@" not in path
        and not NOISE.search(path)
        and not is_private(path)
    )
