"""Every statement of benefit that public articles make, once: how sure, by which sources, on which pages.

The FTC wants evidence for each health claim (Health Products Compliance Guidance, 2022). When one page is less sure
than it was, every other page that says the same is named here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from .articles import Article, Benefit, Citation
from .editions import Edition
from .rendering import MARKERS, NUMBER
from .sources import Source


@dataclass
class Claim:
    statement: str
    articles: list[Article] = field(default_factory=list)
    certainties: set[str] = field(default_factory=set)
    sources: dict[str, Source] = field(default_factory=dict)  # by short name
    bare: list[Article] = field(default_factory=list)  # where nothing that was tested stands behind it

    @property
    def how_sure(self) -> list[str]:
        """In words, the surest first; more than one where pages differ."""
        return [str(level.label) for level in Benefit.Certainty if level.value in self.certainties]

    @property
    def doubts(self) -> list[str]:
        found = []
        if len(self.certainties) > 1:
            found.append("These pages are not equally sure of it.")
        if self.bare:
            names = ", ".join(f"“{article}”" for article in self.bare)
            found.append(f"No checked trial, review or guideline stands behind it in {names}.")
        return found


def claim_register() -> list[Claim]:
    """Of the working copies of public articles: those in doubt first. As many queries for many as for few."""
    public = Edition.objects.live().values("article")
    sources = _sources(
        Citation.objects.filter(article__in=public).exclude(number=None).select_related("source")
    )
    found: dict[str, Claim] = {}
    rows = (
        Benefit.objects.filter(article__in=public)
        .select_related("article__reviewer")
        .order_by("article__title", "pk")
    )
    for row in rows:
        plain = " ".join(MARKERS.sub("", row.statement).split())
        claim = found.setdefault(plain.casefold().rstrip("."), Claim(plain))
        numbers = [int(number) for run in MARKERS.findall(row.statement) for number in NUMBER.findall(run)]
        behind = [
            sources[row.article_id, number] for number in numbers if (row.article_id, number) in sources
        ]
        claim.articles.append(row.article)
        claim.certainties.add(row.certainty)
        claim.sources |= {source.key: source for source in behind}
        if not any(source.kind in Source.PROOF and source.is_checked for source in behind):
            claim.bare.append(row.article)
    return sorted(found.values(), key=lambda claim: (-len(claim.doubts), claim.statement))


def _sources(citations: Iterable[Citation]) -> dict[tuple[int, int], Source]:
    """By article and number."""
    return {(row.article_id, row.number): row.source for row in citations if row.number is not None}
