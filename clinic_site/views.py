"""The clinic's own pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_list_or_404, get_object_or_404, render

from . import facts, hours, structured_data
from .models import Fee, Page, Practitioner, Testimonial
from .page_cache import public_page
from .reading import read_only


@read_only
@public_page
def home(request: HttpRequest) -> HttpResponse:
    context = {
        "practitioners": Practitioner.objects.select_related("portrait"),
        "json_ld": structured_data.home_page(facts.fact("clinic"), facts.fact("opening_hours") or []),
    }
    return render(request, "clinic_site/home.html", context)


@read_only
@public_page
def contact(request: HttpRequest) -> HttpResponse:
    data = structured_data.contact_page(
        facts.fact("clinic"), facts.fact("opening_hours") or [], hours.closures_to_come()
    )
    return render(request, "clinic_site/contact.html", {"json_ld": data})


@read_only
@public_page
def prices(request: HttpRequest) -> HttpResponse:
    trail = structured_data.breadcrumbs(("Prices", "/prices/"))
    context = {"fees": Fee.objects.all(), "json_ld": [trail]}
    return render(request, "clinic_site/prices.html", context)


@read_only
@public_page
def page(request: HttpRequest, slug: str) -> HttpResponse:
    page = get_object_or_404(Page, slug=slug)
    context = {
        "page": page,
        "practitioners": Practitioner.objects.select_related("portrait") if slug == "about" else [],
        "json_ld": [structured_data.breadcrumbs((page.title, page.get_absolute_url()))],
    }
    return render(request, "clinic_site/page.html", context)


@read_only
@public_page
def team_member(request: HttpRequest, slug: str) -> HttpResponse:
    person = get_object_or_404(Practitioner.objects.select_related("portrait"), slug=slug)
    context = {
        "practitioner": person,
        "json_ld": structured_data.person_page(person, facts.fact("clinic")),
    }
    return render(request, "clinic_site/team_member.html", context)


@read_only
@public_page
def what_patients_say(request: HttpRequest) -> HttpResponse:
    """No address while nobody's words are live. No rating in its data: search engines want none of one's own."""
    trail = structured_data.breadcrumbs(("What patients say", "/what-patients-say/"))
    live = Testimonial.objects.live().select_related("practitioner")
    context = {"testimonials": get_list_or_404(live), "json_ld": [trail]}
    return render(request, "clinic_site/what_patients_say.html", context)
