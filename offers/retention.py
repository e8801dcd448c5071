"""How long which record is kept, and forgetting it when that is over.

The days are in settings.RETENTION_DAYS, each with its reason. Here is from when on they count: a request that is
still worked on is not old, so it counts from the last line of its timeline, and never ends before its next contact.
"""

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db import models
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from clinic_site.models import AuditEntry, Clinic, load_clinic

from .clinic_time import counted
from .consents import Consent
from .events import LeadEvent
from .export_log import ExportLog
from .forget import erase_with_parts
from .lead_keys import LeadKey
from .lead_views import LeadView
from .leads import Lead
from .offer import Offer
from .stages import Stage

TEST_LEAD_LIFE = dt.timedelta(hours=1)  # the form alarm removes its own within minutes; this is what it left
NOTHING = dt.timedelta(0)
LEAP_DAYS = 5  # by which a number of days may differ from whole years and still be called so
AT_ONCE = 200  # rows of a log in one deletion: others wait for no more than that
AHEAD = dt.timedelta(days=14)  # a weekly preview so tells of everything at least a week before

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rule:
    """One class of records. `rows` are those not forgotten yet, each with `since`, from when its days count."""

    name: str
    title: str
    counts_from: str
    rows: Callable[[], models.QuerySet[Any]]
    own_life: dt.timedelta | None = None  # where it is no matter of choice

    @property
    def life(self) -> dt.timedelta:
        if self.own_life is not None:
            return self.own_life
        return dt.timedelta(days=settings.RETENTION_DAYS[self.name])

    @property
    def life_in_words(self) -> str:
        if self.name == "test":
            return "1 hour"
        years = round(self.life.days / 365.25)
        if years and abs(self.life.days - years * 365.25) < LEAP_DAYS:
            return counted(years, "year")
        return counted(self.life.days, "day")

    def due(self, at: dt.datetime) -> models.QuerySet[Any]:
        return self.rows().filter(since__lte=at - self.life).order_by("pk")

    @property
    def is_of_requests(self) -> bool:
        return self.rows().model is Lead

    def forget(self, at: dt.datetime) -> int:
        """How many. Each request, and each handful of log lines, in a transaction of its own."""
        if self.is_of_requests:
            return sum(self._forget_request(pk, at) for pk in self.due(at).values_list("pk", flat=True))
        count = 0
        while batch := list(self.due(at).values_list("pk", flat=True)[:AT_ONCE]):
            count += len(batch)
            # Such logs are only ever added to; their end is the one thing they may not refuse.
            models.QuerySet(self.rows().model).filter(pk__in=batch).delete()
        return count

    def _forget_request(self, pk: int, at: dt.datetime) -> bool:
        lead = self.due(at).filter(pk=pk).first()  # once more: somebody may have picked it up meanwhile
        if lead is None:
            return False
        why = f"Forgotten by rule, {self.life_in_words} after {self.counts_from}."
        return erase_with_parts(lead, by=None, why=why)


def requests(**conditions: Any) -> models.QuerySet[Lead]:
    """Not erased, `since` their last line. What is part of another request waits for that one."""
    last = LeadEvent.objects.filter(lead=models.OuterRef("pk")).order_by("-at").values("at")[:1]
    is_whole = models.Q(merged_into=None) | models.Q(merged_into__erased_at__isnull=False)
    found = Lead.objects.filter(is_whole, erased_at=None, is_test=False, **conditions)
    return found.exclude(next_contact_on__gte=today()).annotate(
        since=Coalesce(models.Subquery(last), models.F("created_at"))
    )


def today() -> dt.date:
    return (load_clinic() or Clinic()).today()


def _unbooked() -> models.QuerySet[Lead]:
    return requests(stage__in=[Stage.NEW, Stage.CONTACTED, Stage.LOST])


def _booked() -> models.QuerySet[Lead]:
    """Booking is the hand-over to the practice's records; who books a far day gets a next contact date."""
    return requests(stage=Stage.BOOKED)


def _redeemed() -> models.QuerySet[Lead]:
    return requests(stage=Stage.REDEEMED).annotate(since=models.F("redeemed_at"))


def _set_aside() -> models.QuerySet[Lead]:
    return requests(stage=Stage.SET_ASIDE)


def _tests() -> models.QuerySet[Lead]:
    return Lead.objects.filter(is_test=True, erased_at=None).annotate(since=models.F("created_at"))


def _staff_actions() -> models.QuerySet[LogEntry]:
    return LogEntry.objects.annotate(since=models.F("action_time"))


def _consents() -> models.QuerySet[Consent]:
    """From the last that is known of the person's request; what somebody refused is kept for good, and what takes a
    yes back as long as that."""
    last = LeadEvent.objects.filter(lead=models.OuterRef("lead")).order_by("-at").values("at")[:1]
    last_or_own = Coalesce(models.Subquery(last), models.F("at"))
    yes_before = Consent.objects.filter(
        kind=models.OuterRef("kind"),
        address_digest=models.OuterRef("address_digest"),
        given=True,
        at__lt=models.OuterRef("at"),
    )
    takes_back = models.Q(given=False) & models.Exists(yes_before)
    return Consent.objects.exclude(takes_back).annotate(since=Greatest(last_or_own, models.F("at")))


def _marks() -> models.QuerySet[LeadKey]:
    """By which a person who used the discount is known after erasure (forget.py)."""
    over = [offer.pk for offer in Offer.objects.all() if offer.is_past_grace()]
    of_erased = LeadKey.objects.filter(lead__erased_at__isnull=False, lead__offer__in=over)
    return of_erased.annotate(since=models.F("lead__erased_at"))


def _looks() -> models.QuerySet[LeadView]:
    return LeadView.objects.annotate(since=models.F("at"))


def _exports() -> models.QuerySet[ExportLog]:
    return ExportLog.objects.annotate(since=models.F("at"))


def _audit() -> models.QuerySet[AuditEntry]:
    return AuditEntry.objects.annotate(since=models.F("at"))


RULES = [
    Rule("unbooked", "Requests that came to no visit", "the last line of the timeline", _unbooked),
    Rule("booked", "Requests that were booked", "the last line of the timeline", _booked),
    Rule("redeemed", "Requests whose code was redeemed", "redeeming", _redeemed),
    Rule("set_aside", "Requests that were set aside", "the last line of the timeline", _set_aside),
    Rule("test", "Requests that the form's own test left", "the test", _tests, TEST_LEAD_LIFE),
    Rule("marks", "By what a used discount is known, once its offer is over", "erasure", _marks, NOTHING),
    Rule("consent", "Proof of what was agreed to or not", "the last line about the person", _consents),
    Rule("access_log", "Who opened which request", "the look", _looks),
    Rule("staff_log", "What staff changed", "the change", _staff_actions),
    Rule("staff_log", "What staff exported", "the export", _exports),
    Rule("staff_log", "The audit trail", "the line", _audit),
]


@dataclass(frozen=True)
class Outlook:
    """What a rule does next. Numbers are those of requests; lines of logs have none."""

    rule: Rule
    now: int
    soon: int
    numbers: list[int]
    soon_numbers: list[int]
    next_at: dt.datetime | None


def run() -> dict[str, int]:
    """Forget all that is due, and say how many of each. To be called daily; a second time finds nothing."""
    at = timezone.now()
    counts: dict[str, int] = {}
    for rule in RULES:
        counts[rule.title] = rule.forget(at)
    done = ", ".join(f"{count} of “{title}”" for title, count in counts.items() if count)
    log.info("Forgotten: %s.", done or "nothing was due")
    return counts


def outlook() -> list[Outlook]:
    """What `run` would do now and within AHEAD. Changes nothing."""
    at = timezone.now()
    return [_outlook(rule, at) for rule in RULES]


def _outlook(rule: Rule, at: dt.datetime) -> Outlook:
    now = rule.due(at)
    soon = rule.due(at + AHEAD).exclude(pk__in=now.order_by().values("pk"))
    is_listed = rule.is_of_requests
    later = rule.rows().filter(since__gt=at - rule.life).order_by("since").values_list("since", flat=True)
    first = later.first()
    return Outlook(
        rule,
        now=now.count(),
        soon=soon.count(),
        numbers=list(now.values_list("pk", flat=True)) if is_listed else [],
        soon_numbers=list(soon.values_list("pk", flat=True)) if is_listed else [],
        next_at=first + rule.life if first else None,
    )
