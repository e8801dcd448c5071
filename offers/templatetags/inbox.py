"""How the rows of the inbox and the page of a lead are put to staff."""

import unicodedata
from dataclasses import dataclass

from django import template
from django.utils import timezone

from clinic_site import facts
from offers.clinic_time import clinic_clock
from offers.inbox import STOPPED, Inbox
from offers.merging import Double, doubles_of
from offers.models import Lead, LeadView
from offers.stages import Stage
from offers.suspicion import REASONS

register = template.Library()
BY_STAFF = "Set aside by somebody of the staff"
LOOKS_SHOWN = 10
TITLES = {"dr", "mr", "mrs", "ms", "prof"}


@dataclass(frozen=True)
class Words:
    """What a row says beside its name: nothing that tells of the person."""

    name: str
    address: str  # of the lead's own pages in the admin
    wait: str
    marks: list[str]


@register.filter
def masked(name: str) -> str:
    """First name and initial: enough to find a row again, not to know who it is.

    Of a single word, which may be a whole name, the initial only. An address or a number that somebody typed for a
    name is none of both.
    """
    plain = unicodedata.normalize("NFKC", name)
    if "@" in plain or any(sign.isdigit() for sign in plain):
        return f"{plain.strip()[:1]}..."
    words = [word for word in name.split() if word.casefold().rstrip(".") not in TITLES] or name.split()
    if len(words) < 2:
        return "".join(f"{word[0]}." for word in words)
    return f"{words[0]} {words[-1][0]}."


@register.simple_tag
def row_words(inbox: Inbox, lead: Lead) -> Words:
    marks = []
    is_stopped = lead.pk in inbox.stopped
    if is_stopped:
        marks.append(STOPPED)
    if inbox.is_overdue(lead):
        marks.append(inbox.overdue_words(lead))
    if inbox.is_due(lead):
        marks.append(inbox.due_words(lead))
    if not is_stopped and (unopened := inbox.unopened_words(lead)):
        marks.append(unopened)
    name = masked(lead.name) or "Erased"
    wait = inbox.wait_words(lead) if lead.stage == Stage.NEW else ""
    return Words(name, f"{inbox.address}{lead.pk}/", wait, marks)


@register.filter
def reasons(lead: Lead) -> list[str]:
    """Why it was set aside, in words."""
    if lead.stage != Stage.SET_ASIDE:
        return []
    return [REASONS.get(code, code) for code in lead.doubts] or [BY_STAFF]


@register.simple_tag
def looks_at(lead: Lead) -> list[LeadView]:
    return list(lead.views.select_related("by")[:LOOKS_SHOWN])


@register.simple_tag
def parts_of(lead: Lead) -> list[Lead]:
    """What was merged into it."""
    return list(lead.parts.only("code", "merged_into_id").order_by("pk"))


@register.simple_tag
def likely_doubles(lead: Lead) -> list[Double]:
    return doubles_of(lead)


@register.simple_tag
def waiting(lead: Lead) -> str:
    wait = clinic_clock().words(lead.created_at, timezone.now())
    return f"waiting {wait}" if wait else "came while closed"


@register.filter
def article_title(slug: str) -> str:
    """As it is named now; the address of an article that is no more."""
    index = facts.fact("articles")
    entry = index.by_slug.get(slug) if index else None
    return entry.title if entry else slug
