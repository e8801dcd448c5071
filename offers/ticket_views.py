"""The patient's own page, by its unguessable address: the ticket, and what they wish about being contacted.

Nothing here asks for a token against forged forms, so the page sets no cookie: who can make a browser send such a
form knows the address, and who knows the address may do what it says.
"""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from clinic_site.qr import qr_svg
from clinic_site.reading import read_only

from . import calendar_file, wishes
from .consents import Scope, Source
from .forget import erase
from .models import Lead
from .permissions import told_here
from .reminders import consent_of
from .ticket_form import TicketForm

DONE = {
    "saved": "Saved. This is how we reach you from now on.",
    "stopped": "We will not contact you any more. Your code stays good.",
}


def ticket_of(slug: str, token: str) -> Lead:
    """Raises Http404, the same for a wrong address and for one that is no more."""
    return get_object_or_404(Lead.objects.select_related("offer").by_token(token), offer__slug=slug)


def show(request: HttpRequest, lead: Lead, form: TicketForm) -> HttpResponse:
    context = {
        "lead": lead,
        "offer": lead.offer,
        "form": form,
        "allowed": told_here(lead),
        "code_picture": qr_svg(f"{settings.SITE_ORIGIN}/desk/#{lead.code}", f"Code {lead.code_text}"),
        "canonical": "",  # not printed on paper that changes hands
        "done": DONE.get(request.GET.get("done", "")),
    }
    return render(request, "offers/claimed.html", context)


@never_cache
@read_only
def claimed(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    lead = ticket_of(slug, token)
    return show(request, lead, TicketForm(lead))


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def reach(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """A form with an error in it stays at this address: asked for anew, it leads back to the ticket."""
    lead = ticket_of(slug, token)
    if request.method != "POST":
        return redirect(lead)
    form = TicketForm(lead, request.POST)
    if not form.is_valid():
        return show(request, lead, form)
    page = reverse("claimed", args=[slug, "ticket"])  # not its own address, which is a secret
    wishes.change(lead, form.cleaned_data["contact_by"], form.choices(), page=page)
    return redirect(f"{lead.get_absolute_url()}?done=saved#reach")


@never_cache
@csrf_exempt
@require_POST
def stop(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    lead = ticket_of(slug, token)
    wishes.stop(lead, Scope.EVERYTHING, source=Source.TICKET)
    return redirect(f"{lead.get_absolute_url()}?done=stopped#reach")


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """The first press shows what goes, the second one does it. Only this request: whoever has its address may know
    of no other, and a number typed by somebody else gives no right over its owner's."""
    if request.method != "POST":
        return render(request, "offers/delete.html", {"lead": ticket_of(slug, token)})
    for lead in Lead.objects.by_token(token).filter(offer__slug=slug):  # none at a second press
        erase(lead, by=None, why="Erased by the person, on the ticket page.")
    return render(request, "offers/delete.html", {"is_done": True})


@never_cache
@read_only
def last_day(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """A file for the patient's own calendar. It does not say what hurts, only whose code it is."""
    lead = ticket_of(slug, token)
    if lead.offer.ends_on is None:
        raise Http404
    return HttpResponse(calendar_file.of_lead(lead), content_type="text/calendar; charset=utf-8")


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def mail_stop(request: HttpRequest, signed: str) -> HttpResponse:
    """Looking changes nothing, since mail scanners open links. One press, or the mail program's own (RFC 8058)."""
    consent = consent_of(signed)
    if request.method == "POST":
        scope = Scope.EVERYTHING if request.POST.get("scope") == Scope.EVERYTHING else Scope.NEWS
        wishes.stop_address(consent, scope, source=Source.LINK)
    return render(request, "offers/mail_stop.html", {"is_done": request.method == "POST"})
