"""Links in texts to records of our own, kept by kind and number, so that no new address breaks them.

In a stored text such a link reads /to/article/12/. Nobody is ever sent there: `to_records` puts it in the place of a
typed address when the text is saved, and `to_addresses` puts the address of the moment in its place whenever a page is
made, from memory. So an edition's text, and with it its fingerprint, stays the same when another article moves. What
is not public leads nowhere: the words stay without a link.

Texts that were saved before keep the addresses that were typed, which old addresses hold, until they are saved again:
changing them unseen would end their signatures.
"""

import re
from html import escape, unescape
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict
from django.urls import Resolver404, resolve

from clinic_site import facts
from clinic_site.addresses import is_ours, page_at, parts_of
from clinic_site.models import Practitioner
from clinic_site.redirects import Redirect

from .articles import Article
from .editions import Edition
from .index import index
from .topics import Condition, Muscle

KINDS: dict[str, type[models.Model]] = {
    "article": Article,
    "muscle": Muscle,
    "condition": Condition,
    "person": Practitioner,
}
REFERENCE = re.compile(rf'/to/({"|".join(KINDS)})/(\d{{1,9}})/(#[^"]*)?')
LINK = re.compile(rf'<a href="{REFERENCE.pattern}">(.*?)</a>', re.DOTALL)
ANY_LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
ELSEWHERE = re.compile(r"mailto:|tel:|sms:|#")  # or on the same page
HREF = re.compile(r'(<a href=")([^"]*)(")')


def load_records() -> dict[tuple[str, int], str]:
    """Kind, number and address of what is public, but for articles, which the index has."""
    return {
        (kind, row.pk): row.get_absolute_url()
        for kind, model in KINDS.items()
        if issubclass(model, Muscle | Condition | Practitioner)
        for row in model.to_show()
    }


def address_of(kind: str, pk: int) -> str:
    """Where a public record is read now; "" for any other."""
    if kind == "article":
        entry = index().by_article.get(pk)
        return entry.get_absolute_url() if entry else ""
    records: dict[tuple[str, int], str] = facts.fact("records") or {}
    return records.get((kind, pk), "")


def reference_to(row: models.Model) -> str:
    kind = next(kind for kind, model in KINDS.items() if isinstance(row, model))
    return f"/to/{kind}/{row.pk}/"


def to_addresses(html: str) -> str:
    """`html` is clean."""
    return LINK.sub(_with_address, html)


def _with_address(link: re.Match[str]) -> str:
    kind, pk, place, words = link.groups(default="")
    address = address_of(kind, int(pk))
    return f'<a href="{escape(address)}{place}">{words}</a>' if address else words


def words_without_page(html: str) -> list[str]:
    """The words of links in `html` that lead to nothing public."""
    return [words for kind, pk, _, words in LINK.findall(html) if not address_of(kind, int(pk))]


def words_astray(html: str) -> list[str]:
    """The words of links in `html` at whose end no page of ours answers, though one should."""
    return [words for address, words in ANY_LINK.findall(html) if _is_astray(unescape(address))]


def _is_astray(address: str) -> bool:
    """Off the site links.py looks; a reference is found by `words_without_page`."""
    if ELSEWHERE.match(address) or REFERENCE.fullmatch(address):
        return False
    try:
        parts = parts_of(address)
    except ValidationError:
        return True
    path = unquote(parts.path)
    return is_ours(parts) and not page_at(path, parts.query) and not Redirect.objects.for_path(path)


def to_records(html: str) -> str:
    """`html` is clean."""
    return HREF.sub(lambda link: link[1] + escape(as_reference(unescape(link[2]))) + link[3], html)


def as_reference(typed: str) -> str:
    """An address of this site as a reference to its record; any other one as it was typed."""
    try:
        parts = parts_of(typed)
    except ValidationError:
        return typed
    if not is_ours(parts):
        return typed
    path = unquote(parts.path)
    row = _row_at(path, parts.query)
    if row is None and (moved := Redirect.objects.for_path(path)):
        new = urlsplit(moved.new_path)
        row = _row_at(unquote(new.path), new.query)
    return reference_to(row) + (f"#{parts.fragment}" if parts.fragment else "") if row else typed


def _row_at(path: str, query: str) -> models.Model | None:
    try:
        match = resolve(f"{path.rstrip('/')}/")
    except Resolver404:
        return None
    slug = match.kwargs.get("slug", "")
    match match.url_name:
        case "article":
            public = Edition.objects.live().select_related(None).filter(slug=slug)
            return Article.objects.filter(pk__in=public.values("article")).first() or _called(Article, slug)
        case "muscle":
            return _called(Muscle, slug)
        case "team_member":
            return _called(Practitioner, slug)
        case "article_list":
            return _called(Condition, QueryDict(query).get("condition") or "")
    return None


def _called(model: type[models.Model], slug: str) -> models.Model | None:
    return model._default_manager.filter(slug=slug).first()
