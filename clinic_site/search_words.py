"""From text to the words that search knows it by: the same for what is stored and for what is asked."""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

LONGEST = 40  # letters; what is longer is no word, and the column ends there

_APOSTROPHES = dict.fromkeys(map(ord, "’‘ʼ`´′"), "'")
_HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—−_"), "-")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\ufeff\x00"))
_TABLE = _APOSTROPHES | _HYPHENS | _INVISIBLE
_POSSESSIVE = re.compile(r"(?<=\w)'s?\b|(?<=s)'(?!\w)")
_RUN = re.compile(r"\w+(?:-\w+)*")

# Words that say nothing about what somebody looks for.
STOP_WORDS = frozenset(
    """
    a about after again all also am an and any anyone anything are as at be because been being between but
    by can could did do does doing dont for from get gets getting give given had has have having he her here
    hers him his how i if im in into is isnt it its ive just know like make many me mine more most much my
    need no not of off on one only or other our out over own please really same she should so some something
    than that the their them then there these they this those through to too under until up us very want was
    wasnt way we were what whats when where which while who why will with without would yes you your youre
    """.split()  # noqa: SIM905 - a column of quoted words is no easier to read
)


def plain(text: str) -> str:
    """Lower case, without accents, and with one kind of apostrophe and hyphen."""
    text = text.translate(_TABLE)
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text).casefold().translate(_TABLE)
    return "".join(sign for sign in apart if unicodedata.category(sign) != "Mn")


def words(text: str, *, joined: bool = False) -> Iterator[str]:
    """The words of `text`, without numbers. `joined`: “x-ray” is found as “xray”, too."""
    for run in _RUN.findall(_POSSESSIVE.sub(" ", plain(text)).replace("'", "")):
        parts = run.split("-")
        if joined and len(parts) > 1:
            parts.append("".join(parts))
        yield from (part for part in parts if is_word(part))


def is_word(part: str) -> bool:
    long_enough = len(part) > 1 or not part.isascii()  # one Chinese character is a word
    return long_enough and len(part) <= LONGEST and not part.isnumeric() and part not in STOP_WORDS


class _OfThisThread(threading.local):
    """A stemmer keeps notes while it works, so threads do not share one."""

    def __init__(self) -> None:
        self.english = snowballstemmer.stemmer("english")


_stemmer = _OfThisThread()


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """“needl” for needle, needles and needling (Porter's second stemmer)."""
    return str(_stemmer.english.stemWord(word)) if word.isascii() else word


def terms(word: str) -> tuple[str, ...]:
    """What `word` is looked up as: its stem, and the word as it is written, which is how names are kept."""
    return tuple(dict.fromkeys((stem(word), word)))
