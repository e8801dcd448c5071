"""What the front desk does with a lead. Looking changes nothing; each change is one POST."""

import datetime as dt
from functools import wraps
from typing import Any, Protocol

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clinic_site.staff_site import staff

from .models import Lead, LeadEvent, Notice
from .stages import NotAllowed, Stage

SAME_PRESS = dt.timedelta(minutes=1)  # the same note by the same person within it is a second press


class MoveForm(forms.Form):
    stage = forms.ChoiceField(choices=Stage.choices)
    reason = forms.CharField(required=False)


class NoteForm(forms.Form):
    text = forms.CharField(max_length=4000)  # the page stops at half of it, counting line ends once


class LeadView(Protocol):
    def __call__(self, request: HttpRequest, pk: int) -> HttpResponse: ...


def for_the_desk(view: LeadView) -> LeadView:
    """Only for those who may work with leads; the admin site has seen to it that they are signed in."""

    @wraps(view)
    def guarded(request: HttpRequest, pk: int) -> HttpResponse:
        if not request.user.has_perm("offers.work_lead"):
            raise PermissionDenied
        return view(request, pk)

    return guarded


def page_of(lead: Lead) -> HttpResponse:
    return redirect("admin:offers_lead_change", lead.pk)


@require_POST
@for_the_desk
def move(request: HttpRequest, pk: int) -> HttpResponse:
    lead = get_object_or_404(Lead, pk=pk)
    form = MoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose one of the stages.")
    elif lead.stage != form.cleaned_data["stage"]:  # else the button was pressed twice
        try:
            lead.move(form.cleaned_data["stage"], by=staff(request), reason=form.cleaned_data["reason"])
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"Marked as {lead.get_stage_display().lower()}.")
    return page_of(lead)


@require_POST
@for_the_desk
def add_note(request: HttpRequest, pk: int) -> HttpResponse:
    lead = get_object_or_404(Lead, pk=pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, f"The note was not stored. {form.errors['text'][0]}")
        return page_of(lead)
    text, by = form.cleaned_data["text"], staff(request)
    just_now = lead.events.filter(kind=LeadEvent.Kind.NOTE, by=by, at__gt=timezone.now() - SAME_PRESS)
    if text not in just_now.values_list("text", flat=True):
        lead.add_event(text, by=by)
    messages.success(request, "The note is in the timeline.")
    return page_of(lead)


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_desk
def redeem(request: HttpRequest, pk: int) -> HttpResponse:
    """The first press shows what will happen, the second one does it."""
    lead = get_object_or_404(Lead.objects.select_related("offer__regular_fee"), pk=pk)
    if request.method != "POST":
        context: dict[str, Any] = {
            **admin.site.each_context(request),
            "title": f"Redeem: {lead}",
            "lead": lead,
            "used": lead.used_by_same_person(),
        }
        return render(request, "admin/offers/lead/redeem.html", context)
    try:
        lead.redeem(by=staff(request))
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Redeemed. Take {lead.offer.amount_text} off the regular fee.")
    return page_of(lead)


@require_POST
@for_the_desk
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """`pk` is that of the notice."""
    notice = get_object_or_404(Notice.objects.select_related("lead"), pk=pk)
    if Notice.objects.filter(pk=pk).queue_again(by=staff(request)):
        messages.success(request, "The mail is queued and goes out within seconds.")
    else:
        messages.info(request, "This mail is being sent just now.")
    return page_of(notice.lead)
