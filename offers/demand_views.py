"""For staff: what people want to know, against what is written."""

from django.contrib.admin import site
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .demand import Demand, Part, demand
from .health_views import DAYS

ON_A_PAGE = 50


@require_safe
def article_demand(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("blog.view_article"):
        raise PermissionDenied
    context = {
        **site.each_context(request),
        "title": "What people want to know",
        "parts": [(part, _page(request, part)) for part in demand()],
        "days": DAYS,
    }
    return render(request, "admin/offers/demand.html", context)


def _page(request: HttpRequest, part: Part) -> Page[Demand]:
    """Each part has pages of its own: ?regions=2."""
    return Paginator(part.rows, ON_A_PAGE).get_page(request.GET.get(part.key))
