"""From what editors type to what readers see: headings with addresses, and markers that link to sources."""

import re
from html.parser import HTMLParser

from django.utils.html import escape, strip_tags
from django.utils.text import slugify

MARKERS = re.compile(r"\s*((?:\[\d{1,2}\])+)")  # with the space before it: a marker stays with its sentence
NUMBER = re.compile(r"\d{1,2}")
WORDS_A_MINUTE = 220  # adults reading plain text on a screen


class Citations:
    """Numbers the markers of one article as they come, so that each source can link back to its sentences."""

    def __init__(self, known: set[int], prefix: str = "cite") -> None:
        self.known = known
        self.prefix = prefix
        self.cited_at: dict[int, list[str]] = {}
        self.unknown: list[int] = []

    def mark(self, text: str) -> str:
        """`text` is HTML without links. Markers without a source stay as they are and are remembered."""
        return MARKERS.sub(self._link_all, text)

    def plain(self, text: str) -> str:
        """`text` is what an editor typed in a plain field."""
        return self.mark(escape(text))

    def _link_all(self, run: re.Match[str]) -> str:
        numbers = [int(number) for number in NUMBER.findall(run[1])]
        if missing := [number for number in numbers if number not in self.known]:
            self.unknown += missing
            return run[0]
        return f'<sup class="cite">{", ".join(self._link(number) for number in numbers)}</sup>'

    def _link(self, number: int) -> str:
        places = self.cited_at.setdefault(number, [])
        places.append(f"{self.prefix}-{number}-{len(places) + 1}")
        return f'<a id="{places[-1]}" href="#source-{number}" aria-label="Source {number}">{number}</a>'


class _Renderer(HTMLParser):
    """Copies clean HTML, marking text outside links and giving each heading an id of its own."""

    def __init__(self, citations: Citations, taken: set[str]) -> None:
        super().__init__(convert_charrefs=False)
        self.citations = citations
        self.taken = taken
        self.out: list[str] = []
        self.contents: list[dict[str, str]] = []
        self.in_link = False
        self.heading: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"h2", "h3"}:
            self.heading = (tag, len(self.out))
            self.out.append("")
            return
        self.in_link = self.in_link or tag == "a"
        self.out.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.in_link = False
        if self.heading and tag == self.heading[0]:
            start = self.heading[1]
            title = strip_tags("".join(self.out[start:]))
            anchor = self._anchor(title)
            self.out[start] = f'<{tag} id="{anchor}">'
            if tag == "h2":
                self.contents.append({"anchor": anchor, "title": title})
            self.heading = None
        self.out.append(f"</{tag}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.out.append(self.get_starttag_text() or "")

    def handle_data(self, data: str) -> None:
        self.out.append(data if self.in_link or self.heading else self.citations.mark(data))

    def handle_entityref(self, name: str) -> None:
        self.out.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.out.append(f"&#{name};")

    def _anchor(self, title: str) -> str:
        stem = slugify(title)[:60].strip("-") or "part"
        anchor, count = stem, 1
        while anchor in self.taken:
            count += 1
            anchor = f"{stem}-{count}"
        self.taken.add(anchor)
        return anchor


def render(html: str, citations: Citations, taken: set[str]) -> tuple[str, list[dict[str, str]]]:
    """Clean rich text with its markers linked, and the contents list of its h2 headings."""
    renderer = _Renderer(citations, taken)
    renderer.feed(html)
    renderer.close()
    return "".join(renderer.out), renderer.contents


def minutes_to_read(*texts: str) -> int:
    words = sum(len(strip_tags(text).split()) for text in texts)
    return max(1, round(words / WORDS_A_MINUTE))
