"""How the form and the worker fare, for the staff home page."""

from typing import Any

from django import template

from offers.models import live_offer
from offers.signs import signs

register = template.Library()


@register.inclusion_tag("admin/offers/form_state.html", takes_context=True)
def form_state(context: dict[str, Any]) -> dict[str, Any]:
    """For who may see leads; others could do nothing about it."""
    if not context["request"].user.has_perm("offers.view_lead"):
        return {"signs": []}
    return {"signs": signs(), "offer": live_offer()}
