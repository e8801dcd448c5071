"""All that the site holds about one person, for the person: 45 CFR 164.524 gives a right to a copy.

PARTS is where a new kind of record is added, so that it is in the copy as well.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

import phonenumbers
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from blog.index import index
from clinic_site.models import Clinic, load_clinic

from .leads import Lead
from .suspicion import REASONS

Record = dict[str, Any]
Moment = Callable[[dt.datetime], str]


def in_figures(at: dt.datetime) -> str:
    """For a program: clinic time, with the difference to UTC, so that it means the same anywhere."""
    return _here(at).strftime("%Y-%m-%d %H:%M %z")


def in_words(at: dt.datetime) -> str:
    return date_format(_here(at), "N j, Y, P")


def _here(at: dt.datetime) -> dt.datetime:
    return timezone.localtime(at, (load_clinic() or Clinic()).zone)


def what_was_told(lead: Lead) -> list[Record]:
    return [
        {
            "name": lead.name,
            "phone": lead.phone_text,
            "e-mail": lead.email,
            "wants to hear by": lead.get_contact_by_display(),
            "where it hurts": lead.region_name,
            "note": lead.note,
            "page the form was opened from": title_of(lead.article),
            "first page of that visit": title_of(lead.first_article),
            "campaign": lead.campaign,
        }
    ]


def what_became_of_it(lead: Lead) -> list[Record]:
    return [
        {
            "offer": lead.offer.headline,
            "code": lead.code_text,
            "asked": lead.created_at,
            "came by": lead.get_came_by_display(),
            "stage": lead.get_stage_display(),
            "why lost": lead.get_lost_reason_display(),
            "set aside because of": ", ".join(REASONS.get(code, code) for code in lead.doubts),
            "next contact": lead.next_contact_on,
            "booked": lead.booked_at,
            "redeemed": lead.redeemed_at,
            "code taken back": lead.voided_at,
        }
    ]


def timeline(lead: Lead) -> list[Record]:
    return [
        {"when": event.at, "by": who(event.by), "kind": event.get_kind_display(), "text": event.text}
        for event in lead.events.select_related("by")
    ]


def mails(lead: Lead) -> list[Record]:
    return [
        {
            "what": notice.what(),
            "state": notice.get_status_display(),
            "queued": notice.queued_at,
            "sent": notice.sent_at,
        }
        for notice in lead.notices.select_related("to")
    ]


def wishes(lead: Lead) -> list[Record]:
    return [
        {
            "what": consent.get_kind_display(),
            "answer": "yes" if consent.given else "no",
            "when": consent.at,
            "address": as_read(consent.address),
            "where": consent.get_source_display(),
            "words": consent.text.rendered() if consent.text else "",
        }
        for consent in lead.consents.select_related("text")
    ]


def title_of(slug: str) -> str:
    """Of an article, as it is named now; its address where it is no more."""
    entry = index().by_slug.get(slug)
    return entry.title if entry else slug


def as_read(address: str) -> str:
    """A phone number as it is written here; a mail address as it is."""
    if not address.startswith("+"):
        return address
    try:
        number = phonenumbers.parse(address)
    except phonenumbers.NumberParseException:
        return address
    is_ours = number.country_code == phonenumbers.country_code_for_region(settings.PHONENUMBER_DEFAULT_REGION)
    form = phonenumbers.PhoneNumberFormat
    return str(phonenumbers.format_number(number, form.NATIONAL if is_ours else form.INTERNATIONAL))


def who(user: Any) -> str:
    return (user.get_full_name() or user.username) if user else ""


# Title -> the rows of one request.
PARTS: dict[str, Callable[[Lead], list[Record]]] = {
    "What was told": what_was_told,
    "What became of it": what_became_of_it,
    "What was allowed or refused": wishes,
    "Timeline": timeline,
    "Mails": mails,
}


def copy_of(leads: Iterable[Lead], say: Moment) -> dict[str, Any]:
    """Only text and lists. What is empty is left out."""
    clinic = load_clinic()
    return {
        "made_at": say(timezone.now()),
        "made_by": clinic.name if clinic else "",
        "requests": [
            {"number": lead.pk, "parts": {title: _told(part(lead), say) for title, part in PARTS.items()}}
            for lead in leads
        ],
    }


def _told(rows: list[Record], say: Moment) -> list[dict[str, str]]:
    return [
        {
            name: say(value) if isinstance(value, dt.datetime) else str(value)
            for name, value in row.items()
            if value
        }
        for row in rows
    ]
