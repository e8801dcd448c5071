"""In which ways the person of a lead may be reached, and why: the one place that decides it.

Text and news want a live yes: the newest word for the address, with no stop after it. A call or a mail about their
own request wants no more than that request, unless they said stop; then a later request that asks for just that
way is a new yes, about that request only.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format

from .consents import Consent, DoNotContact, Scope, Source, address_digests
from .stages import Stage

if TYPE_CHECKING:
    from .leads import Lead

CHANNELS = {"text": "text", "call": "call", "email": "email", "news": "email"}  # way -> what it goes through
STOPS = {"text": Scope.TEXTS, "call": Scope.CALLS, "email": None, "news": Scope.NEWS}  # besides EVERYTHING
YES_TO = {"text": Consent.Kind.TEXTS, "news": Consent.Kind.NEWS}
NO_ADDRESS = {"text": "no phone number", "call": "no phone number"}
LABELS = {"text": "Text", "call": "Call", "email": "Mail about the request", "news": "News by mail"}


@dataclass(frozen=True)
class Permission:
    """`why` is a sentence for staff."""

    way: str
    may: bool
    why: str

    @property
    def label(self) -> str:
        return LABELS[self.way]


@dataclass
class Record:
    """All that is known of the addresses of some leads."""

    newest: dict[tuple[str, str], Consent] = field(default_factory=dict)  # by kind and digest
    # By kind and lead. Whoever filled in a form that was set aside says yes for that form, and for no other; and so
    # does whoever ticks a box after a stop, since anybody may have typed the address.
    own: dict[tuple[str, int | None], Consent] = field(default_factory=dict)
    asked: dict[tuple[int, str], dt.datetime] = field(default_factory=dict)  # by lead and way
    stops: dict[str, list[DoNotContact]] = field(default_factory=lambda: defaultdict(list))


def permissions_of(leads: Iterable["Lead"]) -> dict[int, dict[str, Permission]]:
    """For each lead's key, what is allowed in each way. Two queries for any number of leads."""
    leads = list(leads)
    digests = {lead.pk: {way: address_digests(lead, CHANNELS[way]) for way in CHANNELS} for lead in leads}
    record = _read(
        leads, {digest for ways in digests.values() for found in ways.values() for digest in found}
    )
    return {
        lead.pk: {way: _decide(lead, way, digests[lead.pk][way], record) for way in CHANNELS}
        for lead in leads
    }


def told_here(lead: "Lead") -> dict[str, Permission]:
    """What this request alone has said, for its ticket page: with nothing of what others with the same phone or mail
    have said. Whoever typed that number may be a stranger to its owner, and is to learn nothing of them."""
    digests = {way: address_digests(lead, CHANNELS[way]) for way in CHANNELS}
    record = Record()
    for row in Consent.objects.filter(lead=lead).order_by("at", "pk"):
        record.newest[row.kind, row.address_digest] = record.own[row.kind, row.lead_id] = row
        if row.given and row.kind in {Consent.Kind.CALL, Consent.Kind.EMAIL}:
            record.asked[lead.pk, row.kind] = row.at
        is_box = row.source in Source.with_boxes() or row.page
        if not row.given and not is_box:  # a stop: wishes.py
            for digest in {found for ways in digests.values() for found in ways}:
                record.stops[digest].append(DoNotContact(scope=row.scope, at=row.at))
    return {way: _decide(lead, way, digests[way], record) for way in CHANNELS}


def know_permissions(leads: Iterable["Lead"]) -> list["Lead"]:
    """The leads, each knowing its `permissions` without asking again: for a list on a page."""
    leads = list(leads)
    found = permissions_of(leads)
    for lead in leads:
        lead.permissions = found[lead.pk]
    return leads


def may(lead: "Lead", way: str) -> bool:
    """Whether the person may be reached by "text", "call", "email" or "news". Asks anew each time."""
    digests = address_digests(lead, CHANNELS[way])
    if way not in YES_TO and not DoNotContact.objects.filter(digest__in=digests).exists():
        return bool(digests)  # nearly always
    return permissions_of([lead])[lead.pk][way].may


def said_stop_since(lead: "Lead", moment: dt.datetime) -> bool:
    """To mail about the request too. What was said before a request does not hold up its own confirmation, for which
    whoever typed the address is waiting."""
    digests = address_digests(lead, CHANNELS["email"])
    stops = DoNotContact.objects.filter(digest__in=digests, at__gte=moment)
    return any(_covers(stop, "email") for stop in stops)


def newest_yes(kind: str, lead: "Lead") -> Consent | None:
    way = next(way for way, yes in YES_TO.items() if yes == kind)
    digests = address_digests(lead, CHANNELS[way])
    record = _read([lead], set(digests))
    return _newest(kind, lead, digests, record) if _decide(lead, way, digests, record).may else None


def _read(leads: list["Lead"], digests: set[str]) -> Record:
    record = Record()
    about = models.Q(address_digest__in=digests) | models.Q(lead__in=[lead.pk for lead in leads], given=True)
    rows = Consent.objects.filter(about).annotate(stage=models.F("lead__stage")).order_by("at", "pk")
    for row in rows:
        record.own[row.kind, row.lead_id] = row
        if not row.given or row.stage != Stage.SET_ASIDE:  # type: ignore[attr-defined]  # annotated above
            record.newest[row.kind, row.address_digest] = row
        if row.given and row.lead_id and row.kind in {Consent.Kind.CALL, Consent.Kind.EMAIL}:
            record.asked[row.lead_id, row.kind] = row.at
    for stop in DoNotContact.objects.filter(digest__in=digests):
        record.stops[stop.digest].append(stop)
    return record


def _newest(kind: str, lead: "Lead", digests: Iterable[str], record: Record) -> Consent | None:
    found = [record.newest[kind, digest] for digest in digests if (kind, digest) in record.newest]
    if own := record.own.get((kind, lead.pk)):
        found.append(own)
    return max(found, key=lambda row: (row.at, row.pk), default=None)


def _decide(lead: "Lead", way: str, digests: Iterable[str], record: Record) -> Permission:
    def says(may: bool, why: str) -> Permission:
        return Permission(way, may, f"{'Yes' if may else 'No'}: {why}.")

    if not digests:
        return says(False, f"{NO_ADDRESS.get(way, 'no e-mail address')} was given")
    if way == "text" and lead.phone_extension:
        return says(False, "a number with an extension takes no texts")
    stops = [stop.at for digest in digests for stop in record.stops.get(digest, ()) if _covers(stop, way)]
    stopped = max(stops, default=None)
    if way in YES_TO:
        yes = _newest(YES_TO[way], lead, digests, record)
        own = record.own.get((YES_TO[way], lead.pk))
        if stopped and not (yes and yes.given and own and own.given and own.at > stopped):
            return says(False, f"they said stop on {day(stopped)}")
        if yes and yes.given:
            return says(True, f"they agreed on {day(yes.at)}")
        took_back = yes and yes.source not in Source.with_boxes()
        return says(
            False, f"they took it back on {day(yes.at)}" if yes and took_back else "they did not agree"
        )
    if stopped is None:
        return says(True, "about their request")
    asked = record.asked.get((lead.pk, way)) or (lead.created_at if lead.contact_by == way else None)
    if asked and asked > stopped:
        return says(
            True, f"they said stop on {day(stopped)}, and asked for this on {day(asked)}. No more than that"
        )
    return says(False, f"they said stop on {day(stopped)}")


def _covers(stop: DoNotContact, way: str) -> bool:
    return stop.scope in {Scope.EVERYTHING, STOPS[way]}


def day(moment: dt.datetime) -> str:
    return date_format(timezone.localtime(moment), "N j, Y")
