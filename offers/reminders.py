"""One mail before an offer's last day, to those who asked for news and have not used their code."""

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from clinic_site.models import load_clinic

from .consents import Consent
from .notices import Notice
from .permissions import may, newest_yes

if TYPE_CHECKING:
    from .leads import Lead
    from .offer import Offer

DAYS_BEFORE = 5  # of the last day: time enough to find an hour
HOUR = dt.time(10)  # clinic time
SHORTEST = dt.timedelta(days=3)  # between asking and being reminded; sooner is no reminder but a nuisance
STOP_SALT = "offers.stop"
UNUSED = ("new", "contacted", "booked")


def moment_for(lead: "Lead") -> dt.datetime | None:
    """When the reminder of this lead is due; None when its offer has no last day or it is too near."""
    clinic, last_day = load_clinic(), lead.offer.ends_on
    if clinic is None or last_day is None:
        return None
    moment = dt.datetime.combine(last_day - dt.timedelta(days=DAYS_BEFORE), HOUR, tzinfo=clinic.zone)
    return moment if moment >= lead.created_at + SHORTEST else None


def plan(lead: "Lead") -> None:
    """Queue the reminder, or move one that waits to where the last day now is. Inside the caller's transaction."""
    waiting = Notice.objects.filter(lead=lead, kind=Notice.Kind.REMINDER)
    moment = moment_for(lead)
    if moment is None or lead.stage not in UNUSED or not may(lead, "news"):
        return
    if waiting.exists():
        waiting.filter(status=Notice.Status.QUEUED).update(not_before=moment)
    elif moment > timezone.now():
        Notice.objects.create(lead=lead, kind=Notice.Kind.REMINDER, not_before=moment)


def plan_for(offer: "Offer") -> None:
    """After the last day of an offer has been set or moved."""
    agreed = Consent.objects.filter(kind=Consent.Kind.NEWS, given=True, lead__offer=offer).values("lead")
    for lead in offer.leads.filter(pk__in=agreed):
        plan(lead)


def is_wanted(lead: "Lead") -> bool:
    """Asked when it is due: the code is unused, the offer goes on, the yes stands, and the person had none yet."""
    same = type(lead).objects.of_the_same_person(lead)
    is_unused = lead.stage in UNUSED and not lead.voided_at and not same.exclude(redeemed_at=None).exists()
    told = Notice.objects.filter(lead__in=same, kind=Notice.Kind.REMINDER, status=Notice.Status.SENT)
    clinic = load_clinic()
    has_address = bool(clinic and clinic.street)  # 15 USC 7704(a)(5): no offer by mail without one
    goes_on = lead.offer.ends_on is not None and lead.offer.is_live()
    return is_unused and goes_on and has_address and not told.exists() and may(lead, "news")


def stop_url(lead: "Lead") -> str:
    """By which the reader of a news mail stops it: no account, and no end. Names the consent that let it go out.

    That may be of another request with the same address. Raises Consent.DoesNotExist where nothing lets it go out.
    """
    consent = newest_yes(Consent.Kind.NEWS, lead)
    if consent is None:
        raise Consent.DoesNotExist
    return settings.SITE_ORIGIN + reverse("mail_stop", args=[signing.dumps(consent.pk, salt=STOP_SALT)])


def consent_of(signed: str) -> Consent:
    """Raises Http404 for a link that is not ours."""
    try:
        return get_object_or_404(Consent, pk=signing.loads(signed, salt=STOP_SALT))
    except signing.BadSignature:
        raise Http404 from None
