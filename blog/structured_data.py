"""JSON-LD of the article page. It says only what the page shows."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import timezone

from clinic_site import facts, structured_data

from .advice_editions import AdviceEdition
from .editions import Edition
from .topics import Muscle

Data = dict[str, Any]


def article(edition: Edition, content: Data, advice: AdviceEdition | None) -> list[Data]:
    """`content` is what the page prints (printing.py)."""
    hub = ("Conditions", "/conditions/") if content["condition"] else ("Articles", "/blog/")
    trail = [("Home", "/"), hub, (edition.title, edition.get_absolute_url())]
    return [_page(edition, content, advice), structured_data.breadcrumbs(trail)]


def _page(edition: Edition, content: Data, advice: AdviceEdition | None) -> Data:
    clinic = facts.fact("clinic")
    url = settings.SITE_ORIGIN + edition.get_absolute_url()
    data: Data = {
        "@context": "https://schema.org",
        "@type": ["MedicalWebPage", "Article"],
        "@id": url,
        "url": url,
        "headline": edition.title,
        "description": content["description"],
        "inLanguage": "en-US",
        "datePublished": _moment(edition.first_visible_from),
        "dateModified": _moment(edition.changed_at(advice)),
        "author": structured_data.person_link(edition.author),
        "citation": [link["url"] for source in content["sources"] for link in source["links"][:1]],
    }
    if content["condition"]:
        data["about"] = {"@type": "MedicalCondition", "name": content["condition"]["name"]}
    if clinic:
        data["publisher"] = structured_data.clinic_link(clinic)
    if edition.signed_off:
        data["lastReviewed"] = edition.reviewed_on.isoformat()
        data["reviewedBy"] = structured_data.person_link(edition.reviewer)
    return data


def _moment(at: dt.datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds")


def muscle(muscle: Muscle) -> list[Data]:
    trail = [("Home", "/"), ("Muscles", "/muscles/"), (muscle.name, muscle.get_absolute_url())]
    return [structured_data.breadcrumbs(trail)]
