"""What patients read: articles, their lists, and the figure's way to them."""

import datetime as dt

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from clinic_site import facts
from clinic_site.page_cache import public_page
from clinic_site.reading import read_only
from clinic_site.structured_data import breadcrumbs

from . import index, structured_data
from .advice_editions import AdviceEdition
from .figure import Plate, plates_for
from .frozen import Content
from .models import Condition, Edition, Region
from .printing import page_of

ON_A_PAGE = 20


@read_only
@public_page
def article(request: HttpRequest, slug: str) -> HttpResponse:
    edition = Edition.objects.live().filter(slug=slug).first()
    if edition is None:
        return gone(request, slug)
    response = show(request, edition, facts.fact("advice"))
    if edition.is_lapsed:
        response["X-Robots-Tag"] = "noindex"
    return response


def show(
    request: HttpRequest,
    edition: Edition,
    advice: AdviceEdition | None,
    *,
    is_preview: bool = False,
    shared_until: dt.datetime | None = None,
) -> HttpResponse:
    """The article page, of a live edition, of an old one, or of a draft, with the advice of its time."""
    content = page_of(edition, advice)
    beside = zip(("previous", "next"), index.neighbours(edition.slug), strict=True)
    context = {
        "edition": edition,
        "content": content,
        "plates": _plates(content),
        "related": index.related_to(edition.slug),
        **dict(beside),
        "json_ld": [] if is_preview else structured_data.article(edition, content, advice),
        "changed_at": edition.changed_at(advice),
        "is_preview": is_preview,
        "shared_until": shared_until,
        "canonical": settings.SITE_ORIGIN + edition.get_absolute_url(),  # of a preview, too
        "has_emergency": any(care["level"] == "emergency" for care in content["care"]),
    }
    return render(request, "blog/article.html", context)


def _plates(content: Content) -> list[Plate]:
    return plates_for(
        [(row["number"], row["shape"], row["name"]) for row in content["muscles"] if row["shape"]]
    )


def gone(request: HttpRequest, slug: str) -> HttpResponse:
    """410 for an article that was withdrawn. Raises Http404 for one that was never public."""
    shown = Edition.objects.filter(
        slug=slug, visible_from__lte=F("article__withdrawn_at"), called_off_at=None
    )
    if not shown.exists():
        raise Http404
    return render(request, "410.html", status=410)


@read_only
@public_page
def article_list(request: HttpRequest) -> HttpResponse:
    condition, region = request.GET.get("condition", ""), request.GET.get("region", "")
    found = index.index().newest
    if region:
        found = index.of_region(region)
    if condition:
        found = [entry for entry in index.index().by_condition.get(condition, []) if entry in found]
    topic = _topic(condition, region)
    editions = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    trail = [("Articles", "/blog/"), *([(topic.name, topic.get_absolute_url())] if topic else [])]
    context = {
        "editions": editions,
        "condition": topic if isinstance(topic, Condition) else None,
        "region": topic if isinstance(topic, Region) else None,
        "canonical": _canonical(topic, editions.number),
        "json_ld": [breadcrumbs(*trail)],
    }
    response = render(request, "blog/article_list.html", context)
    if not found:
        response["X-Robots-Tag"] = "noindex"
    return response


def _topic(condition: str, region: str) -> Condition | Region | None:
    """What a list is narrowed to, by its slug. The condition is the narrower of the two."""
    known = Condition.objects.filter(slug=condition).first() if condition else None
    return known or (Region.objects.filter(slug=region).first() if region else None)


def _canonical(topic: Condition | Region | None, number: int) -> str:
    """A list's address without whatever else was in the query."""
    path = topic.get_absolute_url() if topic else reverse("article_list")
    if number > 1:
        path += f"{'&' if topic else '?'}page={number}"
    return settings.SITE_ORIGIN + path
