from collections.abc import Iterator

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from clinic_site.errands import Errand

from .editions import Edition
from .reviews import due_for_review


def errands() -> Iterator[Errand]:
    yield from _reviews()
    starter = Edition.objects.live().filter(published_by=None).count()
    url = f"{reverse('admin:blog_article_changelist')}?state=unsigned"
    words = "starter text that nobody has signed: read, change what you would say differently, publish"
    yield Errand(starter, f"public article is {words}", f"public articles are {words}", url)


def _reviews() -> Iterator[Errand]:
    is_late = Q(next_review_on__lt=timezone.localdate())
    due = due_for_review().order_by().aggregate(all=Count("pk"), late=Count("pk", filter=is_late))
    url = reverse("admin:blog_article_reviews")
    yield Errand(due["late"], "review is overdue", "reviews are overdue", url, is_late=True)
    soon = due["all"] - due["late"]
    yield Errand(soon, "review is due within 30 days", "reviews are due within 30 days", url)
