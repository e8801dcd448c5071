"""What patients read. Every page here shows live editions and nothing else."""

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from clinic_site import facts
from clinic_site.page_cache import public_page
from clinic_site.reading import read_only

from . import index, structured_data
from .figure import plate_for
from .models import Condition, Edition, Region

ON_A_PAGE = 20
MOST_FOUND = 30


@read_only
@public_page
def article(request: HttpRequest, slug: str) -> HttpResponse:
    edition = Edition.objects.live().filter(slug=slug).first()
    if edition is None:
        return gone(request, slug)
    return show(request, edition)


def show(request: HttpRequest, edition: Edition, *, is_preview: bool = False) -> HttpResponse:
    """The article page, of a live edition, of an old one, or of a draft."""
    content = edition.content
    previous, following = index.neighbours(edition.slug)
    shapes = [(row["number"], row["shape"], row["name"]) for row in content["muscles"] if row["shape"]]
    context = {
        "edition": edition,
        "content": content,
        "plate": plate_for(shapes),
        "related": index.related_to(edition.slug),
        "previous": previous,
        "next": following,
        "json_ld": [] if is_preview else structured_data.article(edition, facts.fact("clinic")),
        "is_preview": is_preview,
        "canonical": settings.SITE_ORIGIN + edition.get_absolute_url(),  # of a preview, too
        "has_emergency": any(care["level"] == "emergency" for care in content["care"]),
    }
    return render(request, "blog/article.html", context)


def gone(request: HttpRequest, slug: str) -> HttpResponse:
    """410 for an article that was withdrawn. Raises Http404 for one that was never public."""
    shown = Edition.objects.filter(slug=slug, visible_from__lte=F("article__withdrawn_at"))
    if not shown.exists():
        raise Http404
    return render(request, "410.html", status=410)


@read_only
@public_page
def article_list(request: HttpRequest) -> HttpResponse:
    condition, region = request.GET.get("condition", ""), request.GET.get("region", "")
    editions = Edition.objects.live().about(condition=condition, region=region).newest_first()
    page = Paginator(editions, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "editions": page,
        "condition": Condition.objects.filter(slug=condition).first() if condition else None,
        "region": Region.objects.filter(slug=region).first() if region else None,
        "conditions": Condition.objects.filter(editions__in=Edition.objects.live()).distinct(),
    }
    return render(request, "blog/article_list.html", context)


@read_only
@public_page
def conditions(request: HttpRequest) -> HttpResponse:
    """By region of the body, those without an article included, so that nobody looks in vain."""
    rows = Condition.objects.filter(editions__in=Edition.objects.live()).distinct()
    by_region: dict[int, list[Condition]] = {}
    for condition in rows.prefetch_related("regions"):
        for region in condition.regions.all():
            by_region.setdefault(region.pk, []).append(condition)
    entries: dict[str, list[index.Entry]] = {}
    for entry in index.entries():
        entries.setdefault(entry.condition, []).append(entry)
    groups = [
        (
            region,
            [
                {"condition": row, "editions": entries.get(row.slug, [])}
                for row in by_region.get(region.pk, [])
            ],
        )
        for region in Region.objects.all()
    ]
    return render(request, "blog/conditions.html", {"groups": groups})


@read_only
def search(request: HttpRequest) -> HttpResponse:
    """A plain search for articles that hold every word. What was asked is kept nowhere."""
    q = " ".join(request.GET.get("q", "")[:100].replace("\x00", "").split())
    results = Edition.objects.live().about(words=q).newest_first()[:MOST_FOUND] if q else []
    response = render(request, "blog/search.html", {"q": q, "results": results})
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    return response
