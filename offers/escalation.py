"""A lead that nobody opens in time: the next of the staff is told, each once, until somebody does."""

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from . import recipients
from .clinic_time import ClinicClock, clinic_clock
from .models import Lead, Notice, Offer

if TYPE_CHECKING:
    from .lead_queries import LeadQuerySet

MOST_AT_ONCE = 50  # leads of one run; the rest waits for the next


def tell_next() -> int:
    """How many were passed on. A chore: the mails themselves go the way of all others (notices.py)."""
    people = recipients.in_turn()
    waiting = late(people)[:MOST_AT_ONCE] if people else []
    return sum(pass_on(lead, people) for lead in waiting)


def late(people: list[User], now: dt.datetime | None = None) -> "LeadQuerySet":
    """Unanswered and unopened for as long as their offer allows, since somebody was last told; oldest first.

    Who opened what is forgotten after a while, so older leads are left alone.
    """
    now = now or timezone.now()
    told = Max("notices__queued_at", filter=Q(notices__kind__in=Notice.Kind.to_clinic()))
    done = Count("notices__pk", filter=Q(notices__to__in=people), distinct=True)
    known_since = now - dt.timedelta(days=settings.RETENTION_DAYS["access_log"])
    unopened = Lead.objects.unanswered().filter(views=None, created_at__gt=known_since)
    counted = unopened.annotate(told_at=told, done=done).filter(done__lt=len(people))
    return counted.filter(_by_deadline(now, clinic_clock())).order_by("created_at", "pk")


def _by_deadline(now: dt.datetime, clock: ClinicClock) -> Q:
    """An offer that gives no hours passes nothing on."""
    offers: defaultdict[int, list[int]] = defaultdict(list)
    for pk, hours in Offer.objects.exclude(open_within=0).order_by().values_list("pk", "open_within"):
        offers[hours].append(pk)
    found = Q(pk=None)
    for hours, pks in offers.items():
        found |= Q(offer__in=pks, told_at__lte=clock.before(now, dt.timedelta(hours=hours)))
    return found


def pass_on(lead: Lead, people: list[User]) -> bool:
    """Tell the first of `people` who has not been told, unless somebody has just opened it."""
    with transaction.atomic():
        stored = Lead.objects.select_for_update().get(pk=lead.pk)
        told = set(stored.notices.exclude(to=None).values_list("to_id", flat=True))
        following = next((user for user in people if user.pk not in told), None)
        if following is None or not stored.is_unopened():
            return False
        Notice.objects.create(lead=stored, kind=Notice.Kind.UNOPENED, to=following)
        stored.add_event(
            f"Nobody had opened it in time: {following.get_full_name() or following.username} is told."
        )
    return True
