"""The funnel on the staff home page, and an offer's ledger on its own."""

import datetime as dt
from typing import Any

from django import template

from offers.counts import clinic_day
from offers.funnel import WEEK, WEEKS, best_and_worst, by_article, by_week, total_of
from offers.funnel_chart import HEIGHT, shares_of, steps_of
from offers.funnel_views import may_look
from offers.ledger import ledger_of
from offers.models import Offer

register = template.Library()


@register.inclusion_tag("admin/offers/funnel.html", takes_context=True)
def funnel(context: dict[str, Any]) -> dict[str, Any]:
    """The last weeks as a chart and as a table; nothing for who may see neither leads nor offers."""
    if not may_look(context["request"].user):
        return {"may_look": False}
    today = clinic_day()
    weeks = by_week(today)
    since = today - dt.timedelta(days=today.weekday()) - (WEEKS - 1) * WEEK
    articles = by_article(since, today)
    return {
        "may_look": True,
        "weeks": weeks,
        "steps": steps_of(weeks),
        "height": HEIGHT,
        "together": total_of(weeks),
        "best_and_worst": best_and_worst(articles),
        "shares": shares_of(articles),
    }


@register.inclusion_tag("admin/offers/offer/ledger.html")
def offer_ledger(offer: Offer) -> dict[str, Any]:
    return {"ledger": ledger_of(offer)}
