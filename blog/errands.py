from collections.abc import Iterator

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from clinic_site.errands import Errand

from .reviews import due_for_review


def errands() -> Iterator[Errand]:
    is_late = Q(next_review_on__lt=timezone.localdate())
    due = due_for_review().order_by().aggregate(all=Count("pk"), late=Count("pk", filter=is_late))
    url = reverse("admin:blog_article_reviews")
    yield Errand(due["late"], "review is overdue", "reviews are overdue", url, is_late=True)
    soon = due["all"] - due["late"]
    yield Errand(soon, "review is due within 30 days", "reviews are due within 30 days", url)
