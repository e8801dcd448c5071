"""Taps on Call, Text and Directions, counted for the page they were made on."""

import time

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from . import tally
from .counts import Kind
from .readers import article_at, is_counted

A_MINUTE = (
    60  # taps of a process: no clinic's phone rings as often, and a machine at play moves no number far
)


class TapForm(forms.Form):
    kind = forms.ChoiceField(choices=[(kind, kind.label) for kind in (Kind.CALL, Kind.TEXT, Kind.DIRECTIONS)])
    page = forms.CharField(max_length=200, required=False)


class _Pace:
    minute = 0
    taken = 0


def may_take_one() -> bool:
    """Whether this minute has room for one more. Two threads at once may take one too many: no harm."""
    minute = int(time.monotonic() // 60)
    if minute != _Pace.minute:
        _Pace.minute, _Pace.taken = minute, 0
    _Pace.taken += 1
    return _Pace.taken <= A_MINUTE


@never_cache
@csrf_exempt  # nothing is done in anybody's name
@require_POST
def tap(request: HttpRequest) -> HttpResponse:
    """The answer is always the same, so that nobody is told anything. Pages without an article count as one."""
    form = TapForm(request.POST)
    if form.is_valid() and is_counted(request) and may_take_one():
        tally.note(form.cleaned_data["kind"], article_at(form.cleaned_data["page"]))
    return HttpResponse(status=204)
