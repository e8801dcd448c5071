"""Mails about exports and odd sign-ins: to whose account it is, and to the owners when passwords are guessed.

A mail says who and when, and no secret. It goes out within seconds (staff_mail.py), and no sign-in waits for it; the
audit trail has the line all the same.
"""

from enum import Enum
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from . import facts, sign_in_rates
from .audit import AuditEntry
from .front_door import clinic_zone
from .owners import owners
from .rates import Limit
from .staff_mail import StaffMail

MANY_FAILURES = 5  # more than a person's slips, less than a limit holds back
TOLD = Limit("guessing told", most=1, seconds=60 * 60)  # one mail an hour, whatever is tried


class Alert(Enum):
    ANOTHER_PHONE = "Another phone was set up for your account. The one before it no longer works."
    PHONE_REMOVED = "The phone of your account was removed, and its recovery codes with it."
    NEW_CODES = "New recovery codes were made for your account. The old ones no longer work."
    CODE_USED = "A recovery code of your account was used in place of the phone."
    LINK_MADE = (
        "On the site's own computer a link was made that signs in to your account once, within 15 minutes."
    )
    EXPORTED = "What people wrote to the clinic was taken out of the site under your account."
    AFTER_FAILURES = "Somebody signed in to your account after several wrong passwords or codes."
    TAKEN_OFF = (
        "An owner removed the lost phone of your account. Your next sign-in asks you to set up another."
    )


def tell(user: User, alert: Alert) -> None:
    """Whose account it is; the owners while that person has no mail address."""
    _queue("sign_in_alert", [user.email] if user.email else owners(), {"account": user, "what": alert.value})


def tell_if_after_failures(user: User) -> None:
    """To be asked before this sign-in is noted: what went wrong since the last one."""
    lines = AuditEntry.objects.filter(by=user)
    last = lines.filter(kind=AuditEntry.Kind.SIGNED_IN).order_by("-pk").values("pk")[:1]
    failed = lines.filter(kind=AuditEntry.Kind.FAILED)
    if known := list(last):
        failed = failed.filter(pk__gt=known[0]["pk"])
    if failed.count() >= MANY_FAILURES:
        tell(user, Alert.AFTER_FAILURES)


def tell_of_guessing(request: HttpRequest, at: User | None) -> None:
    """The owners, once a limit of sign_in_rates.py is used up. What was typed as a name is told when it is one."""
    if sign_in_rates.is_guessing(request) and TOLD.spend("owners"):
        _queue("guessing", owners(), {"account": at})


def _queue(name: str, recipients: list[str], context: dict[str, Any]) -> None:
    with timezone.override(clinic_zone()):
        context |= {
            "clinic": facts.fact("clinic"),
            "at": timezone.localtime(),
            "url": settings.SITE_ORIGIN + reverse("admin:index"),
        }
        subject = " ".join(render_to_string(f"emails/{name}_subject.txt", context).split())
        text = render_to_string(f"emails/{name}.txt", context)
        html = render_to_string(f"emails/{name}.html", context)
    StaffMail.objects.create(to=recipients, subject=subject, text=text, html=html)
