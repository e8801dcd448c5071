"""Telling the owner beforehand what will be forgotten: counts and a link, no personal data."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from clinic_site.owners import owners

from .retention import AHEAD, outlook


def mail_preview() -> bool:
    """Whether there was anything to tell. Sent once a week, it tells of each request at least a week before."""
    rows = [row for row in outlook() if row.rule.is_of_requests and row.now + row.soon]
    if not rows:
        return False
    context = {
        "rows": [(row.rule.title, row.now + row.soon) for row in rows],
        "total": sum(row.now + row.soon for row in rows),
        "days": AHEAD.days,
        "url": settings.SITE_ORIGIN + reverse("admin:offers_lead_forgetting"),
    }
    base = "emails/owner_forgetting"
    subject = " ".join(render_to_string(f"{base}_subject.txt", context).split())
    text = render_to_string(f"{base}.txt", context)
    mail = EmailMultiAlternatives(subject, text, settings.MAIL_FROM, owners())
    mail.attach_alternative(render_to_string(f"{base}.html", context), "text/html")
    mail.send()
    return True
