"""JSON-LD of the article page. It says only what the page shows."""

from typing import Any

from django.conf import settings
from django.utils import timezone

from clinic_site import structured_data
from clinic_site.models import Clinic

from .editions import Edition

Data = dict[str, Any]


def article(edition: Edition, clinic: Clinic | None) -> list[Data]:
    content = edition.content
    trail = [("Home", "/"), ("Conditions", "/conditions/"), (edition.title, edition.get_absolute_url())]
    return [_page(edition, content, clinic), structured_data.breadcrumbs(trail)]


def _page(edition: Edition, content: Data, clinic: Clinic | None) -> Data:
    url = settings.SITE_ORIGIN + edition.get_absolute_url()
    data: Data = {
        "@context": "https://schema.org",
        "@type": ["MedicalWebPage", "Article"],
        "@id": url,
        "url": url,
        "headline": edition.title,
        "description": content["description"],
        "inLanguage": "en-US",
        "datePublished": timezone.localtime(edition.first_visible_from).isoformat(timespec="seconds"),
        "dateModified": timezone.localtime(edition.visible_from).isoformat(timespec="seconds"),
        "author": structured_data.person_link(edition.author),
        "about": {"@type": "MedicalCondition", "name": content["condition"]["name"]},
        "citation": [link["url"] for source in content["sources"] for link in source["links"][:1]],
    }
    if clinic:
        data["publisher"] = structured_data.clinic_link(clinic)
    if edition.signed_off:
        data["lastReviewed"] = edition.reviewed_on.isoformat()
        data["reviewedBy"] = structured_data.person_link(edition.reviewer)
    return data
