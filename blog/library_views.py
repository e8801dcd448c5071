"""The ways in that are not articles: conditions and muscles, by part of the body and from A to Z."""

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from clinic_site import facts
from clinic_site.page_cache import public_page
from clinic_site.reading import read_only
from clinic_site.structured_data import breadcrumbs

from . import finder, structured_data
from .figure import muscle_plates
from .index import Entry, index
from .models import Condition, Muscle, Region

MOST_SHOWN = 10  # articles in a list of a condition or a muscle


def by_letter[Row: Condition | Muscle](rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """From A to Z, as a reader looks something up: capitals do not matter."""
    letters: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: row.name.casefold()):
        letters.setdefault(row.name[:1].upper(), []).append(row)
    return list(letters.items())


def by_region[Row: Condition | Muscle](rows: Iterable[Row]) -> list[tuple[Region, list[Row]]]:
    """Head to foot. Regions without a row are there too, so that nobody looks in vain."""
    in_order = sorted(rows, key=lambda row: row.name.casefold())
    regions: list[Region] = facts.fact("regions") or []
    return [(region, [row for row in in_order if region in row.regions.all()]) for region in regions]


@read_only
@public_page
def conditions(request: HttpRequest) -> HttpResponse:
    """Those that an article is about."""
    articles = index().by_condition
    rows = list(Condition.objects.filter(slug__in=articles).prefetch_related("regions"))
    context = {
        "groups": by_region(rows),
        "letters": by_letter(rows),
        "articles": {slug: found[:MOST_SHOWN] for slug, found in articles.items()},
        "json_ld": [breadcrumbs(("Conditions", "/conditions/"))],
    }
    return render(request, "blog/conditions.html", context)


@read_only
@public_page
def muscles(request: HttpRequest) -> HttpResponse:
    rows = list(Muscle.objects.prefetch_related("regions"))
    context = {
        "groups": by_region(rows),
        "letters": by_letter(rows),
        "json_ld": [breadcrumbs(("Muscles", "/muscles/"))],
    }
    return render(request, "blog/muscles.html", context)


@read_only
@public_page
def muscle(request: HttpRequest, slug: str) -> HttpResponse:
    """Articles and conditions that involve it are found from what is public, never kept by hand."""
    row = get_object_or_404(Muscle.objects.prefetch_related("regions", "sources"), slug=slug)
    articles = index().by_muscle.get(row.pk, [])
    involved = conditions_of(articles)
    sources = [source for source in row.sources.all() if source.is_checked]
    context = {
        "muscle": row,
        "plates": muscle_plates(row.shape, row.name),
        "articles": articles[:MOST_SHOWN],
        "more_articles": len(articles) - MOST_SHOWN,
        "conditions": involved,
        "sources": sources,
        "near": Muscle.objects.filter(regions__in=row.regions.all()).exclude(pk=row.pk).distinct(),
        "canonical": settings.SITE_ORIGIN + row.get_absolute_url(),
        "json_ld": structured_data.muscle(row, involved, sources),
    }
    return render(request, "blog/muscle.html", context)


def conditions_of(articles: Iterable[Entry]) -> list[Condition]:
    slugs = {entry.condition for entry in articles}
    return list(Condition.objects.filter(slug__in=slugs).order_by("name"))


@read_only
def find(request: HttpRequest) -> HttpResponse:
    return _found(request) if request.GET else _finder(request)


@public_page
def _finder(request: HttpRequest) -> HttpResponse:
    context = {"form": finder.FinderForm(), "json_ld": [breadcrumbs(("Where do you feel it?", "/find/"))]}
    return render(request, "blog/find.html", context)


def _found(request: HttpRequest) -> HttpResponse:
    """What is asked is kept nowhere, and pages of answers stay out of search engines."""
    form = finder.FinderForm(request.GET)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        region, *answers = (form.cleaned_data[name] for name in ("region", "feeling", "trigger"))
        context |= {"signs": finder.warning_signs(region), "matches": finder.matches(region, *answers)}
    response = render(request, "blog/find.html", context)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    return response
