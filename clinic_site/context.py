"""What every template may print."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from . import facts


def site(request: HttpRequest) -> dict[str, Any]:
    rows = facts.current().rows
    now = timezone.now()
    offers = rows.get("offers") or []
    return {
        "clinic": rows.get("clinic"),
        "opening_hours": rows.get("opening_hours") or [],
        "closures": rows.get("closures") or [],
        "regions": rows.get("regions") or [],
        "live_offer": next((offer for offer in offers if offer.is_live(now)), None),
        "site_origin": settings.SITE_ORIGIN,
        "canonical": settings.SITE_ORIGIN + request.path,
    }
