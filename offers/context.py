from typing import Any

from django.http import HttpRequest

from .models import live_offer


def offer(request: HttpRequest) -> dict[str, Any]:
    """What every template may print of the offer; nothing where a preview is asked for without it."""
    return {"live_offer": None if getattr(request, "without_offer", False) else live_offer()}
