"""Showing once more who one is, before what cannot be taken back: leads taken out or erased, rights, the second factor.

Ten minutes after both factors were shown (staff_session.FRESH) a POST is held, and the page that asks for them
carries what was posted: nothing is typed twice, and one press does it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django import forms
from django.contrib import admin
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django_otp.models import Device

from . import alerts, second_factor, sign_in_rates, staff_session
from .error_views import too_many_requests
from .models import AuditEntry, RecoverySheet
from .staff_site import staff

OWN = "confirm"  # prefix of this page's own fields

type View[**Args] = Callable[Concatenate[HttpRequest, Args], HttpResponseBase]


class CodeInput(forms.TextInput):
    """Empty again after each try: an old code is of no use."""

    def format_value(self, value: Any) -> None:
        return None


class CodeForm(forms.Form):
    """A code of the phone, or a recovery code."""

    code = forms.CharField(
        label="Code",
        help_text="The six digits that your phone shows, or one of your recovery codes.",
        max_length=40,
        widget=CodeInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
        error_messages={"required": "Type the code."},
    )
    device: Device

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_code(self) -> str:
        device = second_factor.verified_by(staff(self.request), self.cleaned_data["code"])
        if device is None:
            note_failure(self.request, "code")
            raise forms.ValidationError("That code is wrong, or it was used before. Wait for the next one.")
        if isinstance(device, RecoverySheet):
            alerts.tell(staff(self.request), alerts.Alert.CODE_USED)
        self.device = device
        return ""  # of no more use to anybody


class ConfirmForm(CodeForm):
    """Both factors. Who has no password yet shows the phone alone."""

    password = forms.CharField(
        label="Your password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
        error_messages={"required": "Type your password."},
    )
    field_order = ["password", "code"]

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        if staff(request).has_usable_password():
            del self.fields["code"].widget.attrs["autofocus"]
        else:
            del self.fields["password"]

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        if not authenticate(self.request, username=staff(self.request).get_username(), password=password):
            note_failure(self.request, "password, asked once more")
            raise forms.ValidationError("That is not your password.")
        return ""

    def clean_code(self) -> str:
        """A code is used up only where the password was right."""
        return "" if "password" in self.errors else super().clean_code()


def note_failure(request: HttpRequest, what: str) -> None:
    sign_in_rates.note_wrong_code(request)
    AuditEntry.objects.note(AuditEntry.Kind.FAILED, by=staff(request), what=what)
    alerts.tell_of_guessing(request, staff(request))


def confirmed[**Args](view: View[Args]) -> View[Args]:
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Args.args, **kwargs: Args.kwargs) -> HttpResponseBase:
        if request.method != "POST" or staff_session.is_fresh(request):
            return view(request, *args, **kwargs)
        if seconds := sign_in_rates.seconds_to_wait_for_code(request):
            return too_many_requests(request, seconds)
        is_filled_in = f"{OWN}-code" in request.POST
        form = ConfirmForm(request, request.POST if is_filled_in else None, prefix=OWN)
        if not form.is_valid():
            return _ask(request, form)
        staff_session.confirm(request)
        return view(request, *args, **kwargs)

    return guarded


def _ask(request: HttpRequest, form: ConfirmForm) -> HttpResponse:
    own = {"csrfmiddlewaretoken", f"{OWN}-code", f"{OWN}-password"}
    kept = [(name, value) for name, values in request.POST.lists() if name not in own for value in values]
    context = {**admin.site.each_context(request), "title": "Is it you?", "form": form, "kept": kept}
    response = render(request, "admin/second_factor/confirm.html", context)
    response["Cache-Control"] = "no-store"
    return response
