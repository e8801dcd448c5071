"""Likely doubles side by side. Only a person merges them or says that they are two people, and can undo either."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from clinic_site.staff_site import staff

from .admin_views import done, first_error, for_the_desk, page_of
from .merging import doubles_of, likely_doubles, merge, unmerge
from .models import Lead, LeadView, TwoPeople
from .stages import NotAllowed


class OtherForm(forms.Form):
    other = forms.ModelChoiceField(
        queryset=Lead.objects.select_related("offer"),
        error_messages={"required": "Choose a lead.", "invalid_choice": "This lead is not there."},
    )


def _context(request: HttpRequest, title: str) -> dict[str, Any]:
    return {**admin.site.each_context(request), "title": title}


@require_safe
def doubles(request: HttpRequest) -> HttpResponse:
    """All pairs, masked as in any list."""
    if not request.user.has_perm("offers.work_lead"):
        raise PermissionDenied
    context = _context(request, "Likely doubles") | {"pairs": likely_doubles()}
    return render(request, "admin/offers/lead/doubles.html", context)


def _other(request: HttpRequest) -> Lead | None:
    """The second of the two that a button is about. Says so where it is not there."""
    form = OtherForm(request.POST)
    if form.is_valid():
        return cast(Lead, form.cleaned_data["other"])
    messages.error(request, first_error(form))
    return None


@require_safe
@for_the_desk
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """One lead beside all that may be the same person's, unmasked: each is opened by it."""
    lead = get_object_or_404(Lead.objects.select_related("offer"), pk=pk)
    found = doubles_of(lead)
    LeadView.objects.note(lead, *(double.lead for double in found), by=staff(request))
    rows = TwoPeople.objects.about(lead).select_related("first", "second", "by")
    apart = [(row, row.other_than(lead)) for row in rows]
    context = _context(request, f"The same person? {lead}") | {"lead": lead, "doubles": found, "apart": apart}
    return render(request, "admin/offers/lead/compare.html", context)


@require_POST
@for_the_desk
def merge_into(request: HttpRequest, pk: int) -> HttpResponse:
    part = get_object_or_404(Lead, pk=pk)
    into = _other(request)
    if into is None:
        return page_of(part)
    words = f"{part} is part of {into} now. You can undo it here."
    return done(request, into, words, lambda: merge(part, into, by=staff(request)))


@require_POST
@for_the_desk
def part_again(request: HttpRequest, pk: int) -> HttpResponse:
    part = get_object_or_404(Lead, pk=pk)
    words = f"{part} is a lead of its own again."
    return done(request, part, words, lambda: unmerge(part, by=staff(request)))


@require_POST
@for_the_desk
def two_people(request: HttpRequest, pk: int) -> HttpResponse:
    """They are not the same person, or `again`: they may be after all."""
    lead = get_object_or_404(Lead, pk=pk)
    other = _other(request)
    if other is not None and other != lead:
        is_taken_back = "again" in request.POST
        note = TwoPeople.objects.take_back if is_taken_back else TwoPeople.objects.note
        words = "may be the same person’s" if is_taken_back else "are two people’s"
        try:
            note(lead, other, by=staff(request))
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"Noted: {lead} and {other} {words}.")
    return redirect("admin:offers_lead_doubles_of", pk)
