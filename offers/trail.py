"""Where somebody who asks for the offer came from: in signed form values, not in a cookie and not in an address.

All of it says what may hurt, so it is as private as the note. What is not known stays "", and so does everything
about whoever asks not to be recorded.
"""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

from django.core import signing
from django.http import HttpRequest

from . import tally
from .counts import Kind
from .readers import article_at, is_looking, wants_no_record

SALT = "offers.trail"
CAMPAIGN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}")  # what is printed on a poster or set in a link
LONGEST = 2_000  # characters of an address or a hidden field that are worth reading


@dataclass(frozen=True)
class Trail:
    article: str = ""  # the slug of the last article before the form
    first_article: str = ""  # of the first one of the visit
    campaign: str = ""  # ?c=poster-7


def trail_of(request: HttpRequest) -> Trail:
    """What the request for the form tells. The page before is known by `Referer`: ours send it to ourselves alone."""
    if wants_no_record(request):
        return Trail()
    before = _page_before(request)
    article = article_at(before.path)
    campaign = _campaign(request.META.get("QUERY_STRING", "")) or _campaign(before.query)
    return Trail(article, article, campaign)


def begin(request: HttpRequest) -> str:
    """Count that the form was opened; returns the trail as the form carries it."""
    trail = trail_of(request)
    if is_looking(request):
        tally.note(Kind.OPENED, trail.article)
    return sign(trail)


def sign(trail: Trail) -> str:
    return signing.Signer(salt=SALT).sign_object([trail.article, trail.campaign])


def read(request: HttpRequest, signed: str, seen: str) -> Trail:
    """What the form brings back, with what the browser's script has `seen` of the visit. Never raises.

    The script's word is taken for what can be checked: the address of a live article, a campaign's plain name.
    """
    if wants_no_record(request):
        return Trail()
    article, campaign = _unsigned(signed)
    first, last, landing = (*_seen(seen), "", "", "")[:3]
    article = article or article_at(last)
    return Trail(article, article_at(first) or article, campaign or _plain(landing))


def _page_before(request: HttpRequest) -> SplitResult:
    """The address in `Referer`, in its parts; without any when it is of another site."""
    parts = _parts(request.headers.get("Referer", ""))
    return parts if parts.netloc == request.get_host() else urlsplit("")


def _parts(address: str) -> SplitResult:
    try:
        return urlsplit(address[:LONGEST])
    except ValueError:
        return urlsplit("")


def _campaign(query: str) -> str:
    """The value of `c`, or else `utm_campaign`, of a query string, when it is a plain name."""
    try:
        given = parse_qs(query[:LONGEST], max_num_fields=20)
    except ValueError:
        return ""
    return _plain((given.get("c") or given.get("utm_campaign") or [""])[0])


def _plain(campaign: str) -> str:
    return campaign if CAMPAIGN.fullmatch(campaign) else ""


def _unsigned(signed: str) -> tuple[str, str]:
    """Article and campaign as this site has signed them; none of it when anybody else has."""
    try:
        article, campaign = signing.Signer(salt=SALT).unsign_object(signed)
    except (signing.BadSignature, ValueError, TypeError):
        return "", ""
    return article, campaign


def _seen(given: str) -> list[str]:
    """Paths of the first and the last article, campaign of the first page."""
    try:
        values: Any = json.loads(given[:LONGEST])
    except (ValueError, RecursionError):
        return []
    is_list = isinstance(values, list) and all(isinstance(value, str) for value in values)
    return values if is_list else []
