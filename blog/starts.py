"""What an article may be begun with: the headings of its kind, so that no part is forgotten."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape
from itertools import zip_longest
from pathlib import Path

from django.utils.html import format_html_join, strip_tags

FILE = Path(__file__).resolve().parent / "starts.toml"
HEADING = re.compile(r"<h([23])\b[^>]*>(.*?)</h\1>", re.DOTALL)


@dataclass(frozen=True)
class Start:
    name: str
    label: str
    headings: tuple[str, ...]

    @property
    def body(self) -> str:
        return format_html_join("", "<h2>{}</h2><p></p>", ((heading,) for heading in self.headings))


@cache
def starts() -> dict[str, Start]:
    with FILE.open("rb") as file:
        kinds = tomllib.load(file)
    return {name: Start(name, kind["label"], tuple(kind["headings"])) for name, kind in kinds.items()}


def bare_headings(text: str) -> Iterator[str]:
    """Headings of clean HTML that have nothing under them. A smaller heading under a larger one is something."""
    found = list(HEADING.finditer(text))
    for heading, after in zip_longest(found, found[1:]):
        under = text[heading.end() : after.start() if after else len(text)]
        has_smaller = after is not None and after[1] > heading[1]
        if not has_smaller and not strip_tags(under).strip() and "<img" not in under:
            yield unescape(strip_tags(heading[2])).strip()
