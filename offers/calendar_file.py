"""The last day of an offer as a file for the patient's own calendar (RFC 5545)."""

import datetime as dt
import re
import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from clinic_site.models import Clinic, load_clinic

if TYPE_CHECKING:
    from .leads import Lead

LONGEST_LINE = 75  # octets, RFC 5545, section 3.1


def escaped(text: str) -> str:
    """Section 3.3.11: backslash, semicolon, comma and line ends; other control characters may not occur."""
    text = re.sub(r"([\\;,])", r"\\\1", text).replace("\r\n", "\n").replace("\n", "\\n")
    return "".join(sign for sign in text if sign >= " " and sign != "\x7f")


def folded(line: str) -> str:
    """Section 3.1: a longer line goes on after a line end and a space, and no character is cut in two."""
    pieces, piece = [], ""
    for sign in line:
        if len((piece + sign).encode()) > LONGEST_LINE:
            pieces.append(piece)
            piece = " "
        piece += sign
    return "\r\n".join([*pieces, piece])


def all_day(day: dt.date, *, uid: str, title: str, text: str = "", place: str = "") -> str:
    """A calendar of one event that lasts `day`, leaves the person free, and is remembered the day before at noon."""
    stamp = timezone.now().astimezone(dt.UTC)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//A clinic's website//Last day//EN",
        "BEGIN:VEVENT",
        f"UID:{escaped(uid)}",
        f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + dt.timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(title)}",
        *([f"DESCRIPTION:{escaped(text)}"] if text else []),
        *([f"LOCATION:{escaped(place)}"] if place else []),
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{escaped(title)}",
        "TRIGGER:-PT12H",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def of_lead(lead: "Lead") -> str:
    """The last day of a lead's offer: whose code, and where. It does not say what hurts, and has no address of ours
    that only the patient knows, since calendars travel."""
    offer, clinic = lead.offer, load_clinic() or Clinic()
    assert offer.ends_on
    ways = [f"Call {clinic.phone.as_national}." if clinic.phone else "", clinic.email]
    return all_day(
        offer.ends_on,
        uid=f"{uuid.uuid5(uuid.NAMESPACE_URL, settings.SITE_ORIGIN + lead.get_absolute_url())}@{settings.SITE_HOST}",
        title=f"Last day of your code at {clinic.name or 'the clinic'}",
        text="\n".join([f"Your code: {lead.code_text}", *(way for way in ways if way)]),
        place=", ".join(part for part in (clinic.street, clinic.unit, clinic.town) if part and clinic.street),
    )
