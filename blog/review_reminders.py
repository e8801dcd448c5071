"""The mails that remind of a review: 30 days and 7 days before it is due, and when it is overdue."""

from collections import defaultdict
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from clinic_site.front_door import clinic_zone
from clinic_site.owners import owners

from .editions import Edition
from .reviews import due_for_review

OVERDUE = 0
REMINDED = (30, 7, OVERDUE)  # days before the review is due: one mail each


class ReviewReminder(models.Model):
    """That somebody was reminded of an edition's review: once for each of REMINDED."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="reminders")
    days_before = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["edition", "days_before"], name="reminded_once")]

    def __str__(self) -> str:
        return f"{self.edition}, {self.days_before} days before"


def remind() -> None:
    """Daily: one mail to each reviewer about all that is new in their queue; the owners get what is overdue, too."""
    with timezone.override(clinic_zone()):
        found: defaultdict[tuple[str, ...], list[tuple[Edition, int]]] = defaultdict(list)
        for edition, days in _not_told():
            found[_recipients(edition, days)].append((edition, days))
        for recipients, rows in found.items():
            _mail(recipients, [edition for edition, _ in rows]).send()
            reminders = [ReviewReminder(edition=edition, days_before=days) for edition, days in rows]
            ReviewReminder.objects.bulk_create(reminders, ignore_conflicts=True)


def _not_told() -> Iterable[tuple[Edition, int]]:
    """With the latest of REMINDED that has come. Whoever was told a later one is not told an earlier one."""
    today = timezone.localdate()
    rows = due_for_review().annotate(told=models.Min("reminders__days_before"))
    for edition in rows:
        left = (edition.next_review_on - today).days
        days = min(days for days in REMINDED if left <= days and days) if left >= 0 else OVERDUE
        told: int | None = edition.told  # type: ignore[attr-defined]
        is_news = told is None or days < told
        if is_news and not edition.is_followed:  # type: ignore[attr-defined]
            yield edition, days


def _recipients(edition: Edition, days: int) -> tuple[str, ...]:
    reviewer = {edition.reviewer.email} - {""}
    return tuple(sorted(reviewer | set(owners()) if days == OVERDUE or not reviewer else reviewer))


def _mail(recipients: Iterable[str], editions: list[Edition]) -> EmailMultiAlternatives:
    context = {
        "editions": editions,
        "today": timezone.localdate(),
        "url": settings.SITE_ORIGIN + reverse("admin:blog_article_reviews"),
    }
    base = "emails/reviews_due"
    subject = " ".join(render_to_string(f"{base}_subject.txt", context).split())
    text = render_to_string(f"{base}.txt", context)
    mail = EmailMultiAlternatives(subject, text, settings.MAIL_FROM, list(recipients))
    mail.attach_alternative(render_to_string(f"{base}.html", context), "text/html")
    return mail
