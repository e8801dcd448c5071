"""For staff: every article's way from reading to a visit, for any days."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .counts import clinic_day
from .funnel import Numbers, by_article, total_of

USUAL = dt.timedelta(days=89)  # with today, 90 days
ORDERS: dict[str, tuple[str, Callable[[Numbers], float]]] = {
    "read": ("Most read first", lambda article: -article.reads),
    "best": ("Most often to the form first", lambda article: -article.to_the_form),
    "worst": ("Least often to the form first", lambda article: article.to_the_form),
}


class DaysForm(forms.Form):
    since = forms.DateField(label="From", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    until = forms.DateField(label="To", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    order = forms.ChoiceField(label="Order", choices=[(key, words) for key, (words, _) in ORDERS.items()])

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if "since" in given and "until" in given and given["until"] < given["since"]:
            self.add_error("until", "The last day is before the first.")
        return given


def may_look(user: User | AnonymousUser) -> bool:
    """Whoever works with leads or with offers; nothing in these numbers is about one person."""
    return user.has_perm("offers.view_lead") or user.has_perm("offers.view_offer")


@require_safe
def funnel(request: HttpRequest) -> HttpResponse:
    if not may_look(request.user):
        raise PermissionDenied
    today = clinic_day()
    usual: dict[str, Any] = {"since": today - USUAL, "until": today, "order": "read"}
    form = DaysForm(usual | request.GET.dict())
    chosen = form.cleaned_data if form.is_valid() else usual
    articles: list[Numbers] = by_article(chosen["since"], chosen["until"])
    together = total_of(articles)
    articles.sort(key=ORDERS[chosen["order"]][1])
    context = {
        **admin.site.each_context(request),
        "title": "From reading to a visit",
        "form": form,
        "chosen": chosen,
        "articles": articles,
        "together": together,
    }
    return render(request, "admin/offers/funnel_page.html", context)
