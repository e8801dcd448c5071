"""For staff: what people want to know, against what is written."""

from django.contrib.admin import site
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .demand import demand
from .health_views import DAYS


@require_safe
def article_demand(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("blog.view_article"):
        raise PermissionDenied
    context = {
        **site.each_context(request),
        "title": "What people want to know",
        "parts": demand(),
        "days": DAYS,
    }
    return render(request, "admin/offers/demand.html", context)
