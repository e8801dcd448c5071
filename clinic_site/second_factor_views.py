"""Showing the second factor, setting it up, and replacing it. What is secret is shown once and kept by no browser."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import django_otp
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from . import alerts, second_factor, sign_in_rates, staff_session
from .confirming import CodeForm, CodeInput, confirmed
from .error_views import too_many_requests
from .models import AuditEntry, AuthenticatorApp, RecoverySheet
from .qr import qr_svg
from .sign_in import BY_LINK
from .staff_site import staff

SALT = "clinic_site.second_factor"
SET_UP_WITHIN = 60 * 60  # seconds that the page with the square may stay open

type View = Callable[[HttpRequest], HttpResponseBase]


class NewPhoneForm(forms.Form):
    """The square's key travels signed through the page, so that looking at it stores nothing."""

    signed_key = forms.CharField(widget=forms.HiddenInput)
    code = forms.CharField(
        label="The six digits that your phone shows now",
        max_length=20,
        widget=CodeInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": "Type the six digits that your phone shows."},
    )

    def __init__(self, app: AuthenticatorApp, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.app = app

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].replace(" ", "")
        if not self.app.matches(code):
            raise forms.ValidationError(
                "That is not what the phone should show now. Wait for the next six digits and type those. If it goes "
                "on, look whether the phone sets its clock by itself."
            )
        return code


def for_staff(view: View) -> View:
    """For whoever has shown at least one factor."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated or not staff(request).is_staff:
            return redirect_to_login(request.path, reverse("admin:login"))
        return view(request)

    return never_cache(guarded)


def page(request: HttpRequest, name: str, title: str, **context: Any) -> HttpResponse:
    context |= {**admin.site.each_context(request), "title": title, "next": way_on(request)}
    return render(request, f"admin/second_factor/{name}.html", context)


def way_on(request: HttpRequest) -> str:
    """Where the person was going; a page of this site."""
    url = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if is_ours else reverse("admin:index")


def to(name: str, request: HttpRequest) -> HttpResponse:
    return redirect_to_login(way_on(request), reverse(name))


def finish(request: HttpRequest, device: AuthenticatorApp | RecoverySheet) -> None:
    """Both factors have been shown."""
    request.session.cycle_key()
    django_otp.login(request, device)
    staff_session.confirm(request)
    alerts.tell_if_after_failures(staff(request))
    AuditEntry.objects.note(AuditEntry.Kind.SIGNED_IN, by=staff(request), what=device.name)


def note(request: HttpRequest, what: str) -> None:
    AuditEntry.objects.note(AuditEntry.Kind.FACTOR, by=staff(request), what=what)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def enter_code(request: HttpRequest) -> HttpResponse:
    if staff_session.is_verified(request):
        return redirect(way_on(request))
    if not second_factor.has_app(staff(request)):
        return to("admin:phone", request)
    if request.method == "POST" and (seconds := sign_in_rates.seconds_to_wait_for_code(request)):
        return too_many_requests(request, seconds)
    form = CodeForm(request, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        by_link = request.session.get(BY_LINK)
        return page(request, "code", "One more step", form=form, by_link=by_link)
    finish(request, form.device)
    if isinstance(form.device, RecoverySheet):
        left = form.device.codes.count()
        messages.warning(
            request, f"That recovery code is used up; {left} are left. If the phone is lost, replace it."
        )
        return to("admin:phone", request)
    return redirect(way_on(request))


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def phone(request: HttpRequest) -> HttpResponseBase:
    """The first phone, or another one.

    Without a second factor this is open to who has none yet, and to who came by a link: that was made by whoever has
    the machine, for somebody who lost the phone.
    """
    if staff_session.is_verified(request):
        return replace(request)
    if second_factor.has_app(staff(request)) and not request.session.get(BY_LINK):
        return to("admin:second_factor", request)
    return set_up(request)


def set_up(request: HttpRequest) -> HttpResponse:
    user = staff(request)
    app = second_factor.new_app(user, _signed_key(request))
    if request.method == "POST" and _is_second_press(request, app):
        return to("admin:recovery_codes", request)
    has_one = second_factor.has_app(user)
    form = NewPhoneForm(app, request.POST if request.POST.get("signed_key") else None)
    if form.is_valid():
        second_factor.put(app)
        note(request, "another phone" if has_one else "first phone")
        second_factor.end_other_sessions(request, user)
        finish(request, app)
        if has_one:
            alerts.tell(user, alerts.Alert.ANOTHER_PHONE)
        messages.success(request, "The phone is set up.")
        return to("admin:recovery_codes", request)
    context = {
        "app": app,
        "form": form,
        "signed_key": signing.dumps([user.pk, app.key], salt=SALT),
        "square": qr_svg(app.address, "The key as a square for the app's camera"),
        "has_one": has_one,
    }
    return page(request, "phone", "Set up your phone", **context)


replace = confirmed(set_up)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
@confirmed
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Each press makes new ones, and the last that were shown are good."""
    sheet = RecoverySheet.objects.filter(user=staff(request)).first()
    codes = None
    if request.method == "POST":
        sheet = sheet or RecoverySheet(user=staff(request), name="recovery codes")
        is_first = sheet.pk is None
        codes = sheet.renew()
        note(request, "new recovery codes")
        if not is_first:
            alerts.tell(staff(request), alerts.Alert.NEW_CODES)
    left = sheet.codes.count() if sheet else 0
    return page(request, "recovery_codes", "Recovery codes", codes=codes, left=left)


@require_POST
@for_staff
@confirmed
def remove(request: HttpRequest) -> HttpResponse:
    """The next page asks for another phone: no staff page opens without one."""
    second_factor.remove(staff(request))
    note(request, "phone removed")
    alerts.tell(staff(request), alerts.Alert.PHONE_REMOVED)
    second_factor.end_other_sessions(request, staff(request))
    messages.success(request, "The phone is removed, and its recovery codes with it. Set up another one.")
    return redirect("admin:phone")


def _signed_key(request: HttpRequest) -> str:
    """The key of the page that was filled in; "" when it is not ours, of somebody else, or too old."""
    try:
        pk, key = signing.loads(request.POST.get("signed_key", ""), salt=SALT, max_age=SET_UP_WITHIN)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(key) if pk == staff(request).pk else ""


def _is_second_press(request: HttpRequest, app: AuthenticatorApp) -> bool:
    known = AuthenticatorApp.objects.filter(user=app.user).first()
    return known is not None and known.key == app.key and staff_session.is_verified(request)
