"""The front desk on a phone: find a person, redeem their code, call them. No more than that.

What is typed is searched for in a POST; addresses hold the request's number and nothing of the person.
"""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Protocol

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic_site.staff_site import staff

from .admin_views import ReasonForm, first_error
from .finding import Found, find
from .inbox_views import FindForm
from .leads import UNDO_WITHIN
from .models import Lead, LeadView
from .stages import NotAllowed


class AnyView(Protocol):
    def __call__(self, request: HttpRequest, *args: int, **kwargs: int) -> HttpResponse: ...


def desk_only(view: Callable[..., HttpResponse]) -> AnyView:
    """For those who may work with leads; the others sign in, or are refused. Nothing of it is kept by a browser."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: int, **kwargs: int) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.path, resolve_url("admin:login"))
        if not staff(request).is_staff or not request.user.has_perm("offers.work_lead"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return never_cache(guarded)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def desk(request: HttpRequest) -> HttpResponse:
    """One box. Whoever is found alone is shown at once."""
    form = FindForm(request.POST if request.method == "POST" else None)
    found = None
    if form.is_bound:
        found = find(form.cleaned_data["find"]) if form.is_valid() else Found("", words=first_error(form))
        if found.only:
            return redirect("desk_lead", found.only.pk)
    return render(request, "offers/desk/find.html", {"form": form, "found": found})


@require_safe
@desk_only
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Who it is, and the button that redeems. Opening it leaves a line, as in the admin."""
    leads = Lead.objects.select_related("offer__regular_fee", "redeemed_by")
    lead = get_object_or_404(leads, pk=pk, is_test=False, erased_at=None)
    LeadView.objects.note(lead, by=staff(request))
    used = lead.used_by_same_person()
    context = {
        "lead": lead,
        "used": used,
        "may_undo": used and used.can_be_undone(),
        "undo_hours": UNDO_WITHIN // dt.timedelta(hours=1),
    }
    return render(request, "offers/desk/person.html", context)


@require_POST
@desk_only
def redeem(request: HttpRequest, pk: int) -> HttpResponse:
    lead = get_object_or_404(Lead.objects.select_related("offer"), pk=pk)
    try:
        lead.redeem(by=staff(request))
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Done. Take {lead.offer.amount_text} off the regular fee.")
    return redirect("desk_lead", pk)


@require_POST
@desk_only
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """`pk` is that of the lead whose code was used."""
    lead, form = get_object_or_404(Lead, pk=pk), ReasonForm(request.POST)
    try:
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        lead.undo_redemption(by=staff(request), reason=reason)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Undone. The code can be used again.")
    return redirect("desk_lead", pk)
