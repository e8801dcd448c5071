"""All that the site holds about one person, for the person: 45 CFR 164.524 gives a right to a copy.

PARTS is where a new kind of record is added, so that it is in the copy as well.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone

from clinic_site.models import Clinic, load_clinic

from .leads import Lead

Record = dict[str, str]


def moment(at: dt.datetime | None) -> str:
    """In clinic time, with the difference to UTC, so that it reads the same anywhere."""
    clinic = load_clinic() or Clinic()
    return timezone.localtime(at, clinic.zone).strftime("%Y-%m-%d %H:%M %z") if at else ""


def what_was_told(lead: Lead) -> list[Record]:
    return [
        {
            "name": lead.name,
            "phone": lead.phone_text,
            "e-mail": lead.email,
            "wants to hear by": lead.get_contact_by_display(),
            "where it hurts": lead.region_name,
            "note": lead.note,
            "page the form was opened from": lead.article,
            "first page of that visit": lead.first_article,
            "campaign": lead.campaign,
        }
    ]


def what_became_of_it(lead: Lead) -> list[Record]:
    return [
        {
            "offer": lead.offer.headline,
            "code": lead.code_text,
            "asked": moment(lead.created_at),
            "came by": lead.get_came_by_display(),
            "stage": lead.get_stage_display(),
            "why lost": lead.get_lost_reason_display(),
            "set aside because of": ", ".join(map(str, lead.doubts)),
            "next contact": str(lead.next_contact_on or ""),
            "booked": moment(lead.booked_at),
            "redeemed": moment(lead.redeemed_at),
            "code taken back": moment(lead.voided_at),
        }
    ]


def timeline(lead: Lead) -> list[Record]:
    return [
        {"when": moment(event.at), "by": who(event.by), "kind": event.get_kind_display(), "text": event.text}
        for event in lead.events.select_related("by")
    ]


def mails(lead: Lead) -> list[Record]:
    return [
        {
            "what": notice.get_kind_display(),
            "state": notice.get_status_display(),
            "queued": moment(notice.queued_at),
            "sent": moment(notice.sent_at),
        }
        for notice in lead.notices.all()
    ]


def who(user: Any) -> str:
    return (user.get_full_name() or user.username) if user else ""


# Title -> the rows of one request.
PARTS: dict[str, Callable[[Lead], list[Record]]] = {
    "What was told": what_was_told,
    "What became of it": what_became_of_it,
    "Timeline": timeline,
    "Mails": mails,
}


def copy_of(leads: Iterable[Lead]) -> dict[str, Any]:
    """As JSON, and as the page shows it. Empty values are left out."""
    clinic = load_clinic()
    return {
        "made_at": moment(timezone.now()),
        "made_by": clinic.name if clinic else "",
        "requests": [
            {"number": lead.pk, "parts": {title: _told(part(lead)) for title, part in PARTS.items()}}
            for lead in leads
        ],
    }


def _told(rows: list[Record]) -> list[Record]:
    return [{name: value for name, value in row.items() if value} for row in rows]
