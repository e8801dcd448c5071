"""A month on one page, against the month before: totals only, nothing about a person or a single visitor."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.formats import date_format

from blog.reviews import due_for_review, reviewed_between
from clinic_site.front_door import clinic_zone
from clinic_site.models import Closure

from .clinic_time import ClinicClock, clinic_clock
from .counts import Kind, clinic_day
from .events import LeadEvent
from .funnel import ENOUGH_READS, Numbers, by_article, total_of
from .leads import Lead
from .notices import Notice
from .stages import Stage

MOST_ARTICLES = 3  # at the top and at the bottom
ANSWERS = [LeadEvent.Kind.MOVED, LeadEvent.Kind.REDEEMED]


@dataclass(frozen=True)
class Line:
    """One number of the month, and what it was the month before."""

    name: str
    now: str
    before: str


@dataclass(frozen=True)
class Answers:
    """How soon requests of the form were answered: when staff first moved them, in clinic time."""

    asked: int
    waits: list[dt.timedelta]  # of those that were answered
    in_time: int

    def share(self, number: int) -> str:
        return f"{number:,} of {self.asked:,}" if self.asked else "none came"

    def usual(self, clock: ClinicClock) -> str:
        if not self.waits:
            return "none"
        middle = median(wait.total_seconds() for wait in self.waits)
        return clock.said(dt.timedelta(seconds=middle)) or "no time"  # while it was closed


@dataclass(frozen=True)
class Period:
    """What is known of the days from `first` to `last`."""

    articles: list[Numbers]
    together: Numbers
    answers: Answers
    undelivered: int
    reviewed: int


@dataclass(frozen=True)
class Summary:
    first: dt.date
    lines: list[Line]
    best: list[Numbers]
    worst: list[Numbers]
    overdue: int  # reviews, as of today
    is_over: bool

    @property
    def before(self) -> dt.date:
        return month_before(self.first)


def month_before(first: dt.date) -> dt.date:
    return (first - dt.timedelta(days=1)).replace(day=1)


def last_month() -> dt.date:
    """The first day of the last month that is over at the clinic."""
    return month_before(clinic_day().replace(day=1))


def summary(first: dt.date) -> Summary:
    """Of the month that begins on `first`. As many queries for a busy month as for a quiet one."""
    clock = clinic_clock(list(Closure.objects.all()))
    now, before = _period(first, clock), _period(month_before(first), clock)
    told = [row for row in now.articles if row.reads >= ENOUGH_READS]
    told.sort(key=lambda row: -row.to_the_form)
    half = min(MOST_ARTICLES, len(told) // 2)
    return Summary(
        first=first,
        lines=_lines(now, before, clock),
        best=told[:half],
        worst=told[len(told) - half :],
        overdue=due_for_review().filter(next_review_on__lt=clinic_day()).count(),
        is_over=_next(first) <= clinic_day(),
    )


def _next(first: dt.date) -> dt.date:
    return (first + dt.timedelta(days=32)).replace(day=1)


def _period(first: dt.date, clock: ClinicClock) -> Period:
    following = _next(first)
    last = following - dt.timedelta(days=1)
    articles = by_article(first, last)
    zone = clinic_zone()
    span = (_midnight(first, zone), _midnight(following, zone))
    in_vain = Notice.objects.filter(status__in=[Notice.Status.BOUNCED, Notice.Status.GIVEN_UP])
    return Period(
        articles=articles,
        together=total_of(articles),
        answers=_answers(*span, clock),
        undelivered=in_vain.filter(
            queued_at__gte=span[0], queued_at__lt=span[1], lead__is_test=False
        ).count(),
        reviewed=reviewed_between(first, last),
    )


def _midnight(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()), zone)


def _answers(since: dt.datetime, until: dt.datetime, clock: ClinicClock) -> Answers:
    """A request that was set aside waits from its release on, when its notice was queued."""
    notices = Notice.objects.filter(lead=OuterRef("pk"), kind=Notice.Kind.CLINIC).order_by("queued_at")
    events = LeadEvent.objects.filter(
        lead=OuterRef("pk"), kind__in=ANSWERS, by__isnull=False, at__gt=OuterRef("told")
    )
    leads = Lead.objects.real().filter(created_at__gte=since, created_at__lt=until)
    leads = leads.filter(came_by=Lead.CameBy.FORM).exclude(stage=Stage.SET_ASIDE)
    rows: Iterable[tuple[Any, ...]] = (
        leads.order_by()
        .annotate(told=Subquery(notices.values("queued_at")[:1]))
        .annotate(answered=Subquery(events.order_by("at").values("at")[:1]))
        .values_list("told", "answered", "offer__answer_within")
    )
    found = list(rows)
    waits = [(clock.between(told, answered), hours) for told, answered, hours in found if answered]
    in_time = sum(wait <= dt.timedelta(hours=hours) for wait, hours in waits)
    return Answers(len(found), [wait for wait, _ in waits], in_time)


def _lines(now: Period, before: Period, clock: ClinicClock) -> list[Line]:
    steps = {
        "Articles read": Kind.READ,
        "Form opened": Kind.OPENED,
        "Asked for the offer": Kind.CLAIMED,
        "Booked a visit": Kind.BOOKED,
        "Came and used the code": Kind.REDEEMED,
    }
    both = (now, before)
    lines = [
        Line(name, *(f"{period.together.number(kind):,}" for period in both)) for name, kind in steps.items()
    ]
    answers = [period.answers for period in both]
    return [
        *lines,
        Line("Given in discounts", *(period.together.given for period in both)),
        Line("Requests of the form answered", *(one.share(len(one.waits)) for one in answers)),
        Line("In the hours that the offer sets", *(one.share(one.in_time) for one in answers)),
        Line("Half of the answers came within", *(one.usual(clock) for one in answers)),
        Line("Mails that could not be delivered", *(f"{period.undelivered:,}" for period in both)),
        Line("Pages reviewed", *(f"{period.reviewed:,}" for period in both)),
    ]


def name_of(first: dt.date) -> str:
    return date_format(first, "F Y")
