"""Likely doubles side by side. Only a person merges, and can undo it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from clinic_site.staff_site import staff

from .admin_views import done, first_error, for_the_desk, page_of
from .merging import doubles_of, likely_doubles, merge, unmerge
from .models import Lead, LeadView


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(
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


@require_safe
@for_the_desk
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """One lead beside all that may be the same person's, unmasked: each is opened by it."""
    lead = get_object_or_404(Lead.objects.select_related("offer"), pk=pk)
    found = doubles_of(lead)
    LeadView.objects.note(lead, *(double.lead for double in found), by=staff(request))
    context = _context(request, f"The same person? {lead}") | {"lead": lead, "doubles": found}
    return render(request, "admin/offers/lead/compare.html", context)


@require_POST
@for_the_desk
def merge_into(request: HttpRequest, pk: int) -> HttpResponse:
    part, form = get_object_or_404(Lead, pk=pk), MergeForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return page_of(part)
    into: Lead = form.cleaned_data["into"]
    words = f"{part} is part of {into} now. You can undo it here."
    return done(request, into, words, lambda: merge(part, into, by=staff(request)))


@require_POST
@for_the_desk
def part_again(request: HttpRequest, pk: int) -> HttpResponse:
    part = get_object_or_404(Lead, pk=pk)
    words = f"{part} is a lead of its own again."
    return done(request, part, words, lambda: unmerge(part, by=staff(request)))
