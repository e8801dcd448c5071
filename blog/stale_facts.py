"""Facts that somebody typed into a text, and that differ from the rows they are printed from."""

import datetime as dt
import re
from collections.abc import Collection, Iterator

from django.utils import timezone

from clinic_site import facts
from clinic_site.hours import clock
from clinic_site.models import Fee

from .articles import Article
from .finding import Finding, Kind, sentences_with_headings

PHONE = re.compile(r"(?<![\d/.-])(?:\+?1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\d/-])")
PRICE = re.compile(r"\b(?:USD ?\d[\d,.]*|\d[\d,.]* ?(?:dollars?|USD|bucks))\b", re.IGNORECASE)
TIME = re.compile(r"\b(1[0-2]|0?[1-9])(?::([0-5]\d))? ?([ap])\.? ?m\b\.?", re.IGNORECASE)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = "|".join(DAYS)
OPEN_OR_DAY = re.compile(
    rf"\b(?P<shut>closed|not open)\b|\b(?P<open>open)\b"
    rf"|\b(?P<first>{_DAY})s?(?: ?(?:to|through|until|[-–]) ?(?P<last>{_DAY})s?)?\b|\b(?P<some>weekends?|weekdays?)\b",
    re.IGNORECASE,
)
YEAR = re.compile(r"(?<![\d.,/-])(?:199\d|20\d\d)(?![\d.,/-]*\d)")


def stale_facts(where: str, text: str, known_years: Collection[int]) -> Iterator[Finding]:
    """`known_years` are those that something in the database stands behind."""
    for sentence in sentences_with_headings(text):
        yield from _phones(where, sentence)
        yield from _prices(where, sentence)
        yield from _hours(where, sentence)
        yield from _days(where, sentence)
        for found in YEAR.finditer(sentence):
            if int(found[0]) not in known_years:
                yield Finding(
                    *(Kind.FACT, where, found[0], sentence),
                    "No source of this article is of that year, and it is not the year of the review.",
                    "Look whether it still holds; leave the year out, or cite what it was taken from.",
                )


def years_behind(article: Article) -> set[int]:
    """Of its sources and its review; this year."""
    years = {citation.source.year for citation in article.citations.all()}
    years |= {day.year for day in (article.reviewed_on, article.next_review_on) if day}
    return {year for year in years if year} | {timezone.localdate().year}


def _phones(where: str, sentence: str) -> Iterator[Finding]:
    """The clinic's own number is an error, see checks.py: this is somebody else's, or an old one."""
    clinic = facts.fact("clinic")
    own = (
        {str(number.national_number) for number in (clinic.phone, clinic.text_number) if number}
        if clinic
        else set()
    )
    for found in PHONE.finditer(sentence):
        if re.sub(r"\D", "", found[0])[-10:] not in own:
            yield Finding(
                *(Kind.FACT, where, found[0], sentence),
                "This phone number is not the clinic's.",
                "If it is an old one, take it out: the page prints the clinic's number. If not, ring it first.",
            )


def _prices(where: str, sentence: str) -> Iterator[Finding]:
    """Amounts with a dollar sign are an error, see checks.py."""
    for found in PRICE.finditer(sentence):
        amount = re.sub(r"[^\d.]", "", found[0]).rstrip(".")
        fees = Fee.objects.all()
        if all(str(fee.amount) != amount and str(fee.amount) != f"{amount}.00" for fee in fees):
            listed = ", ".join(f"{fee.name} {fee.amount_text}" for fee in fees) or "none yet"
            yield Finding(
                *(Kind.FACT, where, found[0], sentence),
                f"No fee is that much. The fees are: {listed}.",
                "Take it out: amounts are printed from the fees and the offer.",
            )


def _hours(where: str, sentence: str) -> Iterator[Finding]:
    rows = facts.fact("opening_hours") or []
    known = {moment for row in rows for moment in (row.opens, row.closes)}
    for found in TIME.finditer(sentence):
        hour = int(found[1]) % 12 + (12 if found[3].lower() == "p" else 0)
        if dt.time(hour, int(found[2] or 0)) not in known:
            hours = ", ".join(clock(moment) for moment in sorted(known)) or "none yet"
            yield Finding(
                *(Kind.FACT, where, found[0], sentence),
                f"The clinic neither opens nor closes then. Its hours begin and end at: {hours}.",
                "If these are opening hours, take them out: pages print them from the clinic's own.",
            )


def _days(where: str, sentence: str) -> Iterator[Finding]:
    """“Closed on Mondays” where Monday has hours, or “open on Sundays” where Sunday has none."""
    known = {row.weekday for row in facts.fact("opening_hours") or []}
    says_open = None
    for found in OPEN_OR_DAY.finditer(sentence):
        if found["shut"] or found["open"]:
            says_open = bool(found["open"])
        elif known and says_open is not None and any((day in known) != says_open for day in _meant(found)):
            hours = ", ".join(DAYS[day].capitalize() for day in sorted(known))
            yield Finding(
                *(Kind.FACT, where, found[0], sentence),
                f"That is not what the clinic's hours say. It is open on: {hours}.",
                "Take it out: pages print the days from the clinic's own hours.",
            )


def _meant(found: re.Match[str]) -> list[int]:
    """Which days, with Monday as 0 (as OpeningHours counts them). A range may pass the end of the week."""
    if some := found["some"]:
        return [5, 6] if some.lower().startswith("weekend") else [0, 1, 2, 3, 4]
    first = DAYS.index(found["first"].lower())
    last = DAYS.index((found["last"] or found["first"]).lower())
    return [(first + step) % 7 for step in range((last - first) % 7 + 1)]
