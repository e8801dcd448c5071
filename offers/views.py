"""The offer and its form, the ticket, and a form that comes back when its token was stale."""

import logging
from dataclasses import asdict
from functools import partial

from django.conf import settings
from django.db import Error as DatabaseFault
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from clinic_site.clients import client_of
from clinic_site.reading import read_only

from . import blank_form, suspicion, trail
from .closing import closing_of, switched_on
from .form_mark import is_marked
from .forms import LeadForm
from .models import Lead, Offer, OfferFull, live_offer

STALE = "This page had been open for a while. Nothing is lost: please press the button again."
NO_COOKIE = (
    "This page had been open for a while, or your browser keeps no cookies. Nothing is lost: please press the "
    "button again. If you see this twice, allow cookies for this site, or call us."
)
NOT_STORED = (
    "We could not store your request just now. What you typed is still here: press the button again in a "
    "minute, or call us."
)
TOO_MANY = (
    "Very many requests have come from your network in a few minutes. What you typed is still here: press the "
    "button again in ten minutes."
)
log = logging.getLogger(__name__)


@read_only
def offer_current(request: HttpRequest) -> HttpResponse:
    offer = live_offer()
    return redirect(offer) if offer else closed(request)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, slug: str) -> HttpResponse:
    current = live_offer(slug)
    form = LeadForm(request.POST if request.method == "POST" else None)
    if current is None:
        return ticket_again(request, slug, form) or closed(request, slug, form)
    if request.method != "POST":
        form.initial["trail"] = trail.begin(request)
        return HttpResponse(blank_form.page(request, current, form))
    if not form.is_valid():
        return show(request, current, form)
    if meant := form.asks_about_mail():
        return show(request, current, form, meant=meant)
    try:
        lead = store(request, current, form)
    except suspicion.TooMany as many:
        return held_back(request, current, form, many.seconds)
    except OfferFull:
        return closed(request, slug, form)
    except DatabaseFault:
        log.exception("A lead could not be stored.")
        return show(request, current, form, notice=NOT_STORED, status=503)
    return redirect(lead)


def ticket_again(request: HttpRequest, slug: str, form: LeadForm) -> HttpResponse | None:
    """For a form that was sent in time, and once more after the end: the first answer was lost on its way."""
    ended = Offer.objects.filter(slug=slug).first()
    if not (ended and form.is_bound and form.is_valid()):
        return None
    try:
        return redirect(store(request, ended, form, is_over=True))
    except OfferFull:
        return None


def store(request: HttpRequest, offer: Offer, form: LeadForm, is_over: bool = False) -> Lead:
    """The form alarm's own requests are weighed and counted as nobody's, and so are in no patient's way.

    Raises OfferFull and suspicion.TooMany.
    """
    is_test = is_marked(request)
    given, client = form.cleaned_data, "" if is_test else client_of(request)
    return Lead.objects.claim(
        offer,
        given["form_key"],
        is_test=is_test,
        doubts=[] if is_test or is_over else suspicion.doubts_of(given, client),
        trail=asdict(trail.read(request, given["trail"], given["seen"])),
        consents=form.choices(),
        also=partial(suspicion.count_claim, given["note"], client),
        is_over=is_over,
        **form.lead_fields(),
    )


def held_back(request: HttpRequest, offer: Offer, form: LeadForm, seconds: int) -> HttpResponse:
    response = show(request, offer, form, notice=TOO_MANY, status=429)
    response["Retry-After"] = str(seconds)
    return response


def show(
    request: HttpRequest, offer: Offer, form: LeadForm, notice: str = "", status: int = 200, meant: str = ""
) -> HttpResponse:
    """`meant`: the mail address to ask about. `status` is 200 unless we are to blame, or somebody's machine."""
    context = {"offer": offer, "form": form, "notice": notice, "call": status != 200, "meant": meant}
    response = render(request, "offers/offer.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response


def closed(request: HttpRequest, slug: str = "", form: LeadForm | None = None) -> HttpResponse:
    """In place of a form: why nobody can claim now; what was being typed is given back.

    Raises Http404 for an offer that never was.
    """
    offer = get_object_or_404(Offer, slug=slug) if slug else switched_on()
    if slug and offer:
        offer.count_places()
    closing = closing_of(offer)
    typed = form.typed() if form and form.is_bound else []
    context = {"closing": closing, "offer": offer, "typed": typed}
    status = 410 if slug and closing.is_over else 200
    return render(request, "offers/closed.html", context, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A stale token on the offer form gives the form back, filled; anywhere else a page that says so."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    try:
        match = resolve(request.path)
    except Resolver404:
        match = None
    if match is None or match.url_name != "offer":
        return render(request, "403_csrf.html", status=403)

    form = LeadForm(request.POST)
    form.is_valid()
    current = live_offer(match.kwargs["slug"])
    if current is None:
        return closed(request, match.kwargs["slug"], form)
    kept = settings.CSRF_COOKIE_NAME in request.COOKIES
    return show(request, current, form, notice=STALE if kept else NO_COOKIE)
