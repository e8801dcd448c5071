"""For staff: whether all is well."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from .offer import live_offer
from .well import looks


def own_pages(guard: Callable[..., Any]) -> list[URLPattern]:
    """Under the leads of the admin site. `guard` is its admin_view."""
    return [path("is-all-well/", guard(is_all_well), name="offers_lead_well")]


@require_safe
def is_all_well(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("offers.view_lead"):
        raise PermissionDenied
    found = looks()
    context = {
        **admin.site.each_context(request),
        "title": "Is all well?",
        "looks": found,
        "bad": sum(look.sign.kind == "bad" for look in found),
        "offer": live_offer(),
    }
    return render(request, "admin/offers/well.html", context)
