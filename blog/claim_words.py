"""Finds the words of claim_words.toml, so that nothing is promised by a slip."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .finding import Finding, Kind, sentences_with_headings

FILE = Path(__file__).resolve().parent / "claim_words.toml"
# "cannot promise a cure" promises none, but "not only a cure" does.
DENIED = re.compile(
    r"(?:\b(?:no|not|never|cannot|nobody|none|nor|neither|without)\b|n't\b)(?!\s+(?:only|just)\b)(?:[\s,]+[\w'-]+){0,3}[\s,]+$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Claim:
    words: re.Pattern[str]
    unless: re.Pattern[str] | None
    reason: str
    instead: str
    even_denied: bool

    def found_in(self, sentence: str) -> str:
        """The words as they stand in `sentence`; "" when it makes no such claim."""
        plain = sentence.replace("’", "'")
        excused = [found.span() for found in self.unless.finditer(plain)] if self.unless else []
        for found in self.words.finditer(plain):
            if any(start <= found.start() and found.end() <= end for start, end in excused):
                continue
            if self.even_denied or not DENIED.search(plain[: found.start()]):
                return sentence[found.start() : found.end()]
        return ""


@cache
def claims() -> list[Claim]:
    with FILE.open("rb") as file:
        rows = tomllib.load(file)["claim"]
    return [
        Claim(
            any_of(row["words"]),
            any_of(row["unless"]) if row.get("unless") else None,
            row["reason"],
            row["instead"],
            row.get("even_denied", False),
        )
        for row in rows
    ]


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Whole words; a star stands for any ending."""
    plain = sorted((word.replace("’", "'") for word in words), key=len, reverse=True)
    found = "|".join(re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for word in plain)
    return re.compile(rf"(?<!\w)(?:{found})(?!\w)", re.IGNORECASE)


def claims_in(where: str, text: str) -> Iterator[Finding]:
    """`text` is HTML or plain."""
    for sentence in sentences_with_headings(text):
        for claim in claims():
            if words := claim.found_in(sentence):
                yield Finding(Kind.CLAIM, where, words, sentence, claim.reason, claim.instead)
