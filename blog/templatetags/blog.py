"""What templates outside the blog print of it: clean HTML, and lists of live articles."""

import datetime as dt
import re
from itertools import islice
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from blog.figure import MapRegion, body_map
from blog.index import Entry, index, promoted
from blog.near_names import Name
from blog.near_names import near_names as like
from blog.pictures import LINE, thaw
from blog.record_links import to_addresses
from clinic_site import facts
from clinic_site.models import Practitioner
from clinic_site.rich_text import sanitise_edition

register = template.Library()


@register.filter
def rich(html: str) -> SafeString:
    """HTML that an editor wrote, through the allow-list once more, links to records at their addresses of the moment.

    The only way it gets onto a page.
    """
    return mark_safe(to_addresses(sanitise_edition(html or "")))  # noqa: S308


@register.filter
def pictured(html: SafeString, pictures: list[dict[str, Any]]) -> SafeString:
    """`html` comes from `rich`; its lines [picture 1] become the pictures of the edition."""
    by_number = {row["number"]: row for row in pictures or []}

    def figure(line: re.Match[str]) -> str:
        row = by_number.get(int(line[1]))
        if row is None:
            return line[0]
        context = {"picture": thaw(row), "caption": rich(row["caption_html"])}
        return render_to_string("components/picture.html", context)

    return mark_safe(LINE.sub(figure, html))  # noqa: S308


@register.simple_tag
def newest_articles(most: int = 3) -> list[Entry]:
    return list(islice(promoted(), most))


@register.simple_tag
def articles_by(person: Practitioner, most: int = 10) -> list[Entry]:
    return index().by_author.get(person.pk, [])[:most]


@register.simple_tag
def near_names(path: str) -> list[Name]:
    """For the 404 page, from memory."""
    return like(path)


@register.simple_tag
def map_regions() -> list[MapRegion]:
    """The map, each of its regions leading to its list of articles."""
    regions = facts.fact("regions") or []
    return body_map((region.slug, region.name, region.get_absolute_url()) for region in regions)


@register.filter
def of(groups: dict[Any, Any], key: Any) -> Any:
    """What a mapping holds for a key that a template knows only by name."""
    return groups.get(key, [])


@register.filter
def day(iso: str) -> dt.date:
    """A date as editions keep it: 2026-11-22."""
    return dt.date.fromisoformat(iso)
