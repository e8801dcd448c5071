"""What every template may print of the clinic."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from . import facts, hours


def site(request: HttpRequest) -> dict[str, Any]:
    rows = facts.current().rows
    return {
        "clinic": rows.get("clinic"),
        "opening_hours": rows.get("opening_hours") or [],
        "closures": hours.closures_to_come(),
        "has_testimonials": rows.get("has_testimonials", False),
        "site_origin": settings.SITE_ORIGIN,
        "canonical": settings.SITE_ORIGIN + request.path,
    }
