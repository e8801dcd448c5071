"""Whether it has been quiet for longer than chance explains: a form may fail in ways that no test sees.

Requests are taken to come at random, so many a day, on days when the clinic is open and on the others (a Poisson
process with two rates). Whole days of the clinic are counted: the night before and the day that runs say little.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .spans import every_words, span_words

LOOKED_BACK = dt.timedelta(weeks=8)
LEAST_CLAIMS, LEAST_DAYS = 10, 14  # fewer tell no rate, and nothing is said
LEAST_OPEN_DAYS = 2  # a quiet day is no news
RARE = 0.01  # by chance, less than once in 100 such stretches

IsOpen = Callable[[dt.date], bool]


@dataclass(frozen=True)
class Quiet:
    """A silence that chance does not explain."""

    lasts: dt.timedelta
    usual: dt.timedelta  # between two requests
    chance: float

    @property
    def words(self) -> str:
        return (
            f"No request for {span_words(self.lasts)}; usually there is one every {every_words(self.usual)}."
        )


def unusual_silence(
    claims: Sequence[dt.datetime],
    now: dt.datetime,
    *,
    zone: dt.tzinfo,
    is_open: IsOpen,
    since: dt.datetime | None,
) -> Quiet | None:
    """None while the silence is nothing unusual, or there is too little to tell from.

    `claims`: the moments of all requests of LOOKED_BACK, in order. `since`: when the form was last closed, if it was;
    nobody could send a request before. All moments are aware.
    """
    if len(claims) < LEAST_CLAIMS:
        return None
    days = [claim.astimezone(zone).date() for claim in claims]
    history = list(_days(days[0], days[-1]))
    if len(history) < LEAST_DAYS:
        return None
    start = max(claims[-1], since or claims[-1])
    first = start.astimezone(zone).date() + dt.timedelta(days=1)
    silent = list(_days(first, now.astimezone(zone).date() - dt.timedelta(days=1)))
    if sum(map(is_open, silent)) < LEAST_OPEN_DAYS:
        return None
    chance = chance_of_none(Counter(days), history, silent, is_open)
    usual = dt.timedelta(days=len(history)) / len(claims)
    return Quiet(now - start, usual, chance) if chance < RARE else None


def chance_of_none(
    claims: Counter[dt.date], history: Sequence[dt.date], silent: Sequence[dt.date], is_open: IsOpen
) -> float:
    """How likely it is, from 0 to 1, that nobody sends a request on all of the `silent` days.

    With the rate known for sure it would be exp(-rate x days). It is known from so many days only, which makes
    silence likelier: then it is (history / (history + silent)) to the power of the requests.
    """
    chance = 1.0
    for kind in (True, False):
        alike = [day for day in history if is_open(day) is kind]
        if alike:
            quiet = sum(is_open(day) is kind for day in silent)
            chance *= (len(alike) / (len(alike) + quiet)) ** sum(claims[day] for day in alike)
    return chance


def _days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    return (first + dt.timedelta(days=number) for number in range((last - first).days + 1))
