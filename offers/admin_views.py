"""What the front desk does with a lead. Looking changes nothing; each change is one POST."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic_site.bounds import RowsField
from clinic_site.models import Clinic, load_clinic
from clinic_site.staff_site import staff

from .leads import UNDO_WITHIN
from .models import Lead, LeadEvent, LeadView, Notice
from .stages import NotAllowed, Stage
from .templatetags.staff_offers import ways_to_reach

LONGEST_AHEAD = dt.timedelta(days=2 * 365)  # of a next contact; what is later was mistyped
SAME_PRESS = dt.timedelta(minutes=1)  # the same note by the same person within it is a second press


class MoveForm(forms.Form):
    stage = forms.ChoiceField(choices=Stage.choices)
    reason = forms.CharField(required=False)


class NoteForm(forms.Form):
    text = forms.CharField(max_length=4000)  # the page stops at half of it, counting line ends once


class NextContactForm(forms.Form):
    day = forms.DateField(required=False, error_messages={"invalid": "Choose a day from the calendar."})

    def clean_day(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["day"]
        today = (load_clinic() or Clinic()).today()
        if day and day < today:
            raise forms.ValidationError("Choose today or a day to come.")
        if day and day > today + LONGEST_AHEAD:
            raise forms.ValidationError("Choose a day within the next two years.")
        return day


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=200, error_messages={"required": "Say why, in a few words."})


class ReleaseForm(forms.Form):
    lead = RowsField(
        queryset=Lead.objects.filter(erased_at=None),
        error_messages={
            "required": "Choose which to release.",
            "invalid_choice": "One of them is not set aside any more.",
        },
    )


class DeskView(Protocol):
    def __call__(self, request: HttpRequest, pk: int) -> HttpResponse: ...


def for_the_desk(view: DeskView) -> DeskView:
    """Only for those who may work with leads; the admin site has seen to it that they are signed in."""

    @wraps(view)
    def guarded(request: HttpRequest, pk: int) -> HttpResponse:
        if not request.user.has_perm("offers.work_lead"):
            raise PermissionDenied
        return view(request, pk)

    return guarded


def first_error(form: forms.Form) -> str:
    return str(next(iter(form.errors.values()))[0])


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
        stage, reason = form.cleaned_data["stage"], form.cleaned_data["reason"]
        words = f"Marked as {Stage(stage).label.lower()}."
        return done(request, lead, words, lambda: lead.move(stage, by=staff(request), reason=reason))
    return page_of(lead)


@require_POST
@for_the_desk
def add_note(request: HttpRequest, pk: int) -> HttpResponse:
    lead = get_object_or_404(Lead, pk=pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, f"The note was not stored. {first_error(form)}")
        return page_of(lead)
    text = form.cleaned_data["text"]
    return done(request, lead, "The note is in the timeline.", lambda: _note(lead, text, staff(request)))


def _note(lead: Lead, text: str, by: User) -> None:
    """Raises NotAllowed."""
    with transaction.atomic():
        Lead.objects.select_for_update().get(pk=lead.pk).refuse_if_erased()
        just_now = lead.events.filter(kind=LeadEvent.Kind.NOTE, by=by, at__gt=timezone.now() - SAME_PRESS)
        if text not in just_now.values_list("text", flat=True):
            lead.add_event(text, by=by)


@require_POST
@for_the_desk
def next_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """On which day; an empty day clears it."""
    lead = get_object_or_404(Lead, pk=pk)
    form = NextContactForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return page_of(lead)
    day = form.cleaned_data["day"]
    is_this_year = day and day.year == (load_clinic() or Clinic()).today().year
    told = date_format(day, "l, F j" if is_this_year else "l, F j, Y") if day else ""
    words = f"Next contact: {told}." if day else "No next contact is set."
    return done(request, lead, words, lambda: lead.contact_next(day, by=staff(request)))


@require_POST
def release(request: HttpRequest) -> HttpResponse:
    """One that was set aside, or all that are ticked."""
    if not request.user.has_perm("offers.work_lead"):
        raise PermissionDenied
    form = ReleaseForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
    else:
        done_now = [_released(lead, request) for lead in form.cleaned_data["lead"]]
        if count := sum(done_now):
            leads = "1 lead is" if count == 1 else f"{count} leads are"
            messages.success(request, f"{leads} released: new, and the mails go out.")
        if before := len(done_now) - count:  # a second press, or somebody else's
            leads = "1 lead was" if before == 1 else f"{before} leads were"
            messages.info(request, f"{leads} released already.")
    return redirect(f"{reverse('admin:offers_lead_changelist')}?tab={Stage.SET_ASIDE}")


def _released(lead: Lead, request: HttpRequest) -> bool:
    """Not where somebody else has released it since it was chosen."""
    try:
        lead.release(by=staff(request))
    except NotAllowed:
        return False
    return True


@require_POST
@for_the_desk
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    lead = get_object_or_404(Lead, pk=pk)
    return _with_reason(request, lead, "The redemption is undone.", lead.undo_redemption)


@require_POST
@for_the_desk
def void(request: HttpRequest, pk: int) -> HttpResponse:
    lead = get_object_or_404(Lead, pk=pk)
    return _with_reason(request, lead, "The code is taken back.", lead.void)


@require_POST
@for_the_desk
def reissue(request: HttpRequest, pk: int) -> HttpResponse:
    """The mail with the ticket shows the new code once it is sent again."""
    lead = get_object_or_404(Lead, pk=pk)
    words = "There is a new code. Tell the person, or send the mail again."
    return _with_reason(request, lead, words, lead.reissue)


def _with_reason(request: HttpRequest, lead: Lead, words: str, change: Callable[..., None]) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return page_of(lead)
    reason = form.cleaned_data["reason"]
    return done(request, lead, words, lambda: change(by=staff(request), reason=reason))


def done(request: HttpRequest, lead: Lead, words: str, change: Callable[[], None]) -> HttpResponse:
    """Back on the lead's page, which says what was done, or why not."""
    try:
        change()
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)
    return page_of(lead)


class ReachRedirect(HttpResponseRedirect):
    allowed_schemes = ["tel", "sms", "mailto"]


@require_safe
def reach(request: HttpRequest, pk: int, way: str) -> HttpResponse:
    """Call, text or mail from a list, which does not show the number: following the link opens the lead."""
    if not request.user.has_perm("offers.view_lead"):
        raise PermissionDenied
    lead = get_object_or_404(Lead, pk=pk)
    LeadView.objects.note(lead, by=staff(request))
    found = next((one for one in ways_to_reach(lead) if one.kind == way), None)
    return ReachRedirect(found.url) if found else page_of(lead)


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_desk
def redeem(request: HttpRequest, pk: int) -> HttpResponse:
    """The first press shows what will happen, the second one does it."""
    lead = get_object_or_404(Lead.objects.select_related("offer__regular_fee"), pk=pk)
    if request.method != "POST":
        LeadView.objects.note(lead, by=staff(request))
        context: dict[str, Any] = {
            **admin.site.each_context(request),
            "title": f"Redeem: {lead}",
            "lead": lead,
            "used": lead.used_by_same_person(),
            "undo_hours": UNDO_WITHIN // dt.timedelta(hours=1),
        }
        return render(request, "admin/offers/lead/redeem.html", context)
    words = f"Redeemed. Take {lead.offer.amount_text} off the regular fee."
    return done(request, lead, words, lambda: lead.redeem(by=staff(request)))


def would_go(notice: Notice) -> bool:
    """Whether a mail that is queued again now would be sent, not dropped."""
    return notice.lead.erased_at is None and notice.is_wanted()


@require_POST
@for_the_desk
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """`pk` is that of the notice."""
    notice = get_object_or_404(Notice.objects.select_related("lead__offer"), pk=pk)
    if notice.lead.erased_at:
        messages.error(request, "This request was erased: there is nobody to send it to.")
    elif not would_go(notice):
        messages.error(request, "Not sent: it is not wanted any more. See “How we may reach them”.")
    elif Notice.objects.filter(pk=pk).queue_again(by=staff(request)):
        messages.success(request, "The mail is queued and goes out within seconds.")
    else:
        messages.info(request, "This mail is being sent just now.")
    return page_of(notice.lead)
