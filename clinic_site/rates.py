"""How often one client may do a thing: search, sign in, send a form.

What is stored is a keyed hash that is another one on the next day of the clinic, and a count. No address is
stored, and none can be told from the rows without the site's key. Rows of past days are deleted.
"""

import datetime as dt
import logging
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import Error as DatabaseFault
from django.db import connection, models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from .front_door import clinic_zone
from .patience import hardly_waiting

log = logging.getLogger(__name__)


class _Swept:
    day: dt.date | None = None


class RateCountQuerySet(models.QuerySet["RateCount"]):
    def add(self, key: str, seconds: int) -> int:
        """One more for `key`, in one statement. How many there are now in the running window of `seconds`."""
        now = int(time.time())
        table = connection.ops.quote_name(RateCount._meta.db_table)
        runs = f"{table}.began > %s"
        sql = (
            f"INSERT INTO {table} (key, began, n) VALUES (%s, %s, 1) ON CONFLICT (key) DO UPDATE SET "  # noqa: S608
            f"n = CASE WHEN {runs} THEN {table}.n + 1 ELSE 1 END, "
            f"began = CASE WHEN {runs} THEN {table}.began ELSE excluded.began END RETURNING n"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [key, now, now - seconds, now - seconds])
            ((count,),) = cursor.fetchall()
        return int(count)

    def with_keys(self, keys: Sequence[str]) -> "list[RateCount]":
        """Written out, since every claim asks it: to put this one together takes Django longer than it runs."""
        if not keys:
            return []
        table = connection.ops.quote_name(RateCount._meta.db_table)
        marks = ", ".join(["%s"] * len(keys))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT key, began, n FROM {table} WHERE key IN ({marks})", keys)  # noqa: S608
            return [RateCount(*row) for row in cursor.fetchall()]

    def delete_past_days(self) -> None:
        """Nobody can find them any more: their keys were made with a day that is over."""
        midnight = timezone.localtime(timezone=clinic_zone()).replace(hour=0, minute=0, second=0)
        self.filter(began__lt=int(midnight.timestamp())).delete()


class RateCount(models.Model):
    key = models.CharField(max_length=64, primary_key=True)
    began = models.BigIntegerField(help_text="Seconds since 1970: when the window began.")
    n = models.PositiveIntegerField()

    objects = RateCountQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.n} since {self.began}"


@dataclass(frozen=True)
class Limit:
    """`most` times in `seconds`, counted from the first. `who` is a client, a name, whatever is counted by;
    an empty one is nobody in particular and is never held back."""

    name: str
    most: int
    seconds: int

    def spend(self, who: str) -> bool:
        """Count one more and say whether it is within the limit. Beyond it: one read, no writing.

        A count is a courtesy: when the database has no time for it, everybody may.
        """
        try:
            if self.is_over(who):
                return False
            with hardly_waiting():
                return self.count(who) <= self.most
        except DatabaseFault:
            log.warning("The rate %s could not be counted.", self.name)
            return True

    def count(self, who: str) -> int:
        """One more, inside the caller's transaction, and how many that makes."""
        if not who:
            return 0
        today = _today()
        if _Swept.day != today:
            _Swept.day = today
            RateCount.objects.delete_past_days()
        return RateCount.objects.add(self._key(who), self.seconds)

    def used(self, who: str) -> int:
        row = self._row(who)
        return row.n if row else 0

    def is_over(self, who: str) -> bool:
        return self.used(who) >= self.most

    def wait(self, who: str) -> int:
        """Seconds until `who` may again, for `Retry-After`; 0 when that is now. One read."""
        return self.wait_after(self._row(who))

    def wait_after(self, row: RateCount | None) -> int:
        """The same with a row that `counts_of` has read together with others."""
        if row is None or row.n < self.most:
            return 0
        return max(1, math.ceil(row.began + self.seconds - time.time()))

    def _row(self, who: str) -> RateCount | None:
        began_after = int(time.time()) - self.seconds
        return RateCount.objects.filter(key=self._key(who), began__gt=began_after).first() if who else None

    def _key(self, who: str) -> str:
        salt = f"{__name__} {self.name} {_today().isoformat()}"
        return salted_hmac(salt, who, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()


def counts_of(asked: Mapping[Limit, str]) -> dict[Limit, RateCount]:
    """How often each has been by the one it is asked for, in one read. What was never is left out."""
    keys = {limit._key(who): limit for limit, who in asked.items() if who}
    now = int(time.time())
    rows = RateCount.objects.with_keys(list(keys))
    return {keys[row.key]: row for row in rows if row.began > now - keys[row.key].seconds}


def _today() -> dt.date:
    return timezone.localdate(timezone=clinic_zone())
