"""A source's fields from what databases hand out: RIS, BibTeX, PubMed's own format, or a bare number.

Nobody is asked over the network: a bare DOI fills the DOI and nothing else.
"""

import re
from collections.abc import Callable
from typing import Any

import rispy
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware, NameParts, SeparateCoAuthors, SplitNameParts
from django.utils.text import slugify

from .sources import Source

Fields = dict[str, str]

MOST_SIGNS = 50_000  # a record with its abstract has a few thousand
NAMED_AUTHORS = 6  # of more, the first three are named: the rule of all our lists of sources

_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_PMID = re.compile(r"(?:https?://pubmed\.ncbi\.nlm\.nih\.gov/|PMID:?\s*)?(\d{1,8})/?", re.IGNORECASE)
_ISBN = re.compile(r"(?:ISBN(?:-1[03])?:?\s*)?((?:\d[\s-]?){9,12}[\dX])", re.IGNORECASE)
_NBIB_LINE = re.compile(r"([A-Z]{2,4}) *- ?(.*)")

# PubMed's publication types that say what kind of source it is, the strongest first.
_PUBMED_KINDS = {
    "Practice Guideline": Source.Kind.GUIDELINE,
    "Guideline": Source.Kind.GUIDELINE,
    "Meta-Analysis": Source.Kind.REVIEW,
    "Systematic Review": Source.Kind.REVIEW,
    "Randomized Controlled Trial": Source.Kind.TRIAL,
    "Clinical Trial": Source.Kind.TRIAL,
    "Observational Study": Source.Kind.OBSERVATIONAL,
}


class NotARecord(Exception):
    """The text is no record that can be read. Its message is a sentence for the editor."""


def read_record(text: str) -> Fields:
    """The fields of Source that the record fills, by name; those it leaves open are missing. Raises NotARecord."""
    text = text.strip("\ufeff \t\r\n")
    if not text:
        raise NotARecord("Paste a record first.")
    if len(text) > MOST_SIGNS:
        raise NotARecord("This is too long for one record. Paste the record of one source only.")
    found = _number(text) or _read(text.replace("\r\n", "\n").replace("\r", "\n"))
    fields = {name: _tidy(value) for name, value in found.items()}
    if fields.get("authors") and not fields.get("key"):
        surname = fields["authors"].split(",")[0].rsplit(" ", 1)[0]
        fields["key"] = slugify(f"{surname} {fields.get('year', '')}")[:50]
    if not fields.get("title") and not _number(text):
        raise NotARecord("The record has no title, so it is not used. Copy it again, from its first line on.")
    return {name: value for name, value in fields.items() if value}


def _number(text: str) -> Fields:
    for name, pattern in (("doi", _DOI), ("pmid", _PMID), ("isbn", _ISBN)):
        if match := pattern.fullmatch(text):
            return {name: match[1]}
    return {}


def _read(text: str) -> Fields:
    if re.match(r"TY  -", text):
        return _ris(text)
    if re.match(r"PMID *- ", text):
        return _nbib(text)
    if re.match(r"@\w+\s*[{(]", text):
        return _bibtex(text)
    raise NotARecord(
        "This is not a record that can be read here. A RIS record begins with “TY  -”, a PubMed record with “PMID-”, "
        "a BibTeX record with “@”. A DOI, a PMID or an ISBN may stand alone."
    )


def _the_one[Record](records: list[Record]) -> Record:
    if not records:
        raise NotARecord("The record breaks off. Copy it again, from its first line to its last.")
    if len(records) > 1:
        raise NotARecord(f"These are {len(records)} records. Paste one at a time.")
    return records[0]


def _ris(text: str) -> Fields:
    record: dict[str, Any] = _the_one(rispy.loads(f"{text}\nER  - "))  # many leave out the last line

    def first(*names: str) -> str:
        return next((str(record[name]) for name in names if record.get(name)), "")

    is_book = first("type_of_reference") in {"BOOK", "EBOOK", "EDBOOK"}
    people = record.get("authors") or record.get("first_authors") or []
    number = first("issn")
    return {
        "title": first("title", "primary_title"),
        "authors": _people(people, _turned),
        "year": _year(first("year", "publication_year", "date")),
        "container": first(
            "alternate_title2", "journal_name", "alternate_title1", "secondary_title", "alternate_title3"
        ),
        "publisher": first("publisher"),
        "volume": _volume(first("volume"), first("number")),
        "pages": _pages(first("start_page"), first("end_page")),
        "doi": _doi(first("doi")),
        "isbn": number if _ISBN.fullmatch(number) else "",
        "kind": Source.Kind.BOOK if is_book else "",
    }


def _nbib(text: str) -> Fields:
    """PubMed's format: a tag of up to four letters, a dash, and lines that go on are indented."""
    lines: list[tuple[str, str]] = []
    for line in text.split("\n"):
        if match := _NBIB_LINE.fullmatch(line.rstrip()):
            lines.append((match[1], match[2].strip()))
        elif line.strip() and lines:
            lines[-1] = (lines[-1][0], f"{lines[-1][1]} {line.strip()}")

    def all_of(tag: str) -> list[str]:
        return [value for name, value in lines if name == tag]

    def first(*tags: str) -> str:
        return next((value for tag in tags for value in all_of(tag)), "")

    _the_one(all_of("PMID"))
    dois = [
        value.removesuffix(" [doi]") for value in all_of("AID") + all_of("LID") if value.endswith(" [doi]")
    ]
    return {
        "title": first("TI", "BTI"),
        "authors": _people(all_of("AU") or all_of("CN"), str),
        "year": _year(first("DP")),
        "container": first("TA", "JT"),
        "volume": _volume(first("VI"), first("IP")),
        "pages": _pages(first("PG")),
        "doi": dois[0] if dois else "",
        "pmid": first("PMID"),
        "kind": next((kind for words, kind in _PUBMED_KINDS.items() if words in all_of("PT")), ""),
    }


def _bibtex(text: str) -> Fields:
    # Braces are kept until the end: they hold the names of institutions together.
    steps = [LatexDecodingMiddleware(keep_braced_groups=True), SeparateCoAuthors(), SplitNameParts()]
    library = parse_string(text, append_middleware=steps)
    if library.failed_blocks:
        raise NotARecord(
            "The BibTeX record has a slip: look for a brace or a quotation mark that is missing."
        )
    entry = _the_one(library.entries)
    values: dict[str, Any] = {field.key.lower(): field.value for field in entry.fields}

    def first(*names: str) -> str:
        return next((re.sub(r"[{}]", "", str(values[name])) for name in names if values.get(name)), "")

    return {
        "title": first("title"),
        "authors": _people(values.get("author") or [], _of_parts),
        "year": _year(first("year", "date")),
        "container": first("journal", "journaltitle", "booktitle"),
        "publisher": first("publisher"),
        "volume": _volume(first("volume"), first("number", "issue")),
        "pages": _pages(first("pages")),
        "doi": _doi(first("doi")),
        "pmid": first("pmid"),
        "isbn": first("isbn"),
        "kind": Source.Kind.BOOK if entry.entry_type.lower() == "book" else "",
    }


def _people[Name](names: list[Name], written: Callable[[Name], str]) -> str:
    """As medical journals print them: up to six, of more the first three."""
    shown = [_tidy(written(name)) for name in names]
    return f"{', '.join(shown[:3])}, et al" if len(shown) > NAMED_AUTHORS else ", ".join(shown)


def _turned(name: str) -> str:
    """Jensen, Rikke K. -> Jensen RK"""
    surname, _, given = name.partition(",")
    return f"{surname} {_initials(given)}"


def _of_parts(name: NameParts) -> str:
    surname = re.sub(r"[{}]", "", " ".join([*name.von, *name.last]))
    return f"{surname} {_initials(' '.join(name.first))}"


def _initials(given: str) -> str:
    return "".join(part[0].upper() for part in re.split(r"[\s.-]+", re.sub(r"[{}]", "", given)) if part)


def _year(text: str) -> str:
    found = re.search(r"\b(?:1[5-9]|20)\d\d\b", text)
    return found[0] if found else ""


def _volume(volume: str, issue: str) -> str:
    return f"{volume}({issue})" if volume and issue else volume or issue


def _pages(first: str, last: str = "") -> str:
    """1313-7 and 1313--1317 -> 1313-1317"""
    pages = re.sub(r"\s*(?:-+|–)\s*", "-", f"{first}-{last}" if last and last != first else first)
    if match := re.fullmatch(r"(\d+)-(\d+)", pages):
        first, last = match.groups()
        return f"{first}-{first[: max(0, len(first) - len(last))]}{last}"
    return pages


def _doi(text: str) -> str:
    match = _DOI.fullmatch(text.strip())
    return match[1] if match else ""


def _tidy(text: str) -> str:
    return " ".join(text.split()).rstrip(".") if text else ""
