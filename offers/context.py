from typing import Any

from django.http import HttpRequest

from .models import live_offer


def offer(request: HttpRequest) -> dict[str, Any]:
    """What every template may print of the offer."""
    return {"live_offer": live_offer()}
