"""All live articles in short, in memory: what lists of links are made from.

Related articles, neighbours and near names are worked out here without asking the database again; the rows
are read anew only when something public changes (clinic_site/facts.py).
"""

from collections import defaultdict
from dataclasses import dataclass
from difflib import get_close_matches

from django.urls import reverse

from clinic_site import facts

from .editions import Edition

SHARED_MUSCLE, SHARED_REGION, SAME_CONDITION = 2, 1, 3  # how much each makes an article related
MOST_RELATED = 3
LAST = 99  # the place of an article without a region


@dataclass(frozen=True)
class Entry:
    slug: str
    title: str
    standfirst: str
    condition: str
    muscles: frozenset[int]
    regions: frozenset[int]
    place: int  # position of its first region: neighbours in the list are neighbours in the body

    @property
    def url(self) -> str:
        return reverse("article", args=[self.slug])


def load_index() -> list[Entry]:
    """Three flat queries, whatever the number of articles."""
    editions = Edition.objects.live().select_related(None).order_by("title")
    ids = editions.values("pk")
    muscles: defaultdict[int, set[int]] = defaultdict(set)
    regions: defaultdict[int, set[int]] = defaultdict(set)
    places: defaultdict[int, int] = defaultdict(lambda: LAST)
    for edition, muscle in Edition.muscles.through.objects.filter(edition__in=ids).values_list(
        "edition_id", "muscle_id"
    ):
        muscles[edition].add(muscle)
    for edition, region, place in Edition.regions.through.objects.filter(edition__in=ids).values_list(
        "edition_id", "region_id", "region__position"
    ):
        regions[edition].add(region)
        places[edition] = min(places[edition], place)
    return [
        Entry(
            slug=slug,
            title=title,
            standfirst=standfirst,
            condition=condition,
            muscles=frozenset(muscles[pk]),
            regions=frozenset(regions[pk]),
            place=places[pk],
        )
        for pk, slug, title, standfirst, condition in editions.values_list(
            "pk", "slug", "title", "standfirst", "condition__slug"
        )
    ]


def entries() -> list[Entry]:
    return facts.fact("articles") or []


def related_to(slug: str) -> list[Entry]:
    """The articles that share most with this one: its condition, its muscles, its regions."""
    all_entries = entries()
    mine = next((entry for entry in all_entries if entry.slug == slug), None)
    if mine is None:
        return []

    def score(other: Entry) -> int:
        return (
            SHARED_MUSCLE * len(mine.muscles & other.muscles)
            + SHARED_REGION * len(mine.regions & other.regions)
            + SAME_CONDITION * (mine.condition == other.condition)
        )

    scored = [(score(other), other) for other in all_entries if other is not mine]
    scored = [pair for pair in scored if pair[0]]
    return [entry for _, entry in sorted(scored, key=lambda pair: (-pair[0], pair[1].title))[:MOST_RELATED]]


def neighbours(slug: str) -> tuple[Entry | None, Entry | None]:
    """Previous and next, by region of the body and then by title; never by date."""
    ordered = sorted(entries(), key=lambda entry: (entry.place, entry.title))
    places = [place for place, entry in enumerate(ordered) if entry.slug == slug]
    if not places:
        return None, None
    here = places[0]
    before = ordered[here - 1] if here else None
    after = ordered[here + 1] if here + 1 < len(ordered) else None
    return before, after


def near_names(path: str) -> list[Entry]:
    """Articles whose address looks like a mistyped `path`."""
    by_slug = {entry.slug: entry for entry in entries()}
    last = path.strip("/").rsplit("/", 1)[-1].lower()
    return [by_slug[slug] for slug in get_close_matches(last, by_slug, n=3, cutoff=0.6)]
