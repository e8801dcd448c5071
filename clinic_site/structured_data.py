"""JSON-LD about the clinic, its site and its people, from the same rows as the pages.

It says only what the page shows. The clinic is the one organization here: other nodes point to it by its id.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin

from django.conf import settings

from .models import Clinic, Closure, OpeningHours, Practitioner

Data = dict[str, Any]
CLINIC_ID = f"{settings.SITE_ORIGIN}/#clinic"
SITE_ID = f"{settings.SITE_ORIGIN}/#site"
CLOSED = "00:00"  # opening and closing at midnight is schema.org's way to say closed


def breadcrumbs(*trail: tuple[str, str]) -> Data:
    """`trail` is (name, path) of what stands between the home page and this one, and of this one."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": settings.SITE_ORIGIN + path}
            for place, (name, path) in enumerate((("Home", "/"), *trail), start=1)
        ],
    }


def clinic_link(clinic: Clinic) -> Data:
    return {
        "@type": "MedicalClinic",
        "@id": CLINIC_ID,
        "name": clinic.name,
        "url": f"{settings.SITE_ORIGIN}/",
    }


def person_link(person: Practitioner) -> Data:
    url = settings.SITE_ORIGIN + person.get_absolute_url()
    title = {"jobTitle": person.public_title} if person.public_title else {}
    return {"@type": "Person", "name": person.name, **title, "url": url}


def home_page(clinic: Clinic | None, hours: list[OpeningHours]) -> list[Data]:
    if clinic is None:
        return []
    site: Data = {
        "@type": "WebSite",
        "@id": SITE_ID,
        "name": clinic.name,
        "url": f"{settings.SITE_ORIGIN}/",
        "inLanguage": "en-US",
        "publisher": {"@id": CLINIC_ID},
    }
    return [site, _clinic(clinic, hours)]


def contact_page(clinic: Clinic | None, hours: list[OpeningHours], closures: list[Closure]) -> list[Data]:
    trail = breadcrumbs(("Contact", "/contact/"))
    if clinic is None:
        return [trail]
    data = _clinic(clinic, hours)
    if closures:
        data["specialOpeningHoursSpecification"] = [
            {
                "@type": "OpeningHoursSpecification",
                "validFrom": row.first_day.isoformat(),
                "validThrough": row.last_day.isoformat(),
                "opens": CLOSED,
                "closes": CLOSED,
            }
            for row in closures
        ]
    return [data, trail]


def _clinic(clinic: Clinic, hours: Iterable[OpeningHours]) -> Data:
    """What is known of it; an unknown street leaves only the town, as on the page."""
    data = clinic_link(clinic)
    if clinic.legal_name:
        data["legalName"] = clinic.legal_name
    if clinic.phone:
        data["telephone"] = clinic.phone.as_rfc3966.removeprefix("tel:")
    if clinic.email:
        data["email"] = clinic.email
    address = {"addressLocality": clinic.city, "addressRegion": clinic.state}
    if clinic.street:
        address["streetAddress"] = ", ".join(part for part in (clinic.street, clinic.unit) if part)
        address["postalCode"] = clinic.postal_code
    if known := {name: value for name, value in address.items() if value}:
        data["address"] = {"@type": "PostalAddress", **known, "addressCountry": "US"}
    if specified := [_opening(row) for row in hours]:
        data["openingHoursSpecification"] = specified
    return data


def _opening(row: OpeningHours) -> Data:
    return {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": f"https://schema.org/{row.get_weekday_display()}",
        "opens": f"{row.opens:%H:%M}",
        "closes": f"{row.closes:%H:%M}",
    }


def person_page(person: Practitioner, clinic: Clinic | None) -> list[Data]:
    someone = person_link(person)
    if person.portrait:
        someone["image"] = urljoin(settings.SITE_ORIGIN, person.portrait.src)
    if clinic:
        someone["worksFor"] = clinic_link(clinic)
    page = {"@type": "ProfilePage", "url": someone["url"], "mainEntity": someone}
    return [page, breadcrumbs(("About", "/about/"), (person.name, person.get_absolute_url()))]
