"""The form before anybody has filled it in: made once for each state of the facts, but for what is each visitor's own.

Everybody sees the same page except for the values of its hidden fields and the token. It is rendered with marks in
their place, and each visitor gets it with the marks filled in: rendering it anew took ten times as long as all the
rest of the request.
"""

import re
import secrets
from dataclasses import dataclass

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import escape

from clinic_site import facts

from .forms import LeadForm
from .offer import Offer

_KEY = secrets.token_hex(16)  # nobody can type a mark into a text of the page
_MARK = re.compile(rf"\[{_KEY}:(\w+)\]")
_CSRF = "csrf"


@dataclass(frozen=True)
class Blank:
    """`parts`: text and names of fields in turn, text first and last."""

    facts: facts.Facts
    stamp: object
    slug: str
    parts: list[str]


class _Memory:
    blank: Blank | None = None  # one is enough: there is one offer at a time


def page(request: HttpRequest, offer: Offer, form: LeadForm) -> str:
    """`form` is unbound; its hidden fields are this visitor's."""
    values: dict[str, str] = {field.name: escape(field.value() or "") for field in form.hidden_fields()}
    values[_CSRF] = get_token(request)
    parts = _parts(request, offer)
    return "".join(values[part] if place % 2 else part for place, part in enumerate(parts))


def _parts(request: HttpRequest, offer: Offer) -> list[str]:
    now = facts.current()
    blank = _Memory.blank
    if not (blank and blank.facts is now and (blank.stamp, blank.slug) == (now.stamp, offer.slug)):
        blank = _Memory.blank = Blank(now, now.stamp, offer.slug, _MARK.split(_rendered(request, offer)))
    return blank.parts


def _rendered(request: HttpRequest, offer: Offer) -> str:
    hidden = [field.name for field in LeadForm().hidden_fields()]
    form = LeadForm(initial={name: f"[{_KEY}:{name}]" for name in hidden})
    context = {"offer": offer, "form": form, "csrf_token": f"[{_KEY}:{_CSRF}]"}
    return render_to_string("offers/offer.html", context, request)
