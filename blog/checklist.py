from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from clinic_site.checklist import Task

from .models import CareAdvice, Edition


def lacks_emergency_advice(edition: Edition) -> bool:
    """A region may have been marked after the edition was published."""
    has_advice = any(care["level"] == CareAdvice.Level.EMERGENCY for care in edition.content["care"])
    return not has_advice and edition.regions.filter(emergency_advice=True).exists()


def tasks() -> Iterator[Task]:
    today = timezone.localdate()
    for edition in Edition.objects.live().order_by("title"):
        url = reverse("admin:blog_article_change", args=[edition.article_id])
        if not edition.signed_off:
            yield Task(
                f"{edition.title}: starter text. {edition.reviewer} reads it, changes what is to be said "
                "differently, and publishes it.",
                url,
            )
        if lacks_emergency_advice(edition):
            yield Task(
                f"{edition.title}: pain there can be an emergency, and the public page does not say when it is. "
                "Add the advice to its condition and publish the article again.",
                url,
            )
        if edition.next_review_on <= today:
            yield Task(f"{edition.title}: the review was due on {edition.next_review_on:%B %d, %Y}.", url)
