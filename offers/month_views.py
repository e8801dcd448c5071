"""For staff: a month on one page."""

import datetime as dt

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic_site.bounds import DAYS

from .counts import clinic_day
from .funnel_views import may_look
from .month import last_month, name_of, summary

UNCLEAR = "Choose a month, or write it as 2026-10."


class MonthForm(forms.Form):
    month = forms.DateField(
        label="Month",
        input_formats=["%Y-%m"],
        validators=DAYS,
        widget=forms.DateInput(format="%Y-%m", attrs={"type": "month"}),
        error_messages={"invalid": UNCLEAR, "required": UNCLEAR},
    )

    def clean_month(self) -> dt.date:
        month: dt.date = self.cleaned_data["month"]
        if month > clinic_day():
            raise forms.ValidationError("This month has not begun.")
        return month


@require_safe
def month_summary(request: HttpRequest) -> HttpResponse:
    if not may_look(request.user):
        raise PermissionDenied
    form = MonthForm({"month": f"{last_month():%Y-%m}"} | request.GET.dict())
    first = form.cleaned_data["month"] if form.is_valid() else last_month()
    context = {
        **admin.site.each_context(request),
        "title": name_of(first),
        "form": form,
        "summary": summary(first),
    }
    return render(request, "admin/offers/month.html", context)
