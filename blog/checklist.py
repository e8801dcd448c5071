from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from clinic_site.checklist import Task

from .models import Edition


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
        if edition.next_review_on <= today:
            yield Task(f"{edition.title}: the review was due on {edition.next_review_on:%B %d, %Y}.", url)
