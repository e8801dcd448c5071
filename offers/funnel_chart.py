"""The steps from reading to a visit as rows of bars, one bar a week. Each row has its own scale: a page is read by
many more people than come, and what matters is how each number moves."""

from collections.abc import Sequence
from dataclasses import dataclass

from .counts import Kind
from .funnel import ENOUGH_READS, STEPS, Numbers, in_100, total_of

BAR, GAP, HEIGHT = 8, 2, 30  # units of the drawing, which is stretched to the width there is
LEAST = 1.5  # units: one is not nothing
MOST_ARTICLES = 10


@dataclass(frozen=True)
class Bar:
    x: int
    y: float
    height: float
    label: str
    is_running: bool  # the week is not over


@dataclass(frozen=True)
class Step:
    name: str
    total: str
    share: str  # of those at the step before
    bars: list[Bar]
    width: int
    spoken: str


def steps_of(weeks: Sequence[Numbers]) -> list[Step]:
    total, before, steps = total_of(weeks), 0, []
    for kind in STEPS:
        numbers = [week.number(kind) for week in weeks]
        steps.append(
            Step(
                name=kind.label,
                total=f"{total.number(kind):,}",
                share=in_100(total.number(kind), before),
                bars=_bars([week.name for week in weeks], numbers),
                width=len(weeks) * (BAR + GAP) - GAP,
                spoken=f"Between {min(numbers):,} and {max(numbers):,} a week",
            )
        )
        before = total.number(kind)
    return steps


@dataclass(frozen=True)
class Share:
    """How many of an article's readers asked for the offer, in words and as a bar of `width` in 100."""

    name: str
    reads: str
    claims: str
    words: str
    width: float


def shares_of(articles: Sequence[Numbers]) -> list[Share]:
    """The most read articles, the largest share first; those read too seldom to tell stand last, without a bar."""
    read = [article for article in articles if article.reads][:MOST_ARTICLES]
    most = max((_share(article) for article in read), default=0.0)
    read.sort(key=lambda article: (article.reads < ENOUGH_READS, -_share(article), article.name))
    return [
        Share(
            name=article.name,
            reads=f"{article.reads:,}",
            claims=f"{article.number(Kind.CLAIMED):,}",
            words=_share_words(article),
            width=round(100 * _share(article) / most, 1) if most else 0.0,
        )
        for article in read
    ]


def _share(article: Numbers) -> float:
    return article.number(Kind.CLAIMED) / article.reads if article.reads >= ENOUGH_READS else 0.0


def _share_words(article: Numbers) -> str:
    if article.reads < ENOUGH_READS:
        return "Too few readers to tell"
    return in_100(article.number(Kind.CLAIMED), article.reads) or "More than were counted as readers"


def _bars(names: Sequence[str], numbers: Sequence[int]) -> list[Bar]:
    most = max(1, *numbers)
    bars = []
    for place, (name, number) in enumerate(zip(names, numbers, strict=True)):
        height = max(LEAST, round(HEIGHT * number / most, 1)) if number > 0 else 0.0
        label = f"Week of {name}: {number:,}"
        is_last = place == len(names) - 1
        bars.append(Bar(place * (BAR + GAP), round(HEIGHT - height, 1), height, label, is_last))
    return bars
