"""Claim by phone, on one page: what the caller says, then their code to read aloud."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from clinic_site.staff_site import staff

from .admin_views import for_the_desk
from .models import Lead, LeadView, OfferFull, live_offer
from .phone_claims import PhoneClaimForm, spelled

FULL = "All places of this offer are taken. Nothing was stored."


@require_http_methods(["GET", "HEAD", "POST"])
def by_phone(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("offers.work_lead"):
        raise PermissionDenied
    offer = live_offer()
    form = PhoneClaimForm(request.POST if request.method == "POST" else None)
    if offer and request.method == "POST" and form.is_valid():
        try:
            lead = form.claim(offer, by=staff(request))
        except OfferFull:
            messages.error(request, FULL)
        else:
            return redirect("admin:offers_lead_code", lead.pk)
    title = "Claim by phone" if not form.is_bound or form.is_valid() else "Error: Claim by phone"
    context = {**admin.site.each_context(request), "title": title, "form": form, "offer": offer}
    return render(request, "admin/offers/lead/by_phone.html", context)


@require_safe
@for_the_desk
def code(request: HttpRequest, pk: int) -> HttpResponse:
    """The code of a lead, big, with a word for each sign."""
    lead = get_object_or_404(Lead.objects.select_related("offer"), pk=pk)
    LeadView.objects.note(lead, by=staff(request))
    context = {
        **admin.site.each_context(request),
        "title": f"Code of {lead}",
        "lead": lead,
        "spelled": spelled(lead.code),
        "used": lead.used_by_same_person(),
    }
    return render(request, "admin/offers/lead/code.html", context)
