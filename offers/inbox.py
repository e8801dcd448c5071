"""The front desk's inbox: which leads stand in which list, in which order, and what is late.

Every list is made of sections that an index has in order, so the first page costs the same with ten leads as with
ten thousand. Only what a list shows is read, since all that is personal has to be unsealed row by row.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from clinic_site.models import Clinic, load_clinic

from .clinic_time import ClinicClock, clinic_clock, counted
from .lead_keys import OF_A_PERSON
from .lead_queries import LeadQuerySet
from .models import DoNotContact, Lead, LeadKey, Offer
from .permissions import permissions_of
from .stages import OPEN, Stage

# What a row shows, and what `ways_to_reach` asks to know which buttons it has.
ROW = [
    *("offer_id", "name", "phone", "phone_extension", "email", "contact_by", "code", "stage", "created_at"),
    *("next_contact_on", "redeemed_at", "doubts", "came_by", "merged_into_id", "is_test"),
]


WAYS = ("call", "text", "email")
STOPPED = "They said stop: leave them alone, and mark it as lost."


class Tab(models.TextChoices):
    TO_DO = "to_do", "To do"
    UNANSWERED = "unanswered", "Unanswered"
    DUE = "due", "Due"
    CONTACTED = Stage.CONTACTED.value, Stage.CONTACTED.label
    BOOKED = Stage.BOOKED.value, Stage.BOOKED.label
    REDEEMED = Stage.REDEEMED.value, Stage.REDEEMED.label
    LOST = Stage.LOST.value, Stage.LOST.label
    SET_ASIDE = Stage.SET_ASIDE.value, Stage.SET_ASIDE.label
    ALL = "all", "All"


class InOrder(Sequence[Lead]):
    """Querysets one after the other, as one list for a paginator; each is counted once."""

    def __init__(self, *sections: LeadQuerySet) -> None:
        self.sections = sections

    @cached_property
    def counts(self) -> list[int]:
        return [section.count() for section in self.sections]

    def __len__(self) -> int:
        return sum(self.counts)

    def __getitem__(self, place: Any) -> Any:
        """A slice, as a paginator asks for it."""
        start, stop = place.start or 0, len(self) if place.stop is None else place.stop
        found: list[Lead] = []
        for section, count in zip(self.sections, self.counts, strict=True):
            if start < count and stop > 0:
                found += section[max(start, 0) : min(stop, count)]
            start, stop = start - count, stop - count
        return found


class Inbox:
    """As of one moment. `deadlines`: an offer's key -> whoever came then or before and has no answer is overdue."""

    def __init__(self, now: dt.datetime | None = None, clock: ClinicClock | None = None) -> None:
        self.now = now or timezone.now()
        self.clock = clock or clinic_clock()
        self.address = reverse("admin:offers_lead_changelist")  # once, not for each button of each row
        self.today = self.now.astimezone((load_clinic() or Clinic()).zone).date()
        self.hours: dict[int, int] = dict(Offer.objects.order_by().values_list("pk", "answer_within"))
        spans = {hours: dt.timedelta(hours=hours) for hours in self.hours.values()}
        late = {hours: self.clock.before(self.now, span) for hours, span in spans.items()}
        self.deadlines = {pk: late[hours] for pk, hours in self.hours.items()}

    def _by_deadline(self, comparison: str) -> Q:
        """One comparison when all offers are to be answered equally soon, so that an index answers it."""
        offers: defaultdict[dt.datetime, list[int]] = defaultdict(list)
        for pk, moment in self.deadlines.items():
            offers[moment].append(pk)
        if len(offers) <= 1:
            return Q(**{f"created_at__{comparison}": next(iter(offers), self.now)})
        found = Q(pk=None)
        for moment, pks in offers.items():
            found |= Q(offer__in=pks, **{f"created_at__{comparison}": moment})
        return found

    @cached_property
    def stopped(self) -> set[int]:
        """The unanswered who said stop in every way: nobody may answer them, so nobody is late."""
        refused = DoNotContact.objects.values("digest")
        keys = LeadKey.objects.filter(kind__in=OF_A_PERSON, digest__in=refused)
        leads = Lead.objects.unanswered().filter(pk__in=keys.values("lead_id")).only(*ROW)
        found = permissions_of(leads)
        return {pk for pk, ways in found.items() if not any(ways[way].may for way in WAYS)}

    def _waiting(self) -> LeadQuerySet:
        unanswered = Lead.objects.unanswered()
        return unanswered.exclude(pk__in=self.stopped) if self.stopped else unanswered

    def overdue(self) -> LeadQuerySet:
        return self._waiting().filter(self._by_deadline("lte")).newest_first()

    def fresh(self) -> LeadQuerySet:
        return self._waiting().filter(self._by_deadline("gt")).newest_first()

    def left_alone(self) -> LeadQuerySet:
        return Lead.objects.filter(pk__in=self.stopped).newest_first()

    def due(self) -> LeadQuerySet:
        """Whose day to be contacted has come."""
        due = Lead.objects.known().filter(stage__in=OPEN, next_contact_on__lte=self.today)
        return due.order_by("next_contact_on", "pk")

    def of(self, tab: Tab) -> InOrder:
        """What is late stands first; then whose day has come; then the newest."""
        lists: dict[Tab, Callable[[], list[LeadQuerySet]]] = {
            Tab.TO_DO: lambda: [
                self.overdue(),
                self.due().exclude(stage=Stage.NEW),
                self.fresh(),
                self.left_alone(),
            ],
            Tab.UNANSWERED: lambda: [self.overdue(), self.fresh(), self.left_alone()],
            Tab.DUE: lambda: [self.due()],
            Tab.ALL: lambda: [Lead.objects.real().newest_first()],
        }
        of_stage = Lead.objects.known().filter(stage=tab.value).newest_first()
        sections = lists.get(tab, lambda: [of_stage])()
        return InOrder(*(section.with_undelivered().only(*ROW) for section in sections))

    def count(self) -> dict[Tab, int]:
        """How many stand under each tab."""
        rows = Lead.objects.known().order_by().values_list("stage").annotate(Count("pk"))
        stages: dict[str, int] = dict(rows)
        due = self.due().aggregate(all=Count("pk"), new=Count("pk", filter=Q(stage=Stage.NEW)))
        new = stages.get(Stage.NEW, 0)
        counts = {tab: stages.get(tab.value, 0) for tab in Tab}
        whole = {
            Tab.TO_DO: new + due["all"] - due["new"],
            Tab.UNANSWERED: new,
            Tab.DUE: due["all"],
            Tab.ALL: Lead.objects.real().count(),
        }
        return counts | whole

    # How a row is put in words

    def is_overdue(self, lead: Lead) -> bool:
        if lead.pk in self.stopped:
            return False
        return lead.stage == Stage.NEW and lead.created_at <= self.deadlines.get(lead.offer_id, self.now)

    def is_due(self, lead: Lead) -> bool:
        day = lead.next_contact_on
        return lead.stage in OPEN and day is not None and day <= self.today

    def overdue_words(self, lead: Lead) -> str:
        hours = self.hours.get(lead.offer_id, 0)
        span = counted(hours, "clinic hour" if self.clock.knows_hours else "hour")
        return f"Overdue: not answered within {span}"

    def due_words(self, lead: Lead) -> str:
        days = (self.today - lead.next_contact_on).days if lead.next_contact_on else 0
        return f"Due {counted(days, 'day')} ago" if days else "Due today"

    def unopened_words(self, lead: Lead) -> str:
        """To how many of the staff it was passed on, while it still waits."""
        told = getattr(lead, "passed_on", 0) if lead.stage == Stage.NEW else 0  # see with_undelivered
        return f"Not opened in time: {counted(told, 'more person', 'more people')} told" if told else ""

    def wait_words(self, lead: Lead) -> str:
        return self.clock.words(lead.created_at, self.now)
