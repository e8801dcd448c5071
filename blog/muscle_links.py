"""Muscle names in an article link to the library by themselves, at their first mention.

It is done when a page is made, not when it is published: a muscle that is added to the library is linked in
every article at once, and a link never outlives its page.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from itertools import pairwise

from django.urls import reverse

from clinic_site import facts

from .topics import Muscle

NEVER_IN = frozenset({"a", "h2", "h3", "blockquote", "sup", "cite"})
QUOTED = re.compile(r"“[^”]*”")


@dataclass(frozen=True)
class Names:
    """Every name and alias of the library, in lower case, with the slug of its muscle."""

    slugs: dict[str, str]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Longest name first. Without any name it matches nothing."""
        names = sorted(self.slugs, key=lambda name: (-len(name), name))
        return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b" if names else r"(?!)", re.IGNORECASE)


def load_names() -> Names:
    """A name that two muscles share leads nowhere: nobody can tell which one is meant."""
    slugs: dict[str, str] = {}
    shared: set[str] = set()
    for muscle in Muscle.objects.all():
        for name in {muscle.name.lower(), *(alias.lower() for alias in muscle.other_names())}:
            shared |= {name} & slugs.keys()
            slugs[name] = muscle.slug
    return Names({name: slug for name, slug in slugs.items() if name not in shared})


class Linker:
    """Links the texts of one page, given in the order in which they are read."""

    def __init__(self, unlinked: Iterable[str] = ()) -> None:
        self.names: Names = facts.fact("muscles") or Names({})
        self.done = set(unlinked)

    def link(self, html: str) -> str:
        """`html` is clean. Names inside links, headings and quotations stay plain."""
        if not self.names.pattern.search(html):
            return html
        copy = _Copy(self)
        copy.feed(html)
        copy.close()
        return "".join(copy.out)

    def link_plain(self, text: str) -> str:
        """`text` is escaped and holds no tag."""
        edges = [0, *(edge for quote in QUOTED.finditer(text) for edge in quote.span()), len(text)]
        parts = [text[start:end] for start, end in pairwise(edges)]
        parts[::2] = [self.names.pattern.sub(self._first, part) for part in parts[::2]]
        return "".join(parts)

    def _first(self, name: re.Match[str]) -> str:
        slug = self.names.slugs[name[0].lower()]
        if slug in self.done:
            return name[0]
        self.done.add(slug)
        return f'<a href="{reverse("muscle", args=[slug])}">{name[0]}</a>'


class _Copy(HTMLParser):
    """Copies HTML, linking the text that may hold a link."""

    def __init__(self, linker: Linker) -> None:
        super().__init__(convert_charrefs=False)
        self.linker = linker
        self.out: list[str] = []
        self.depth = 0  # of tags in which nothing is linked

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.depth += tag in NEVER_IN
        self.out.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag in NEVER_IN
        self.out.append(f"</{tag}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.out.append(self.get_starttag_text() or "")

    def handle_data(self, data: str) -> None:
        self.out.append(data if self.depth else self.linker.link_plain(data))

    def handle_entityref(self, name: str) -> None:
        self.out.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.out.append(f"&#{name};")
