"""The form alarm: the form is tested daily, silence is looked for hourly, and the owner is told by mail."""

import logging

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from clinic_site import facts
from clinic_site.hours import Timetable
from clinic_site.models import Clinic, load_clinic
from clinic_site.owners import owners_addresses

from .form_checks import FormCheck
from .form_test import MAIL_PATIENCE, Failed, try_form
from .leads import Lead
from .offer import live_offer
from .silence import LOOKED_BACK, IsOpen, unusual_silence
from .stages import Stage

NO_OFFER = "No offer is open just now, so there is no form to test."
NOBODY_WAITED_FOR = "No offer is open just now, so no request is waited for."
log = logging.getLogger(__name__)


def check_form(mail_patience: float = MAIL_PATIENCE) -> FormCheck:
    """Test the form of the live offer, store what came of it, and tell the owner if it is news."""
    offer = live_offer()
    kind = FormCheck.Kind.FORM
    if offer is None:
        return report(kind, FormCheck.Trouble.NO_OFFER, NO_OFFER)
    try:
        try_form(offer, mail_patience)
    except Failed as failure:
        return report(kind, failure.trouble, str(failure))
    return report(kind)


def check_silence() -> FormCheck:
    """Whether the form has been quiet for longer than chance explains; stored and told like a test."""
    kind, now = FormCheck.Kind.SILENCE, timezone.now()
    if live_offer() is None:
        return report(kind, FormCheck.Trouble.NO_OFFER, NOBODY_WAITED_FOR)
    sent = Lead.objects.real().exclude(stage=Stage.SET_ASIDE).filter(came_by=Lead.CameBy.FORM)
    claims = sent.filter(created_at__gt=now - LOOKED_BACK).order_by("created_at")
    closed = FormCheck.objects.filter(kind=kind, trouble=FormCheck.Trouble.NO_OFFER).first()
    quiet = unusual_silence(
        list(claims.values_list("created_at", flat=True)),
        now,
        zone=(load_clinic() or Clinic()).zone,
        is_open=open_days(),
        since=closed.at if closed else None,
    )
    return report(kind, FormCheck.Trouble.QUIET, quiet.words) if quiet else report(kind)


def open_days() -> IsOpen:
    """Which days the clinic is open; every day while its hours are not known."""
    rows = facts.current().rows
    table = Timetable(rows.get("opening_hours") or [], rows.get("closures") or [])
    return (lambda day: bool(table.on(day))) if table.spans else (lambda day: not table.closure_on(day))


def report(kind: str, trouble: str = "", what: str = "") -> FormCheck:
    check = FormCheck.objects.note(kind, trouble, what)
    if check.is_news() and tell(check):
        FormCheck.objects.filter(pk=check.pk).update(told_at=timezone.now())
    return check


def tell(check: FormCheck) -> bool:
    """Mail the owner. Whether it went out: if not, the next check tries again, and the staff home page is red."""
    try:
        addresses = alarm_addresses()
        if not addresses:
            log.warning("The form alarm has nobody to tell: set ALARM_MAIL or the clinic's e-mail address.")
            return False
        _mail(check, addresses).send()
    except Exception as error:  # whatever is wrong with mail server or database is not the check's outcome
        log.warning("The form alarm could not be mailed: %s", type(error).__name__)
        return False
    return True


def alarm_addresses() -> list[str]:
    if settings.ALARM_MAIL:
        return [settings.ALARM_MAIL]
    clinic = load_clinic()
    if clinic and clinic.email:
        return [clinic.email]
    return owners_addresses()


def _mail(check: FormCheck, addresses: list[str]) -> EmailMultiAlternatives:
    context = {
        "check": check,
        "is_quiet": check.kind == FormCheck.Kind.SILENCE,
        "site_origin": settings.SITE_ORIGIN,
        "home_url": settings.SITE_ORIGIN + reverse("admin:index"),
        "offer_url": settings.SITE_ORIGIN + reverse("offer_current"),
    }
    subject = " ".join(render_to_string("emails/form_alarm_subject.txt", context).split())
    text = render_to_string("emails/form_alarm.txt", context)
    mail = EmailMultiAlternatives(subject, text, settings.MAIL_FROM, addresses)
    mail.attach_alternative(render_to_string("emails/form_alarm.html", context), "text/html")
    return mail


class Trouble(Exception):
    """What a check found, as a chore says it: it is tried again before long."""


def daily_test() -> None:
    """The chore. Raises Trouble."""
    check = check_form()
    if not check.ok:
        raise Trouble(check.what)
