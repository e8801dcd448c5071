"""Readers tell what is wrong with a page. The form knows nothing about them: no name, no cookie, no address."""

import logging
import re
from urllib.parse import quote, unquote, urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db import Error as DatabaseFault
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from .addresses import is_ours, is_private, page_at, parts_of
from .clients import client_of
from .models import PageReport
from .rates import Limit
from .reading import read_only
from .reports import LONGEST, LONGEST_PAGE

# Control characters, and the signs that turn the direction of text about to hide what it says.
UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
REPORTS = Limit(
    "report", most=6, seconds=3600
)  # somebody who reads with a red pen; more is a machine at play
TOO_OFTEN = "Many reports have come from your network in the last hour. Please try later, or call us."
TOO_MANY = "We have had very many reports today and cannot take another one here. Please call us."
NOT_STORED = "We could not store your report just now. Press the button again in a minute, or call us."
log = logging.getLogger(__name__)


class ReportForm(forms.Form):
    page = forms.CharField(
        label="Which page?",
        help_text="Its address, for example /prices/.",
        error_messages={"required": "Say which page you mean."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    words = forms.CharField(
        label="What is wrong, or hard to understand?",
        help_text="Please leave out your name and anything about your health. Up to 1,000 characters.",
        error_messages={"required": "Write what is wrong with the page."},
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    # Nobody sees it. Machines fill in every box they find.
    more = forms.CharField(
        label="Leave this empty",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    use_required_attribute = False  # no pop-ups: the answer to a slip is a page that says what to do

    def clean_page(self) -> str:
        """The path alone: what follows a question mark may be somebody's words."""
        parts = parts_of(self.cleaned_data["page"])
        page = page_at(unquote(parts.path or "/"), parts.query) if is_ours(parts) else ""
        if not page or len(page) > LONGEST_PAGE:
            raise ValidationError(
                "There is no such page here. Copy its address, or write for example /prices/."
            )
        return page

    def clean_words(self) -> str:
        """A browser sends each end of a line as two characters; people count one."""
        words = UNREADABLE.sub("", self.cleaned_data["words"].replace("\r\n", "\n")).strip()
        if not words:
            raise ValidationError("Write what is wrong with the page.")
        if len(words) > LONGEST:
            raise ValidationError(
                f"Shorten this to {LONGEST:,} characters or fewer. It has {len(words):,} now."
            )
        return words

    def clean(self) -> None:
        """A person's browser may have filled in the hidden box: then pressing once more is enough."""
        if self.cleaned_data.get("more"):
            self.data = {name: self.data.get(name, "") for name in self.fields} | {"more": ""}
            raise ValidationError(
                "A box that nobody sees was filled in. We emptied it: press the button again."
            )


# Exempt from the token: nobody signs in here and nothing is done in anybody's name, so there is nothing that another
# site could make a reader do; and a token would need a cookie.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return show(request, ReportForm(initial={"page": request.GET.get("page", "")}))
    form = ReportForm(request.POST)
    if not form.is_valid():
        return show(request, form)
    if not REPORTS.spend(client := client_of(request)):
        response = show(request, form, notice=TOO_OFTEN, status=429)
        response["Retry-After"] = str(REPORTS.wait(client) or 1)
        return response
    page = form.cleaned_data["page"]
    try:
        is_taken = PageReport.objects.take(page, form.cleaned_data["words"])
    except DatabaseFault:
        log.exception("A report of a problem could not be stored.")
        return show(request, form, notice=NOT_STORED, status=503)
    if not is_taken:
        return show(request, form, notice=TOO_MANY, status=429)
    return redirect(f"{reverse('report_sent')}?{urlencode({'page': quote(page)}, safe='/')}")


@never_cache
@read_only
def report_sent(request: HttpRequest) -> HttpResponse:
    return answer(request, "report_sent", {"page": known(request.GET.get("page", ""))})


def show(request: HttpRequest, form: ReportForm, notice: str = "", status: int = 200) -> HttpResponse:
    """The page is asked for only when we do not know it."""
    page = known(str(form["page"].value() or ""))
    if page and "page" not in form.errors:
        form.fields["page"].widget = forms.HiddenInput()
    return answer(request, "report", {"form": form, "page": page, "notice": notice}, status)


def answer(request: HttpRequest, name: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    response = render(request, f"clinic_site/{name}.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response


def known(address: str) -> str:
    """The path of an address when it may be one of our pages, without asking the page itself; else ""."""
    try:
        parts = parts_of(address)
        resolve(unquote(parts.path))
    except (ValidationError, Resolver404):
        return ""
    return parts.path if is_ours(parts) and not is_private(unquote(parts.path)) else ""
