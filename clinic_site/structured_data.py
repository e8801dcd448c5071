"""JSON-LD about the clinic and its people, from the same rows as the pages."""

from typing import Any

from django.conf import settings

from .models import Clinic, OpeningHours, Practitioner

Data = dict[str, Any]
CLINIC_ID = f"{settings.SITE_ORIGIN}/#clinic"


def breadcrumbs(trail: list[tuple[str, str]]) -> Data:
    """`trail` is (name, path) from the home page to this one."""
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": settings.SITE_ORIGIN + path}
            for place, (name, path) in enumerate(trail, start=1)
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
    return {"@type": "Person", "@id": url, "name": person.name, "jobTitle": person.title, "url": url}


def clinic_page(clinic: Clinic | None, hours: list[OpeningHours]) -> list[Data]:
    """The clinic with what is known of it; an unknown street leaves only the town."""
    if clinic is None:
        return []
    data: Data = {"@context": "https://schema.org", **clinic_link(clinic)}
    if clinic.legal_name:
        data["legalName"] = clinic.legal_name
    if clinic.phone:
        data["telephone"] = clinic.phone.as_e164
    if clinic.email:
        data["email"] = clinic.email
    address = {
        "streetAddress": ", ".join(part for part in (clinic.street, clinic.unit) if part),
        "addressLocality": clinic.city,
        "addressRegion": clinic.state,
        "postalCode": clinic.postal_code,
    }
    if known := {name: value for name, value in address.items() if value}:
        data["address"] = {"@type": "PostalAddress", **known, "addressCountry": "US"}
    if hours:
        data["openingHoursSpecification"] = [
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": f"https://schema.org/{row.get_weekday_display()}",
                "opens": f"{row.opens:%H:%M}",
                "closes": f"{row.closes:%H:%M}",
            }
            for row in hours
        ]
    return [data]


def person_page(person: Practitioner, clinic: Clinic | None) -> list[Data]:
    data: Data = {"@context": "https://schema.org", **person_link(person)}
    if person.short_bio:
        data["description"] = person.short_bio
    if clinic:
        data["worksFor"] = clinic_link(clinic)
    return [
        data,
        breadcrumbs([("Home", "/"), ("About", "/about/"), (person.name, person.get_absolute_url())]),
    ]
