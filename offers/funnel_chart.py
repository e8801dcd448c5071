"""The steps from reading to a visit as rows of bars, one bar a week. Each row has its own scale: a page is read by
many more people than come, and what matters is how each number moves."""

from collections.abc import Sequence
from dataclasses import dataclass

from .funnel import STEPS, Numbers, in_100, total_of

BAR, GAP, HEIGHT = 8, 2, 30  # units of the drawing, which is stretched to the width there is
LEAST = 1.5  # units: one is not nothing


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


def _bars(names: Sequence[str], numbers: Sequence[int]) -> list[Bar]:
    most = max(1, *numbers)
    bars = []
    for place, (name, number) in enumerate(zip(names, numbers, strict=True)):
        height = max(LEAST, round(HEIGHT * number / most, 1)) if number > 0 else 0.0
        label = f"Week of {name}: {number:,}"
        is_last = place == len(names) - 1
        bars.append(Bar(place * (BAR + GAP), round(HEIGHT - height, 1), height, label, is_last))
    return bars
