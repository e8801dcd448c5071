"""What speaks against a claim being a person's: weighed here, without a puzzle, a cookie or anybody else's service.

Nothing is refused for it, but for a machine that sends by the dozen. A claim with enough against it is set aside with
the reasons, its sender sees the same page as everybody, and staff release it with one press. No sign weighs what
language or script somebody writes in.
"""

import datetime as dt
import re
import time
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.utils import timezone

from clinic_site.rates import Limit, counts_of

from .leads import Lead

FASTEST = 3  # seconds from opening the form to sending it: a browser fills it in at once, a person looks at it first
SALT = "offers.suspicion.opened"
ENOUGH = 2  # one strong sign, or two weak ones: people do mention a website, or work in a casino
STRONG, WEAK = 2, 1

# A family or a waiting room behind one address gets through; above the second, only a machine is at work.
BY_CLIENT = Limit("claims", most=settings.CLAIMS_AN_HOUR_EACH, seconds=3600)
REFUSED = Limit("claims refused", most=4 * settings.CLAIMS_AN_HOUR_EACH, seconds=600)
SAME_NOTE = Limit(
    "notes", most=2, seconds=24 * 3600
)  # a person who sends it again, and one whose words are alike
SHORTEST_NOTE = 30  # letters: shorter ones ("Mornings are good") are alike by chance

LOOKED_EVERY = 1.0  # seconds between two looks of a process at how many claims there are

# Reason -> its weight, and what staff read.
SIGNS = {
    "trap": (STRONG, "A box that people do not see was filled in. Some password managers do that too."),
    "stamp": (STRONG, "The form was not opened on our page before it was sent."),
    "fast": (STRONG, f"The form was sent less than {FASTEST} seconds after it was opened."),
    "client": (STRONG, "Many requests came from one internet address within the hour."),
    "crowd": (STRONG, "Very many requests came in at once, from all over."),
    "name_link": (STRONG, "There is a link in the name."),
    "links": (STRONG, "There are several links in the note."),
    "markup": (STRONG, "The text holds code for links, as machines send it."),
    "link": (WEAK, "There is a link in the note."),
    "tags": (WEAK, "The text holds code, such as <b>."),
    "wares": (WEAK, "The text names what is often sold by junk mail."),
    "name_mail": (WEAK, "The name is a mail address."),
    "same_note": (WEAK, "Others have sent the same note today."),
}
REASONS = {code: sentence for code, (_, sentence) in SIGNS.items()}

# Of the endings only those that are no English words: people forget the space after a full stop.
_ENDINGS = "com|net|org|info|biz|ru|cn|xyz|icu|io"
LINK = re.compile(
    rf"https?:[^\s,;]*|\bwww\.\w[^\s,;]*|(?<![@\w.-])[\w-]+(?:\.[\w-]+)*\.(?:{_ENDINGS})\b(?!@)"
)
MARKUP = re.compile(r"<\s*a\s[^>]*href|\[\s*(?:url|link)\b|\[/\s*(?:url|link)\s*\]|<\s*(?:script|iframe)\b")
TAGS = re.compile(r"<\s*/?\s*[a-z][a-z0-9]*(?:\s[^<>]*)?/?\s*>|\[/?(?:b|i|img|quote)\]")
MAIL = re.compile(r"^\S+@\S+\.\S+$")
WARES = re.compile(
    r"\b(?:viagra|cialis|kamagra|casinos?|porn\w*|escorts?|bitcoins?|crypto(?:currenc\w+)?|forex|sports betting"
    r"|back ?links?|seo|guest posts?|search engine optimi[sz]ation|(?:first page|top) of google|google rankings?"
    r"|website (?:traffic|design|ranking)|payday loans?|business loans?|replica watch\w*|dofollow|onlyfans)\b"
)


class TooMany(Exception):
    """Nobody sends so many. `seconds`: until the next one is taken."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds


class _Crowd:
    is_one = False
    looked_at = float("-inf")


def stamp() -> str:
    """When a form was opened, signed: it goes out with the form and comes back in `opened`."""
    return _signer().sign("opened")


def doubts_of(given: Mapping[str, Any], client: str) -> list[str]:
    """The reasons to set a claim aside, the heaviest first; none when they are too few.

    `given` is the cleaned form; of it `name`, `note`, `more` and `opened` are looked at. One small read, and once a
    second another. Raises TooMany.
    """
    signs = [
        *_of_the_form(given),
        *_of_the_text(given["name"], given["note"]),
        *_of_the_rate(given["note"], client),
    ]
    if sum(SIGNS[sign][0] for sign in signs) < ENOUGH:
        return []
    return sorted(signs, key=lambda sign: -SIGNS[sign][0])


def count_claim(note: str, client: str) -> None:
    """In the transaction that stores it, so that a form pressed twice counts once."""
    BY_CLIENT.count(client)
    REFUSED.count(client)
    SAME_NOTE.count(_gist(note))


def _of_the_form(given: Mapping[str, Any]) -> Iterator[str]:
    """A stamp that is hours or days old is no sign: people leave pages open."""
    if given["more"]:
        yield "trap"
    try:
        _signer().unsign(given["opened"], max_age=FASTEST)
        yield "fast"
    except SignatureExpired:
        pass
    except BadSignature:
        yield "stamp"


def _of_the_text(name: str, note: str) -> Iterator[str]:
    name, note = (unicodedata.normalize("NFKC", text).casefold() for text in (name, note))
    text = f"{name}\n{note}"
    links = len(set(LINK.findall(note)))
    if MARKUP.search(text):
        yield "markup"
    elif TAGS.search(text):
        yield "tags"
    if MAIL.search(name):
        yield "name_mail"
    elif LINK.search(name):
        yield "name_link"
    if links:
        yield "link" if links == 1 else "links"
    if WARES.search(text):
        yield "wares"


def _of_the_rate(note: str, client: str) -> Iterator[str]:
    counts = counts_of({BY_CLIENT: client, REFUSED: client, SAME_NOTE: _gist(note)})
    if seconds := REFUSED.wait_after(counts.get(REFUSED)):
        raise TooMany(seconds)
    if BY_CLIENT.wait_after(counts.get(BY_CLIENT)):
        yield "client"
    if SAME_NOTE.wait_after(counts.get(SAME_NOTE)):
        yield "same_note"
    if _is_crowded():
        yield "crowd"


def _is_crowded() -> bool:
    """Whether very many have claimed within the hour; looked up once a second at most.

    What is set aside does not count: otherwise one machine whose claims are all set aside would have everybody's
    set aside.
    """
    now = time.monotonic()
    if now - _Crowd.looked_at >= LOOKED_EVERY:
        recent = Lead.objects.real().filter(created_at__gt=timezone.now() - dt.timedelta(hours=1))
        last = recent.exclude(stage=Lead.Stage.SET_ASIDE)[
            settings.CLAIMS_AN_HOUR - 1 : settings.CLAIMS_AN_HOUR
        ]
        _Crowd.is_one, _Crowd.looked_at = last.exists(), now
    return _Crowd.is_one


def _gist(note: str) -> str:
    """The letters of a note; "" when it is too short to be told from another."""
    letters = "".join(filter(str.isalpha, unicodedata.normalize("NFKC", note).casefold()))
    return letters if len(letters) >= SHORTEST_NOTE else ""


def _signer() -> TimestampSigner:
    return TimestampSigner(salt=SALT)
