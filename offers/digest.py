"""A mail each morning to the clinic: what waits for somebody. Numbers and links; nothing about a person."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from clinic_site.errands import all_errands
from clinic_site.front_door import clinic_zone
from clinic_site.models import load_clinic

from .models import live_offer

ENDS_SOON = 14  # days before an offer's last day


def send() -> bool:
    """Whether it was sent: not without a clinic's address, and not when there is nothing to say.

    A chore at seven, clinic time. When the mail server is away it raises, and the chore tries again.
    """
    clinic = load_clinic()
    with timezone.override(clinic_zone()):
        errands, ending = all_errands(), offer_ending()
        if not (clinic and clinic.email and (errands or ending)):
            return False
        _mail(clinic.email, {"errands": errands, "ending": ending, "today": timezone.localdate()}).send()
    return True


def offer_ending() -> str:
    """In one sentence; "" while the last day is far off."""
    offer = live_offer()
    left = (offer.ends_on - timezone.localdate()).days if offer and offer.ends_on else ENDS_SOON + 1
    if left > ENDS_SOON:
        return ""
    when = {0: "today", 1: "tomorrow"}.get(left, f"in {left} days")
    return f"The offer “{offer}” ends {when}."


def _mail(address: str, context: dict[str, object]) -> EmailMultiAlternatives:
    context |= {
        "site_origin": settings.SITE_ORIGIN,
        "home_url": settings.SITE_ORIGIN + reverse("admin:index"),
    }
    base = "emails/morning_digest"
    subject = " ".join(render_to_string(f"{base}_subject.txt", context).split())
    text = render_to_string(f"{base}.txt", context)
    mail = EmailMultiAlternatives(subject, text, settings.MAIL_FROM, [address])
    mail.attach_alternative(render_to_string(f"{base}.html", context), "text/html")
    return mail
