"""Taking personal data out, and erasing it. Who may is said by two permissions, which the front desk has not.

No GET does anything, every export is in the log before its first byte is sent, and nobody takes out more in an hour
than work asks for: a stolen session shall not copy the practice person by person. Nor does it get far without both
factors, which are asked for anew (clinic_site/confirming.py).
"""

import math
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clinic_site.confirming import confirmed
from clinic_site.rates import Limit
from clinic_site.staff_site import staff

from . import export
from .export_forms import CopyForm, EraseForm, ExportForm
from .export_log import ExportLog
from .forget import erase_all
from .leads import Lead
from .person import copy_of, in_figures, in_words
from .retention import AHEAD, outlook

EXPORT, ERASE = "offers.export_lead", "offers.erase_lead"
FOLDER = "admin/offers/keeping"
EXPORTS = Limit("exports", most=20, seconds=3600)  # of one of the staff, from wherever

type View[**Args] = Callable[Concatenate[HttpRequest, Args], HttpResponseBase]


def only_for[**Args](permission: str) -> Callable[[View[Args]], View[Args]]:
    """The admin site has seen to it that they are signed in."""

    def guard(view: View[Args]) -> View[Args]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: Args.args, **kwargs: Args.kwargs) -> HttpResponseBase:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard


def page(request: HttpRequest, name: str, title: str, **context: Any) -> HttpResponse:
    context |= {**admin.site.each_context(request), "title": title}
    return render(request, f"{FOLDER}/{name}.html", context)


def over_limit(request: HttpRequest, form: forms.Form) -> int:
    """Counts one more export of a form that is right. Seconds until the next one may be; 0 when it is this one."""
    who = f"user {staff(request).pk}"
    if not form.is_valid() or EXPORTS.spend(who):
        return 0
    seconds = EXPORTS.wait(who) or 1
    minutes = math.ceil(seconds / 60)
    words = f"You have exported {EXPORTS.most} times in an hour. The next one can be in {minutes} minutes."
    messages.error(request, words)
    return seconds


def held_back(response: HttpResponse, seconds: int) -> HttpResponse:
    if seconds:
        response.status_code = 429
        response["Retry-After"] = str(seconds)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(EXPORT)
@confirmed
def export_table(request: HttpRequest) -> HttpResponseBase:
    form = ExportForm(request.POST if request.method == "POST" else None, label_suffix="")
    seconds = over_limit(request, form)
    if seconds or not form.is_valid():
        return held_back(page(request, "table", "Export leads", form=form), seconds)
    leads = form.leads()
    ExportLog.objects.create(by=staff(request), what=form.in_words(), rows=leads.count())
    lines = export.as_csv(export.table(leads))
    name = f"leads-{timezone.localdate():%Y-%m-%d}.csv"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=disposition)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(EXPORT)
@confirmed
def copy_for_the_person(request: HttpRequest, pk: int) -> HttpResponseBase:
    lead = get_object_or_404(Lead, pk=pk)
    form = CopyForm(lead, request.POST if request.method == "POST" else None)
    seconds = over_limit(request, form)
    if seconds or not form.is_valid():
        title = f"A copy for the person: {lead}"
        return held_back(page(request, "copy", title, lead=lead, form=form), seconds)
    chosen, how = list(form.cleaned_data["requests"]), form.cleaned_data["how"]
    log_copy(chosen, request)
    if how == "page":
        return render(request, f"{FOLDER}/copy_page.html", {"copy": copy_of(chosen, in_words)})
    copy = copy_of(chosen, in_figures)
    disposition = {"Content-Disposition": f'attachment; filename="request-{pk}.json"'}
    return JsonResponse(copy, headers=disposition, json_dumps_params={"ensure_ascii": False, "indent": 2})


def log_copy(leads: list[Lead], request: HttpRequest) -> None:
    numbers = ", ".join(str(lead.pk) for lead in leads)
    what = f"A copy for the person: request no. {numbers}"[:200]
    ExportLog.objects.create(by=staff(request), what=what, rows=len(leads))
    for lead in leads:
        lead.add_event("A copy of all this was made for the person.", by=staff(request))


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(ERASE)
@confirmed
def erase(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The first press asks once more, with the numbers; the second one erases exactly these."""
    lead = get_object_or_404(Lead, pk=pk)
    if lead.erased_at:
        messages.info(request, "This request was erased before.")
        return redirect("admin:offers_lead_change", pk)
    form = EraseForm(lead, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return page(request, "erase", f"Erase: {lead}", lead=lead, form=form)
    chosen = list(form.cleaned_data["requests"])
    if not form.cleaned_data["sure"]:
        return page(request, "erase_sure", "Erase for good?", lead=lead, chosen=chosen)
    count = erase_all(chosen, by=staff(request), why="Erased because the person asked for it.")
    messages.success(request, f"Erased: {count} request{'' if count == 1 else 's'}.")
    return redirect("admin:offers_lead_change", pk)


@require_safe
@only_for(ERASE)
def forgetting(request: HttpRequest) -> HttpResponseBase:
    """The dry run."""
    return page(request, "forgetting", "What will be forgotten", rows=outlook(), days=AHEAD.days)
