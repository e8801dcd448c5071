"""How the rest of the site shows the offer without knowing the app."""

from typing import Any

from django import template

register = template.Library()


@register.inclusion_tag("components/ticket.html", takes_context=True)
def offer_ticket(context: dict[str, Any], heading_level: int = 2) -> dict[str, Any]:
    """The live offer as a ticket with its three ways in; nothing at all when there is none."""
    return {
        "offer": context.get("live_offer"),
        "clinic": context.get("clinic"),
        "heading_level": heading_level,
    }
