"""Time as the clinic counts it: only while it is open. So Saturday night's request is not late on Monday at nine.

While no opening hours are known, every hour counts, and the words say so.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone

from clinic_site import facts
from clinic_site.hours import Timetable
from clinic_site.models import Closure

DAY = dt.timedelta(days=1)
LOOKED_AT = dt.timedelta(days=60)  # a clinic that has not been open for longer is not counted any further
COUNTED_IN_HOURS = dt.timedelta(days=14)  # after that, days say more than hours

Span = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class ClinicClock:
    table: Timetable
    zone: dt.tzinfo

    @property
    def knows_hours(self) -> bool:
        return self.table.is_clear()

    def _spans(self, day: dt.date) -> list[Span]:
        """When it is open on `day`, as moments: an hour that a clock change takes or adds counts as it passes.

        A closure leaves out the whole day, also where its reason speaks of a part of it.
        """
        return [
            (_moment(day, opens, self.zone), _moment(day, closes, self.zone))
            for opens, closes in self.table.on(day)
        ]

    def _days_back(self, until: dt.datetime, since: dt.datetime) -> Iterator[dt.date]:
        day, first = until.astimezone(self.zone).date(), since.astimezone(self.zone).date()
        while day >= first:
            yield day
            day -= DAY

    def between(self, since: dt.datetime, until: dt.datetime) -> dt.timedelta:
        """How long it was open from `since` to `until` (aware), looking back LOOKED_AT at most."""
        since, until = _utc(since), _utc(until)
        if not self.knows_hours:
            return until - since
        passed = dt.timedelta()
        for day in self._days_back(until, max(since, until - LOOKED_AT)):
            for opens, closes in self._spans(day):
                passed += max(min(closes, until) - max(opens, since), dt.timedelta())
        return passed

    def before(self, until: dt.datetime, span: dt.timedelta) -> dt.datetime:
        """The latest moment from which it was open for as long as `span` (more than none) until `until`.

        Whoever came then or earlier has waited that long. Looks back LOOKED_AT at most.
        """
        until = _utc(until)
        if not self.knows_hours:
            return until - span
        for day in self._days_back(until, until - LOOKED_AT):
            for opens, closes in reversed(self._spans(day)):
                if opens >= until:
                    continue
                last = min(closes, until)
                if last - opens >= span:
                    return last - span
                span -= last - opens
        return until - LOOKED_AT

    def words(self, since: dt.datetime, until: dt.datetime) -> str:
        """How long somebody has waited: 12 minutes, 3 clinic hours, 20 days; "" when it was never open meanwhile."""
        since, until = _utc(since), _utc(until)
        if until - since >= COUNTED_IN_HOURS:
            return counted((until - since) // DAY, "day")
        return self.said(self.between(since, until))

    def said(self, passed: dt.timedelta) -> str:
        """A time that the clinic was open, in words; "" when it is none."""
        minutes = passed // dt.timedelta(minutes=1)
        if minutes < 60:
            return counted(minutes, "minute") if minutes else "less than a minute" if passed else ""
        if self.knows_hours:
            return counted(minutes // 60, "clinic hour")
        return counted(minutes // 60, "hour") if minutes < 48 * 60 else counted(minutes // (24 * 60), "day")


def _utc(moment: dt.datetime) -> dt.datetime:
    """Two times of one zone are compared and subtracted by what their clocks show, which is wrong when these change."""
    return moment.astimezone(dt.UTC)


def _moment(day: dt.date, time: dt.time, zone: dt.tzinfo) -> dt.datetime:
    return _utc(dt.datetime.combine(day, time, tzinfo=zone))


def counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one}" if number == 1 else f"{number} {many or one + 's'}"


def clinic_clock(closures: Sequence[Closure] | None = None) -> ClinicClock:
    """The clinic's, as it is known now. `closures`: where it looks back further than the facts remember them."""
    rows = facts.current().rows
    clinic = rows.get("clinic")
    known = rows.get("closures") or [] if closures is None else closures
    table = Timetable(rows.get("opening_hours") or [], known)
    return ClinicClock(table, clinic.zone if clinic else timezone.get_default_timezone())
