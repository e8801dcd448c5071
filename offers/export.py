"""Leads as a table that any spreadsheet reads and none runs.

Every cell is in quotation marks (RFC 4180). A cell that a spreadsheet could take for a formula gets an apostrophe in
front, as OWASP's page on CSV injection advises; `unguarded` takes it away again, whatever the cell was.
"""

import csv
import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

import phonenumbers
from django.db.models import QuerySet
from django.utils import timezone

from clinic_site.models import Clinic, load_clinic

from .leads import Lead

GUARD = "'"
# What begins a formula; Japanese and Chinese spreadsheets take the wide ones too.
RUNS = frozenset("=+-@＝＋－＠")
SPLITS = frozenset("\t\r\n\0")  # what some programs end a cell with, so that the next sign would begin one
BOM = "\ufeff"  # without it Excel reads UTF-8 as the machine's old code page
AT_ONCE = 200  # rows read from the database at a time

COLUMNS = [
    *("Request", "Asked", "Came by", "Stage", "Why lost", "Name", "Phone", "E-mail", "Wants to hear by"),
    *(
        "Where it hurts",
        "Note",
        "Came from",
        "Read first",
        "Campaign",
        "Offer",
        "Taken off",
        "Code",
        "Next contact",
    ),
    *("Booked", "Redeemed", "Redeemed by"),
]


def is_dangerous(cell: str) -> bool:
    """Whether a spreadsheet might run it: by its first sign, or the first one that it can see."""
    if cell[:1] in SPLITS:
        return True
    seen = next((sign for sign in cell if unicodedata.category(sign)[0] not in "ZC"), "")
    return seen in RUNS


def guarded(cell: str) -> str:
    """A cell that has apostrophes before the danger already gets one more, so that each has exactly one way back."""
    return GUARD + cell if is_dangerous(cell.lstrip(GUARD)) else cell


def unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith(GUARD) and is_dangerous(cell.lstrip(GUARD)) else cell


class _Line:
    """What csv.writer writes to: it hands each line on."""

    def write(self, line: str) -> str:
        return line


def as_csv(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Line by line, so that a long table needs no memory."""
    writer = csv.writer(_Line(), quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    yield BOM
    for row in rows:
        yield writer.writerow([guarded(str(cell)) for cell in row])


def table(leads: QuerySet[Lead]) -> Iterator[list[object]]:
    clinic = load_clinic() or Clinic()
    yield [*COLUMNS]
    for lead in leads.select_related("offer", "redeemed_by").iterator(chunk_size=AT_ONCE):
        yield cells(lead, clinic)


def cells(lead: Lead, clinic: Clinic) -> list[object]:
    def moment(at: dt.datetime | None) -> str:
        return timezone.localtime(at, clinic.zone).strftime("%Y-%m-%d %H:%M") if at else ""

    by: Any = lead.redeemed_by
    return [
        *(lead.pk, moment(lead.created_at), lead.get_came_by_display(), lead.get_stage_display()),
        *(
            lead.get_lost_reason_display(),
            lead.name,
            phone_cell(lead),
            lead.email,
            lead.get_contact_by_display(),
        ),
        *(lead.region_name, lead.note, lead.article, lead.first_article, lead.campaign),
        *(lead.offer.title, lead.offer.amount, lead.code_text, lead.next_contact_on or ""),
        *(
            moment(lead.booked_at),
            moment(lead.redeemed_at),
            (by.get_full_name() or by.username) if by else "",
        ),
    ]


def phone_cell(lead: Lead) -> str:
    """(212) 555-0123 is text in every spreadsheet; +12125550123 would become a number. Abroad: +44 20 7946 0958."""
    number = lead.phone_number
    if number is None:
        return ""
    at_home = number.country_code == 1
    style = (
        phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    text = phonenumbers.format_number(number, style)
    return re.sub(r"\s+", " ", text) + (f" ext. {lead.phone_extension}" if lead.phone_extension else "")
