"""The words of all pages, in memory: for a word that no page has, the ones that may have been meant."""

from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from . import facts
from .search_index import SearchWord

SHORTEST_PART = 4  # letters: fewer are part of too many words
SHORTEST_HALF = 3
MOST_PARTS = 8
NEAREST = 20  # looked at more closely
# Shorter than so many letters -> so many slips. A short word with a slip is as likely to be another word.
SLIPS = ((4, 0), (7, 1), (10, 2))
MOST_SLIPS = 3
FIRST_MAY_SLIP = (
    6  # letters; in a shorter word, or beside another slip, a wrong first letter makes another word
)


class _Memory:
    beside: facts.Facts | None = None
    words: list[str] = []


def vocabulary(more: Iterable[str] = ()) -> list[str]:
    """Every word of the index and `more`, in order. Read again only after something public has changed."""
    now = facts.current()
    if _Memory.beside is not now:
        known = frozenset(SearchWord.objects.values_list("word", flat=True)) | frozenset(more)
        _Memory.words, _Memory.beside = sorted(known), now
    return _Memory.words


def containing(part: str, among: Iterable[str]) -> list[str]:
    """The words that `part` begins, then those that it is inside of; the shortest first."""
    if len(part) < SHORTEST_PART:
        return []
    found = [word for word in among if part in word]
    return sorted(found, key=lambda word: (not word.startswith(part), len(word), word))[:MOST_PARTS]


def halves(word: str, among: Iterable[str]) -> list[str]:
    """Two words that were written as one."""
    known = set(among)
    for cut in range(len(word) - SHORTEST_HALF, SHORTEST_HALF - 1, -1):
        if word[:cut] in known and word[cut:] in known:
            return [word[:cut], word[cut:]]
    return []


def meant_by(word: str, among: list[str]) -> list[str]:
    """What `word` may be a misspelling of: the fewest slips first, then the most alike."""
    most = next((slips for length, slips in SLIPS if len(word) < length), MOST_SLIPS)
    if not most:
        return []
    near = process.extract(word, among, scorer=OSA.distance, score_cutoff=most, limit=NEAREST)
    likely = [
        (found, slips)
        for found, slips, _ in near
        if found[0] == word[0] or (slips == 1 and len(word) >= FIRST_MAY_SLIP)
    ]
    return [found for found, _ in sorted(likely, key=lambda row: (row[1], -_alike(word, row[0]), row[0]))]


def _alike(word: str, found: str) -> float:
    return round(JaroWinkler.similarity(word, found), 4)
