from typing import Any

from django.http import HttpRequest

from clinic_site import facts


def regions(request: HttpRequest) -> dict[str, Any]:
    """What every template may list of the body."""
    return {"regions": facts.fact("regions") or []}
