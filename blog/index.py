"""All live articles in short, in memory: what lists of links are made from.

Lists, related articles and neighbours are worked out here without asking the database, in a time
that does not grow with the number of articles. The index is made anew only when something public changes
(clinic_site/facts.py), and then reads only the editions that it has not seen: an edition never changes.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass, field

from django.db import models
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse

from clinic_site import facts

from .editions import Edition
from .review_dates import ReviewDates
from .topics import Region

SHARED_MUSCLE, SHARED_REGION, SAME_CONDITION = 2, 1, 3  # how much each makes an article related
MOST_RELATED = 3
MOST_COMPARED = 40  # articles of one condition, muscle or region that are looked at
MOST_BY_NUMBER = 500
LAST = 99  # the place of an article without a region


@dataclass(frozen=True)
class Entry(ReviewDates):
    pk: int
    article: int
    slug: str
    title: str
    standfirst: str
    condition: str
    author: int
    muscles: frozenset[int]
    regions: frozenset[int]
    region_names: tuple[str, ...]  # head to foot
    place: int  # position of its first region: neighbours in the list are neighbours in the body
    first_visible_from: dt.datetime
    text_from: dt.datetime
    reviewed_on: dt.date
    next_review_on: dt.date

    def get_absolute_url(self) -> str:
        return reverse("article", args=[self.slug])


@dataclass(frozen=True)
class Index:
    newest: list[Entry] = field(default_factory=list)
    regions: dict[str, int] = field(default_factory=dict)  # slug and primary key
    by_slug: dict[str, Entry] = field(default_factory=dict)
    by_article: dict[int, Entry] = field(default_factory=dict)
    by_condition: dict[str, list[Entry]] = field(default_factory=dict)
    by_region: dict[int, list[Entry]] = field(default_factory=dict)
    by_muscle: dict[int, list[Entry]] = field(default_factory=dict)
    by_author: dict[int, list[Entry]] = field(default_factory=dict)
    in_place: list[Entry] = field(default_factory=list)  # head to foot, then by title
    places: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[Entry], regions: Iterable[Region]) -> "Index":
        newest = sorted(entries, key=lambda entry: entry.title)
        newest.sort(key=lambda entry: entry.first_visible_from, reverse=True)
        in_place = sorted(newest, key=lambda entry: (entry.place, entry.title))
        return cls(
            newest=newest,
            regions={region.slug: region.pk for region in regions},
            by_slug={entry.slug: entry for entry in newest},
            by_article={entry.article: entry for entry in newest},
            by_condition=_grouped(newest, lambda entry: [entry.condition] if entry.condition else []),
            by_region=_grouped(newest, lambda entry: entry.regions),
            by_muscle=_grouped(newest, lambda entry: entry.muscles),
            by_author=_grouped(newest, lambda entry: [entry.author]),
            in_place=in_place,
            places={entry.slug: number for number, entry in enumerate(in_place)},
        )


def _grouped[Key: Hashable](
    entries: Iterable[Entry], keys_of: Callable[[Entry], Iterable[Key]]
) -> dict[Key, list[Entry]]:
    groups: defaultdict[Key, list[Entry]] = defaultdict(list)
    for entry in entries:
        for key in keys_of(entry):
            groups[key].append(entry)
    return dict(groups)


class _Seen:
    """What was read before: by number, hash and moment of the edition and its condition's address.

    It is good while the regions stay as they were.
    """

    entries: dict[tuple[int, str, dt.datetime, str], Entry] = {}
    regions: list[tuple[int, str, str, int]] = []


def load_index() -> Index:
    """Live editions, of which only those not seen before are read: five flat queries at most."""
    regions = list(Region.objects.all())
    as_they_are = [(region.pk, region.slug, region.name, region.position) for region in regions]
    if as_they_are != _Seen.regions:
        _Seen.entries, _Seen.regions = {}, as_they_are
    live = set(
        Edition.objects.live()
        .select_related(None)
        .values_list("pk", "hash", "visible_from", "condition__slug")
    )
    entries = {key: entry for key, entry in _Seen.entries.items() if key in live}
    unseen = {key[0]: key for key in live - entries.keys()}
    if unseen:
        entries |= {unseen[entry.pk]: entry for entry in _read(unseen, regions)}
    _Seen.entries = entries
    return Index.of(entries.values(), regions)


def _read(numbers: Collection[int], known: list[Region]) -> Iterator[Entry]:
    """All live editions when there are many to read: no database takes a list of ten thousand numbers gladly."""
    rows = Edition.objects.live().select_related(None)
    rows = rows.filter(pk__in=numbers) if len(numbers) <= MOST_BY_NUMBER else rows
    muscles = _joined(Edition.muscles.through, "muscle_id", rows)
    regions = _joined(Edition.regions.through, "region_id", rows)
    names = ("pk", "article_id", "slug", "title", "standfirst", "condition__slug", "author_id")
    since = Coalesce("text_from", "visible_from")
    dates = ("first_visible_from", since, "reviewed_on", "next_review_on")
    for pk, article, slug, title, standfirst, condition, author, *days in rows.values_list(*names, *dates):
        if pk in numbers:
            own = [region for region in known if region.pk in regions[pk]]
            yield Entry(
                *(pk, article, slug, title, standfirst, condition or "", author),
                frozenset(muscles[pk]),
                frozenset(regions[pk]),
                tuple(region.name for region in own),
                min((region.position for region in own), default=LAST),
                *days,
            )


def _joined(
    through: type[models.Model], other: str, editions: QuerySet[Edition]
) -> defaultdict[int, set[int]]:
    """What `through` joins to each of `editions`."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    rows = through._default_manager.filter(edition__in=editions.values("pk"))
    for edition, pk in rows.values_list("edition_id", other):
        found[edition].add(pk)
    return found


def index() -> Index:
    return facts.fact("articles") or Index()


def promoted() -> Iterator[Entry]:
    """The newest first, without those whose review is so long overdue that no list leads to them."""
    return (entry for entry in index().newest if not entry.is_lapsed)


def of_region(slug: str) -> list[Entry]:
    """The newest first."""
    known = index()
    return known.by_region.get(known.regions.get(slug, 0), [])


def related_to(slug: str) -> list[Entry]:
    """The articles that share most with this one: its condition, its muscles, its regions."""
    known = index()
    mine = known.by_slug.get(slug)
    if mine is None:
        return []
    groups = [known.by_condition.get(mine.condition, [])]
    groups += [known.by_muscle.get(pk, []) for pk in sorted(mine.muscles)]
    groups += [known.by_region.get(pk, []) for pk in sorted(mine.regions)]
    others = {entry for group in groups for entry in group[:MOST_COMPARED]} - {mine}
    others = {entry for entry in others if not entry.is_lapsed}

    def score(other: Entry) -> int:
        return (
            SHARED_MUSCLE * len(mine.muscles & other.muscles)
            + SHARED_REGION * len(mine.regions & other.regions)
            + SAME_CONDITION * (mine.condition == other.condition)
        )

    return sorted(others, key=lambda entry: (-score(entry), entry.title))[:MOST_RELATED]


def neighbours(slug: str) -> tuple[Entry | None, Entry | None]:
    """Previous and next, by region of the body and then by title; never by date."""
    known = index()
    if slug not in known.places:
        return None, None
    here = known.places[slug]
    before = known.in_place[here - 1] if here else None
    after = known.in_place[here + 1] if here + 1 < len(known.in_place) else None
    return before, after
