"""JSON-LD of articles, muscles and their lists. It says only what the page shows."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from clinic_site import facts, structured_data
from clinic_site.structured_data import breadcrumbs

from .advice_editions import AdviceEdition
from .editions import Edition
from .sources import Source
from .topics import Condition, Muscle

Data = dict[str, Any]


def article(edition: Edition, content: Data, advice: AdviceEdition | None) -> list[Data]:
    """`content` is what the page prints (printing.py)."""
    hub = ("Conditions", "/conditions/") if content["condition"] else ("Articles", "/blog/")
    trail = breadcrumbs(hub, (edition.title, edition.get_absolute_url()))
    return [_article(edition, content, advice), trail]


def _article(edition: Edition, content: Data, advice: AdviceEdition | None) -> Data:
    clinic = facts.fact("clinic")
    data: Data = {
        "@type": ["MedicalWebPage", "Article"],
        "headline": edition.title,
        "url": settings.SITE_ORIGIN + edition.get_absolute_url(),
        "image": settings.SITE_ORIGIN + reverse("card", args=["blog", edition.slug]),
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


def muscle(row: Muscle, conditions: Iterable[Condition], sources: Iterable[Source]) -> list[Data]:
    page: Data = {
        "@type": "MedicalWebPage",
        "name": row.name,
        "url": settings.SITE_ORIGIN + row.get_absolute_url(),
        "about": _muscle(row, conditions),
        "citation": [link["url"] for source in sources for link in source.links()[:1]],
    }
    if clinic := facts.fact("clinic"):
        page["publisher"] = structured_data.clinic_link(clinic)
    return [page, breadcrumbs(("Muscles", "/muscles/"), (row.name, row.get_absolute_url()))]


def _muscle(row: Muscle, conditions: Iterable[Condition]) -> Data:
    data: Data = {"@type": "Muscle", "name": row.name}
    known = {
        "alternateName": row.other_names(),
        "bodyLocation": row.location,
        "muscleAction": row.action,
        "relatedCondition": [
            {"@type": "MedicalCondition", "name": condition.name} for condition in conditions
        ],
    }
    return data | {name: value for name, value in known.items() if value}
