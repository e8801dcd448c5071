"""Where references and links lead: whether they are well formed, and whether somebody answers there.

Publishers turn programs away, and a checker that cries wolf is soon ignored. So a DOI is asked for at doi.org alone,
which knows it or does not; and of all other answers only "not found", "gone" and "no such host" count as dead.
"""

import re
import socket
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from http.client import HTTPException
from time import sleep
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.test import Client

from clinic_site.models import Page, Practitioner

from .link_checks import Answer, State
from .models import AdviceEdition, Edition, Source
from .record_links import to_addresses

HREF = re.compile(r'href="([^"]*)"')
REGISTRIES = {"doi.org", "dx.doi.org"}  # what they answer themselves is enough
PATIENCE = 20  # seconds for one answer
HOSTS_AT_ONCE = 8

# Seen to refuse programs (403, 429, 503) what they show to people.
SHY = (
    *(
        "academic.oup.com",
        "acpjournals.org",
        "bmj.com",
        "cochranelibrary.com",
        "jamanetwork.com",
        "jospt.org",
    ),
    *("lww.com", "massagetoday.com", "ncbi.nlm.nih.gov", "neurology.org", "researchgate.net", "sagepub.com"),
    *("sciencedirect.com", "statpearls.com", "tandfonline.com", "wiley.com"),
)


Places = dict[str, list[str]]  # an address, and where on the site it stands


def faults_of_form() -> Iterator[tuple[str, str]]:
    """Where, and what is wrong, of what needs no network to be seen."""
    fields = [field for field in Source._meta.fields if field.name in {"doi", "pmid", "isbn", "url"}]
    for source in Source.objects.all():
        for field in fields:
            if value := getattr(source, field.name):
                try:
                    field.run_validators(value)
                except ValidationError as wrong:
                    yield f"source {source.key}", f"{value}: {' '.join(wrong.messages)}"
    visitor = Client(headers={"host": settings.SITE_HOST})
    for address, places in links_in_texts().items():
        if fault := _fault(address, visitor):
            yield ", ".join(places), f"{address}: {fault}"


def _fault(address: str, visitor: Client) -> str:
    if address.startswith("#"):
        return ""  # the tests of the page hold these
    if address.startswith("/"):
        status = visitor.get(address, secure=settings.IS_SECURE).status_code
        return "" if status < 400 else f"no such page here ({status})"
    if address.startswith("mailto:"):
        return "" if "@" in address else "no address after mailto:"
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError as wrong:
        return " ".join(wrong.messages)
    return ""


def links_in_texts() -> Places:
    """Every address in what is public: articles, shared advice, plain pages, people."""
    found: Places = defaultdict(list)
    shown: list[tuple[str, Any]] = [
        (f"article {edition.slug}", edition.content) for edition in Edition.objects.live()
    ]
    if advice := AdviceEdition.objects.public():
        shown.append(("shared advice", advice.content))
    shown += [(f"page {page.slug}", page.body) for page in Page.objects.all()]
    shown += [(f"person {person.slug}", person.bio) for person in Practitioner.objects.all()]
    for place, content in shown:
        for text in _strings(content):
            for address in HREF.findall(to_addresses(text)):
                if place not in found[unescape(address)]:
                    found[unescape(address)].append(place)
    return found


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def addresses_elsewhere() -> Places:
    """What a reader can follow off the site: the links of all sources, and those in texts."""
    found: Places = defaultdict(list)
    for source in Source.objects.all():
        for link in source.links():
            found[link["url"]].append(f"source {source.key}")
    for address, places in links_in_texts().items():
        if address.startswith(("http://", "https://")):
            found[address] += places
    return found


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Being sent on is the answer."""


def ask(address: str) -> Answer:
    """Ask once, gently: HEAD, and GET only where that was no use."""
    host = urlsplit(address).netloc
    opener = urllib.request.build_opener(*([_Stay] if host in REGISTRIES else []))
    try:
        status = _status(opener, address, "HEAD")
        if status in {400, 404, 405, 410, 501}:  # some answer so to HEAD alone
            status = _status(opener, address, "GET")
    except URLError as error:
        if isinstance(error.reason, socket.gaierror) and error.reason.errno != socket.EAI_AGAIN:
            return Answer(State.DEAD, "no such host")
        return Answer(State.UNSURE, f"no answer: {error.reason}")
    except (OSError, HTTPException) as error:
        return Answer(State.UNSURE, f"no answer: {str(error) or type(error).__name__}")
    if status in {404, 410}:
        return Answer(State.DEAD, "not found (404)" if status == 404 else "gone (410)")
    if status < 400:
        return Answer(State.FINE, "answers")
    is_shy = any(host == name or host.endswith(f".{name}") for name in SHY)
    return Answer(
        State.UNSURE, f"{'turns programs away' if is_shy else 'refused'} ({status}): open it yourself"
    )


def _status(opener: urllib.request.OpenerDirector, address: str, method: str) -> int:
    if not address.startswith(("http://", "https://")):
        raise ValueError(address)
    agent = {"User-Agent": f"link check of {settings.SITE_ORIGIN}", "Accept": "text/html,*/*"}
    request = urllib.request.Request(address, headers=agent, method=method)  # noqa: S310
    try:
        with opener.open(request, timeout=PATIENCE) as response:
            return int(response.status)
    except HTTPError as error:
        error.close()
        return error.code


def ask_all(addresses: list[str], pause: float) -> dict[str, Answer]:
    """Hosts side by side, but each of them one address at a time with `pause` seconds between.

    When no host at all can be found, it is this machine that is offline, and nothing is known.
    """
    by_host: dict[str, list[str]] = defaultdict(list)
    for address in addresses:
        by_host[urlsplit(address).netloc].append(address)

    def ask_host(own: list[str]) -> list[tuple[str, Answer]]:
        answers = []
        for place, address in enumerate(own):
            if place:
                sleep(pause)
            answers.append((address, ask(address)))
        return answers

    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        found = {
            address: answer for answers in pool.map(ask_host, by_host.values()) for address, answer in answers
        }
    if len(by_host) > 1 and all(answer.words == "no such host" for answer in found.values()):
        return dict.fromkeys(found, Answer(State.UNSURE, "no host can be found: is this machine online?"))
    return found
