"""Pages for machines."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.sitemaps.views import sitemap as django_sitemap
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from .models import load_clinic
from .page_cache import public_page
from .reading import read_only
from .sitemaps import MOST_ADDRESSES, OwnSitemap, index_of

SECURITY_TXT_GOOD_FOR = dt.timedelta(days=180)  # from today; the RFC asks for less than a year


@read_only
@public_page
def sitemap(request: HttpRequest, sitemaps: dict[str, Any]) -> HttpResponse:
    """All addresses in one file, or an index of one file a section when they are too many for that."""
    sections: dict[str, OwnSitemap[Any]] = {name: kind() for name, kind in sitemaps.items()}
    if sum(section.paginator.count for section in sections.values()) <= MOST_ADDRESSES:
        return django_sitemap(request, sitemaps).render()
    context = {"sitemaps": index_of(sections)}
    return render(request, "sitemap_index.xml", context, content_type="application/xml")


@read_only
@public_page
def sitemap_section(request: HttpRequest, section: str, sitemaps: dict[str, Any]) -> HttpResponse:
    return django_sitemap(request, sitemaps, section).render()


@read_only
@public_page
def robots(request: HttpRequest) -> HttpResponse:
    """Nothing private is listed here; it is closed by login, token, or X-Robots-Tag instead."""
    lines = ["User-agent: *", "Disallow:", f"Sitemap: {settings.SITE_ORIGIN}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@read_only
@public_page
def security_txt(request: HttpRequest) -> HttpResponse:
    """Where to tell of a hole in the site: RFC 9116, which wants https:// in every web address.

    Raises Http404 while nobody can be told.
    """
    clinic = load_clinic()
    contacts = [f"mailto:{clinic.email}"] if clinic and clinic.email else []
    if settings.IS_SECURE and clinic and (clinic.email or clinic.phone):
        contacts.append(settings.SITE_ORIGIN + reverse("contact"))
    if not contacts:
        raise Http404
    today = timezone.now().astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [f"Contact: {contact}" for contact in contacts]
    lines.append(f"Expires: {today + SECURITY_TXT_GOOD_FOR:%Y-%m-%dT%H:%M:%SZ}")
    lines.append("Preferred-Languages: en")
    if settings.IS_SECURE:
        lines.append(f"Canonical: {settings.SITE_ORIGIN}{request.path}")
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@never_cache
@read_only
def healthz(request: HttpRequest) -> HttpResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM clinic_site_clinic")
    except DatabaseError:
        return HttpResponse("no database", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


@read_only
@public_page
def favicon(request: HttpRequest) -> HttpResponse:
    return redirect(static("figures/mark.svg"))
