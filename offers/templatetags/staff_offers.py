"""How leads and their mails are shown to staff."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django import template
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.formats import date_format

from offers.calling_hours import bad_hour_warning
from offers.consents import Scope
from offers.inbox import Inbox, Tab
from offers.models import Lead, LeadEvent, Notice
from offers.notices import way_without_mail
from offers.permissions import Permission, know_permissions

SHOWN_AT_HOME = 5
SUBJECT = "Your request"  # says nothing of what hurts
NO_SERVER = "the mail server could not be reached"
TROUBLES = {
    "SMTPRecipientsRefused": "the address was refused",
    "SMTPAuthenticationError": "the mail server refused our password",
    "SMTPSenderRefused": "the mail server refused our address",
    **dict.fromkeys(
        ["ConnectionRefusedError", "ConnectionResetError", "TimeoutError", "gaierror"], NO_SERVER
    ),
    **dict.fromkeys(["SMTPConnectError", "SMTPServerDisconnected", "SSLError"], NO_SERVER),
    "SMTPDataError": "the mail server did not take it",
    "WorkerStopped": "the program that sends mail stopped each time",
}

register = template.Library()


@dataclass(frozen=True)
class Way:
    """One way to reach the person of a lead."""

    kind: str
    verb: str
    detail: str
    url: str
    is_first: bool
    warning: str = ""  # that it is a bad hour for it


@register.filter
def age_in_words(moment: dt.datetime) -> str:
    """How long ago, as one says it: 12 minutes, 3 hours, 2 days."""
    minutes = int((timezone.now() - moment).total_seconds()) // 60
    if minutes < 1:
        return "less than a minute"
    if minutes < 60:
        return _counted(minutes, "minute")
    if minutes < 24 * 60:
        return _counted(minutes // 60, "hour")
    return _counted(minutes // (24 * 60), "day")


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one}" if number == 1 else f"{number} {many or one + 's'}"


@register.filter
def who(user: User | None) -> str:
    """Whom a line of the timeline is by; nothing where it came from the site itself."""
    return (user.get_full_name() or user.username) if user else ""


@register.simple_tag
def ways_to_reach(lead: Lead) -> list[Way]:
    """Those that are allowed (permissions.py), and no other: a refused way has no button on any screen.

    The one that the person asked for stands first, but mail stands last once one came back.
    """
    mail = f"mailto:{quote(lead.email, safe='@')}?subject={quote(SUBJECT)}"
    late = bad_hour_warning()
    ways = [
        ("call", "Call", lead.phone_text, f"tel:{lead.phone}", late),
        ("text", "Text", lead.phone_text, f"sms:{lead.phone}", late),
        ("email", "Mail", lead.email, mail, ""),
    ]
    allowed = lead.permissions
    came_back = (
        {"email"} if getattr(lead, "is_in_vain", False) else set()
    )  # see LeadQuerySet.with_undelivered
    ways = sorted(
        (way for way in ways if allowed[way[0]].may),
        key=lambda way: (way[0] in came_back, way[0] != lead.contact_by),
    )
    return [Way(*way[:4], is_first=place == 0, warning=way[4]) for place, way in enumerate(ways)]


@register.simple_tag
def with_permissions(leads: Iterable[Lead]) -> list[Lead]:
    """The same leads, having asked once for all of them how they may be reached."""
    return know_permissions(leads)


@register.simple_tag
def permissions_for(lead: Lead) -> list[Permission]:
    return list(lead.permissions.values())


@register.simple_tag
def stop_scopes() -> list[tuple[str, str]]:
    return Scope.choices


@register.filter
def without_mail(lead: Lead) -> str:
    return way_without_mail(lead)


@register.simple_tag
def timeline_of(lead: Lead) -> list[LeadEvent]:
    return list(lead.events.select_related("by"))


@register.simple_tag
def mails_of(lead: Lead) -> list[Notice]:
    return list(lead.notices.select_related("to"))


@register.filter
def state_in_words(mail: Notice) -> str:
    """What became of a mail, in one line."""
    why = TROUBLES.get(mail.trouble, mail.trouble)
    if mail.status == Notice.Status.SENT and mail.sent_at:
        return f"Sent {_moment(mail.sent_at)}"
    if mail.status == Notice.Status.GIVEN_UP:
        return f"Could not be delivered: {why}. Given up after {_counted(mail.tries, 'try', 'tries')}."
    if mail.status == Notice.Status.BOUNCED:
        return (
            "Came back: this address takes no mail."
            if mail.sent_at
            else "Refused: this address takes no mail."
        )
    if mail.status == Notice.Status.SENDING:
        return "Being sent"
    if mail.status == Notice.Status.DROPPED:
        return "Not sent: it was not wanted any more"
    if why:
        return f"Failed: {why}. Tried {_counted(mail.tries, 'time')}, next {_moment(mail.not_before)}"
    if mail.not_before > timezone.now():
        return f"Goes out {_moment(mail.not_before)}, if it is still wanted then"
    return f"Queued {_moment(mail.queued_at)}"


def _moment(moment: dt.datetime) -> str:
    return date_format(timezone.localtime(moment), "N j, Y, P")


@register.simple_tag
def others_of_the_same_person(lead: Lead) -> list[Lead]:
    return list(Lead.objects.of_the_same_person(lead).exclude(pk=lead.pk))


@register.simple_tag
def earlier_of_the_same_person(lead: Lead) -> list[Lead]:
    return list(Lead.objects.of_the_same_person(lead).filter(pk__lt=lead.pk))


@register.inclusion_tag("admin/offers/home_leads.html", takes_context=True)
def unanswered_leads(context: dict[str, Any]) -> dict[str, Any]:
    """Who waits for an answer, for the staff home page; nothing for who may not see leads."""
    if not context["request"].user.has_perm("offers.view_lead"):
        return {"may_look": False}
    inbox = Inbox()
    return {
        "may_look": True,
        "may_work": context["request"].user.has_perm("offers.work_lead"),
        "inbox": inbox,
        "leads": know_permissions(inbox.of(Tab.TO_DO)[:SHOWN_AT_HOME]),
        "count": Lead.objects.unanswered().count(),
        "set_aside": Lead.objects.known().filter(stage=Lead.Stage.SET_ASIDE).count(),
        "due": inbox.due().exclude(stage=Lead.Stage.NEW).count(),
    }
