"""What an article page prints: an edition's own text joined with the shared advice, muscle names linked.

The sources of the advice are numbered on from the article's; one that the article has already keeps its number.
"""

from typing import Any

from django.utils.html import escape

from .advice_editions import KEYS, AdviceEdition, Content
from .editions import Edition
from .frozen import SECTIONS
from .muscle_links import Linker
from .rendering import Citations, render


class SharedTexts:
    """Turns the advice's short names of sources into the numbers of one article."""

    def __init__(self, sources: list[Content], known: dict[str, Content]) -> None:
        self.known = known
        self.sources = [dict(source) for source in sources]
        self.numbers = {source["key"]: source["number"] for source in self.sources}
        self.citations = Citations(set(), prefix="advice")

    def plain(self, text: str) -> str:
        return self.citations.mark(self._numbered(escape(text)))

    def rich(self, html: str) -> str:
        return render(self._numbered(html), self.citations, set())[0]

    def all_sources(self) -> list[Content]:
        """The article's own and those that came with the advice, each with all its places on the page."""
        for source in self.sources:
            source["cited_at"] = source["cited_at"] + self.citations.cited_at.get(source["number"], [])
        return self.sources

    def _numbered(self, text: str) -> str:
        return KEYS.sub(lambda key: f"[{self._number(key[1])}]", text)

    def _number(self, key: str) -> int:
        if key not in self.numbers:
            number = max(self.numbers.values(), default=0) + 1
            self.numbers[key] = number
            row: Content = {"number": number, "key": key, "anchor": f"source-{number}", "cited_at": []}
            self.sources.append(row | self.known[key])
        found: int = self.numbers[key]
        self.citations.known.add(found)
        return found


def page_of(edition: Edition, advice: AdviceEdition | None) -> Content:
    """The content of `edition` with the advice for its condition, ready for the template."""
    content: Content = {"pictures": []} | edition.content  # the first editions know of none
    condition = (content["condition"] or {}).get("slug", "")
    content |= {"care": [], "cautions": [], "after": [], "harms": []}
    if advice:
        texts = SharedTexts(content["sources"], advice.content["sources"])
        content["care"] = advice.care_of(condition)
        content |= _shared(advice, condition, texts)
        content["sources"] = texts.all_sources()
    content["contents"] = _contents(content)
    _link_muscles(content)
    return content


def _shared(advice: AdviceEdition, condition: str, texts: SharedTexts) -> Content:
    """In the order of the page, so that new numbers come in the order in which they are read."""

    def rows(part: str, *names: str) -> list[Content]:
        found = advice.rows(part, condition)
        return [row | {f"{name}_html": texts.plain(row[name]) for name in names} for row in found]

    def standing(place: str) -> Content:
        row: Content = advice.content["standing"].get(place, {"heading": "", "text": ""})
        return {"heading": row["heading"], "html": texts.rich(row["text"])}

    return {
        "harms": rows("harms", "note"),
        "cautions": rows("cautions", "reason"),
        "trigger_points": standing("trigger_points"),
        "interest": standing("interest"),
        "after": rows("after", "what"),
        "first_visit": standing("first_visit"),
    }


def _contents(content: Content) -> list[dict[str, str]]:
    """The article's own headings, then the parts that stand under them on the page."""
    comparison = content["comparison"]
    titles = SECTIONS | {
        "comparison": f"{comparison['left']} and {comparison['right'].lower()} compared"
        if comparison
        else "",
        "first-visit": content.get("first_visit", {}).get("heading", ""),
    }
    present: dict[str, Any] = {
        "options": content["options_html"],
        "benefits": content["benefits"],
        "harms": content["harms"],
        "cautions": content["cautions"],
        "muscles": content["muscles"],
        "comparison": comparison,
        "after": content["after"],
        "first-visit": content.get("first_visit", {}).get("html"),
        "questions": content["questions"],
        "conclusion": content["conclusion_html"],
        "sources": content["sources"],
    }
    own: list[dict[str, str]] = content["headings"]
    return own + [{"anchor": name, "title": titles[name]} for name, part in present.items() if part]


def _link_muscles(content: Content) -> None:
    """Reading order is the order of the page. The names in the muscle list are links of their own."""
    linker = Linker(content["unlinked"])
    content["key_points"] = [linker.link(point) for point in content["key_points"]]
    for name in ("body_html", "options_html"):
        content[name] = linker.link(content[name])
    content["benefits"] = [
        row | {"statement_html": linker.link(row["statement_html"])} for row in content["benefits"]
    ]
    content["muscles_intro_html"] = linker.link(content["muscles_intro_html"])
    linker.done |= {row["slug"] for row in content["muscles"]}
    content["muscles"] = [row | {"note_html": linker.link(row["note_html"])} for row in content["muscles"]]
    content["questions"] = [
        row | {"answer_html": linker.link(row["answer_html"])} for row in content["questions"]
    ]
    content["conclusion_html"] = linker.link(content["conclusion_html"])
