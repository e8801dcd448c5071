"""A mail to owners and managers on the first clinic day of a month: how the last one went."""

import datetime as dt

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from clinic_site.front_door import clinic_zone
from clinic_site.owners import owners_and_managers

from .clinic_time import clinic_clock
from .counts import clinic_day
from .month import last_month, month_before, name_of, summary


class MonthMail(models.Model):
    """A month that was told of, by its first day: opening hours that change later do not tell of it again."""

    month = models.DateField(unique=True)
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return name_of(self.month)


def send() -> bool:
    """Whether it was sent. A chore each morning; where one was missed, the mail goes out on the next."""
    with timezone.override(clinic_zone()):
        if not is_due(clinic_day()):
            return False
        _mail(owners_and_managers()).send()
        month = last_month()
        MonthMail.objects.create(month=month)
        MonthMail.objects.filter(month__lt=month).delete()
    return True


def is_due(today: dt.date) -> bool:
    """From the first clinic day of the month on, until the month before has been told of.

    A new site has no month to tell of, so the first of these mails goes out on such a day or not at all.
    """
    first = today.replace(day=1)
    opens_on = first_clinic_day(first)
    if not MonthMail.objects.exists():
        return today == opens_on
    return opens_on <= today and not MonthMail.objects.filter(month=month_before(first)).exists()


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
