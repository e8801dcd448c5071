"""What templates outside the blog print of it: clean HTML, and lists of live articles."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from blog import index
from blog.figure import BodyMap, body_map
from blog.models import Edition
from clinic_site import facts
from clinic_site.models import Practitioner
from clinic_site.rich_text import sanitise_edition

register = template.Library()


@register.filter
def rich(html: str) -> SafeString:
    """HTML that an editor wrote, through the allow-list once more: the only way it gets onto a page."""
    return mark_safe(sanitise_edition(html or ""))  # noqa: S308


@register.simple_tag
def newest_articles(most: int = 3) -> list[Edition]:
    return list(Edition.objects.live().newest_first()[:most])


@register.simple_tag
def articles_by(person: Practitioner) -> list[Edition]:
    return list(Edition.objects.live().filter(author=person).newest_first())


@register.simple_tag
def near_names(path: str) -> list[index.Entry]:
    """For the 404 page, from memory."""
    return index.near_names(path)


@register.simple_tag
def map_regions() -> BodyMap | None:
    """The home page's figure, with each region's spot leading to its list of articles."""
    regions = facts.fact("regions") or []
    return body_map((region.slug, region.name, region.get_absolute_url()) for region in regions)
