"""A mail to owners and managers on the first clinic day of a month: how the last one went."""

import datetime as dt

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from clinic_site.front_door import clinic_zone
from clinic_site.owners import owners_and_managers

from .chores import Chore
from .clinic_time import clinic_clock
from .counts import clinic_day
from .month import last_month, name_of, summary

CHORE = "offers.month_mail.send"


def send() -> bool:
    """Whether it was sent. A chore each morning; where one was missed, the mail goes out on the next."""
    with timezone.override(clinic_zone()):
        if not is_due(clinic_day()):
            return False
        _mail(owners_and_managers()).send()
    return True


def is_due(today: dt.date) -> bool:
    """From the first clinic day of the month on, until the chore has been done on such a day.

    A new site has no month to tell of.
    """
    opens_on = first_clinic_day(today.replace(day=1))
    done = Chore.objects.filter(name=CHORE).exclude(last_ok_at=None).first()
    if done is None or done.last_ok_at is None:
        return today == opens_on
    return clinic_day(done.last_ok_at) < opens_on <= today


def first_clinic_day(first: dt.date) -> dt.date:
    """The first day of a month on which the clinic opens; its first day while no hours are known."""
    table = clinic_clock().table
    days = (first + dt.timedelta(days=number) for number in range(28))
    return next((day for day in days if table.on(day)), first)


def _mail(addresses: list[str]) -> EmailMultiAlternatives:
    first = last_month()
    page = f"{settings.SITE_ORIGIN}{reverse('month_summary')}?month={first:%Y-%m}"
    context = {"summary": summary(first), "page": page}
    text = render_to_string("emails/month_summary.txt", context)
    mail = EmailMultiAlternatives(f"{name_of(first)} in numbers", text, settings.MAIL_FROM, addresses)
    mail.attach_alternative(render_to_string("emails/month_summary.html", context), "text/html")
    return mail
