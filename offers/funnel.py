"""From reading to a visit, in totals: by week for the staff home page, by article for any days."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.utils.formats import date_format

from blog import index
from clinic_site.models import dollars

from .counts import DailyCount, Kind, clinic_day

STEPS = (Kind.READ, Kind.OPENED, Kind.CLAIMED, Kind.BOOKED, Kind.REDEEMED)
TAPS = (Kind.CALL, Kind.TEXT, Kind.DIRECTIONS)
WEEKS = 12
WEEK = dt.timedelta(days=7)
ENOUGH_READS = 50  # below it, one reader more or less turns the order of articles about


@dataclass(frozen=True)
class Numbers:
    """What was counted for one week or one article; `name` is how staff call it."""

    name: str
    counts: Mapping[str, int]

    def number(self, kind: str) -> int:
        return self.counts.get(kind, 0)

    @property
    def steps(self) -> list[str]:
        return [f"{self.number(kind):,}" for kind in STEPS]

    @property
    def taps(self) -> list[str]:
        return [f"{self.number(kind):,}" for kind in TAPS]

    @property
    def given(self) -> str:
        return dollars(Decimal(self.number(Kind.CENTS)) / 100)

    @property
    def reads(self) -> int:
        return self.number(Kind.READ)

    @property
    def to_the_form(self) -> float:
        """Of each reader, the part that opened the form."""
        return self.number(Kind.OPENED) / self.reads if self.reads else 0.0

    @property
    def to_the_form_text(self) -> str:
        return in_100(self.number(Kind.OPENED), self.reads)


def in_100(part: int, whole: int) -> str:
    """9 in 100. Empty where it says nothing: without a whole, or where the part was counted more fully than it."""
    if whole <= 0 or not 0 <= part <= whole:
        return ""
    share = round(100 * part / whole)
    return "under 1 in 100" if part and not share else f"{share} in 100"


def by_week(today: dt.date | None = None) -> list[Numbers]:
    """The last WEEKS weeks, which begin on Mondays; the last one is not over yet."""
    today = today or clinic_day()
    last = today - dt.timedelta(days=today.weekday())
    mondays = [last - back * WEEK for back in reversed(range(WEEKS))]
    found: defaultdict[dt.date, Counter[str]] = defaultdict(Counter)
    rows = DailyCount.objects.filter(day__gte=mondays[0], day__lte=today)
    for day, kind, total in rows.values_list("day", "kind").annotate(Sum("count")):
        found[day - dt.timedelta(days=day.weekday())][kind] += total
    return [Numbers(date_format(monday, "M j"), found[monday]) for monday in mondays]


def by_article(since: dt.date, until: dt.date) -> list[Numbers]:
    """The most read first; what belongs to no article, or to nobody knows which, last."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    rows = DailyCount.objects.filter(day__gte=since, day__lte=until)
    for article, kind, total in rows.values_list("article", "kind").annotate(Sum("count")):
        found[article][kind] += total
    titles = {entry.slug: entry.title for entry in index.index().newest}
    unknown = found.pop("", None)
    articles = [Numbers(titles.get(slug, slug), counts) for slug, counts in found.items()]
    articles.sort(key=lambda article: (-article.reads, article.name))
    return [*articles, *([Numbers("No article, or not known", unknown)] if unknown else [])]


def total_of(parts: Iterable[Numbers]) -> Numbers:
    together: Counter[str] = Counter()
    for part in parts:
        together.update(part.counts)
    return Numbers("Together", together)


def best_and_worst(articles: Iterable[Numbers]) -> tuple[Numbers, Numbers] | None:
    """The articles whose readers open the form most and least often; None while there is nothing to compare."""
    known = [article for article in articles if article.reads >= ENOUGH_READS]
    known.sort(key=lambda article: article.to_the_form)
    if not known or known[0].to_the_form == known[-1].to_the_form:
        return None
    return known[-1], known[0]
