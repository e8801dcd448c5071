"""For staff: how every public article fares, the worst first, beside what it brings."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.contrib.admin import site
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from blog.health import Board, Health

from .counts import DailyCount, Kind, clinic_day

DAYS = 90  # with today
ON_A_PAGE = 50


@dataclass(frozen=True)
class Line:
    health: Health
    reads: int
    claims: int


def counts_by_article(days: int = DAYS) -> Counter[tuple[str, str]]:
    """By an article's slug and the kind of what was counted: reads and claims."""
    since = clinic_day() - dt.timedelta(days=days - 1)
    rows = DailyCount.objects.filter(day__gte=since, kind__in=[Kind.READ, Kind.CLAIMED])
    totals = rows.values_list("article", "kind").annotate(Sum("count"))
    return Counter({(article, kind): total for article, kind, total in totals})


@require_safe
def article_health(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("blog.view_article"):
        raise PermissionDenied
    counts, board = counts_by_article(), Board()
    page = Paginator(board, ON_A_PAGE).get_page(request.GET.get("page"))
    lines = [
        Line(row, counts[row.edition.slug, Kind.READ], counts[row.edition.slug, Kind.CLAIMED])
        for row in page.object_list
    ]
    context = {
        **site.each_context(request),
        "title": "How the articles fare",
        "lines": lines,
        "page": page,
        "days": DAYS,
        "board": board,
    }
    return render(request, "admin/offers/health.html", context)
