"""Whether the clinic is open, said in words and in clinic time.

Nothing is said when it is not sure: a wrong "closed" turns a patient away. The words change with the clinic's
day and with its opening and closing times, which the facts' stamp holds too, so no ready-made page outlives them.
"""

import datetime as dt
import re
from collections.abc import Sequence
from itertools import pairwise

from django.utils import timezone
from django.utils.formats import date_format, time_format

from . import facts
from .models import Clinic, Closure, OpeningHours

ANNOUNCED = dt.timedelta(days=7)  # before its first day, the pages tell of a closure
LOOKED_AHEAD = 60  # days in which the next opening is looked for
# A reason such as "from noon" says that the day is not closed as a whole.
PART_OF_A_DAY = re.compile(r"\d|noon|morning|evening|early|late|half", re.IGNORECASE)

Span = tuple[dt.time, dt.time]


class Timetable:
    def __init__(self, rows: Sequence[OpeningHours], closures: Sequence[Closure]) -> None:
        self.closures = closures
        self.spans: dict[int, list[Span]] = {}
        for weekday, opens, closes in sorted({(row.weekday, row.opens, row.closes) for row in rows}):
            spans = self.spans.setdefault(weekday, [])
            if spans and spans[-1][1] == opens:  # no break between them
                opens = spans.pop()[0]
            spans.append((opens, closes))

    def is_clear(self) -> bool:
        """Whether there are hours, none of which contradict each other."""
        days = self.spans.values()
        return bool(days) and all(one[1] < two[0] for day in days for one, two in pairwise(day))

    def closure_on(self, day: dt.date) -> Closure | None:
        return next((row for row in self.closures if row.first_day <= day <= row.last_day), None)

    def on(self, day: dt.date) -> list[Span]:
        return [] if self.closure_on(day) else self.spans.get(day.weekday(), [])

    def next_opening(self, after: dt.date) -> tuple[dt.date, dt.time] | None:
        days = (after + dt.timedelta(days=number) for number in range(1, LOOKED_AHEAD))
        return next(((day, spans[0][0]) for day in days if (spans := self.on(day))), None)


def open_words(clinic: Clinic | None, rows: Sequence[OpeningHours], closures: Sequence[Closure] = ()) -> str:
    """Open until 7 p.m. · Closed today, opens Tuesday 9 a.m. · nothing at all."""
    table = Timetable(rows, closures)
    if clinic is None or not table.is_clear():
        return ""
    now = timezone.localtime(timezone=clinic.zone)
    today, spans = now.date(), table.on(now.date())
    closure = table.closure_on(today)
    if closure and PART_OF_A_DAY.search(closure.reason):
        return ""
    for opens, closes in spans:
        if now.time() < opens:
            return f"Closed now, opens today {clock(opens)}"
        if now.time() < closes:
            return f"Open until {clock(closes)}"
    closed = "Closed now" if spans else "Closed today"
    opening = table.next_opening(today)
    return f"{closed}, opens {day_words(opening[0], today)} {clock(opening[1])}" if opening else closed


def closure_words(
    clinic: Clinic | None, rows: Sequence[OpeningHours], closures: Sequence[Closure]
) -> list[str]:
    """What the pages tell of closures that are near, from some days before to the end of the last day."""
    if clinic is None:
        return []
    today, table = clinic.today(), Timetable(rows, closures)
    near = [row for row in closures if row.first_day - ANNOUNCED <= today <= row.last_day]
    return [_closed(row, today) + _opens_again(row, table) for row in near]


def _closed(closure: Closure, today: dt.date) -> str:
    first, last = date_words(closure.first_day), date_words(closure.last_day)
    if closure.last_day in {today, closure.first_day}:
        days = "today" if closure.last_day == today else f"on {last}"
    else:
        days = f"until {last}" if closure.first_day <= today else f"from {first} to {last}"
    return f"We are closed {days}{': ' if closure.reason else ''}{closure.reason.rstrip('.')}."


def _opens_again(closure: Closure, table: Timetable) -> str:
    opening = table.next_opening(closure.last_day) if table.is_clear() else None
    if opening is None:
        return ""
    return f" We open again on {date_words(opening[0])} at {clock(opening[1]).rstrip('.')}."


def clock(time: dt.time) -> str:
    """As it is said: 9 a.m., 7:30 p.m., noon."""
    return time_format(time, "P")


def date_words(day: dt.date) -> str:
    return date_format(day, "l j F")


def day_words(day: dt.date, today: dt.date) -> str:
    """The shortest name of a day to come that cannot be taken for another."""
    ahead = (day - today).days
    if ahead == 1:
        return "tomorrow"
    return date_format(day, "l") if ahead < 7 else date_words(day)


def now_in_words() -> str:
    rows = facts.current().rows
    return open_words(rows.get("clinic"), rows.get("opening_hours") or [], rows.get("closures") or [])


def closures_to_come() -> list[Closure]:
    """Those that are not over."""
    rows = facts.current().rows
    clinic, closures = rows.get("clinic"), rows.get("closures") or []
    return [row for row in closures if row.last_day >= clinic.today()] if clinic else []


def closures_in_words() -> list[str]:
    rows = facts.current().rows
    return closure_words(rows.get("clinic"), rows.get("opening_hours") or [], rows.get("closures") or [])
