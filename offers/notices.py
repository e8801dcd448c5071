"""Mails that a lead gives rise to: queued in its transaction, sent by the worker, kept as a ledger.

A row names the lead and the template and holds no personal data; it is rendered when it is sent.
"""

import datetime as dt
import logging
from collections.abc import Callable
from email.utils import make_msgid
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from clinic_site.models import Clinic, load_clinic

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from .leads import Lead

LEASE = dt.timedelta(minutes=2)  # longer than the mail server's time-out of 10 s; then another worker may try
FIRST_PAUSE = dt.timedelta(seconds=30)
LONGEST_PAUSE = dt.timedelta(hours=1)
MOST_TRIES = 32  # over a day of them

log = logging.getLogger(__name__)


def new_message_id() -> str:
    return make_msgid(domain=settings.MAIL_FROM.rpartition("@")[2])


class NoticeQuerySet(models.QuerySet["Notice"]):
    def queue_for(self, lead: "Lead") -> None:
        """Inside the transaction that stores `lead`."""
        if lead.email:
            self.create(lead=lead, kind=Notice.Kind.PATIENT)
        self.create(lead=lead, kind=Notice.Kind.CLINIC)

    def due(self) -> "NoticeQuerySet":
        return self.filter(
            status__in=[Notice.Status.QUEUED, Notice.Status.SENDING], not_before__lte=timezone.now()
        ).order_by("not_before", "pk")

    def take_one(self) -> "Notice | None":
        """The next notice that is due, leased to this worker. Another worker sees it again after LEASE."""
        if not self.due().exists():  # without taking SQLite's write lock every second
            return None
        with transaction.atomic():
            notice = self.due().select_for_update(skip_locked=True, of=("self",)).first()
            if notice:
                notice.status = Notice.Status.SENDING
                notice.tries += 1
                notice.not_before = timezone.now() + LEASE
                notice.save(update_fields=["status", "tries", "not_before"])
        return notice

    def send_due(self, stop: Callable[[], bool] = lambda: False) -> int:
        """Send all that is due, or until `stop()`. How many went out. Never inside a transaction."""
        sent = 0
        while not stop() and (notice := self.take_one()):
            sent += notice.try_to_send()
        return sent

    def queue_again(self, *, by: "User") -> int:
        """Once more from the start. How many; one that is just being sent is left alone."""
        queued = 0
        for notice in (
            self.filter(lead__erased_at=None).exclude(status=Notice.Status.SENDING).select_related("lead")
        ):
            with transaction.atomic():
                queued += notice.queue_once_more(by)
        return queued


class Notice(models.Model):
    class Kind(models.TextChoices):
        PATIENT = "patient_confirmation", "Confirmation to the patient"
        CLINIC = "clinic_new_lead", "New request, to the clinic"

    class Status(models.TextChoices):
        QUEUED = "queued", "Queued"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        GIVEN_UP = "given_up", "Given up"

    lead = models.ForeignKey("offers.Lead", on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=20, choices=Kind)
    status = models.CharField(max_length=8, choices=Status, default=Status.QUEUED)
    message_id = models.CharField(max_length=120, default="", editable=False)
    tries = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=200, blank=True, default="")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["queued_at", "pk"]
        indexes = [models.Index(fields=["status", "not_before"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, request no. {self.lead_id}"

    def save(self, *args: object, **kwargs: object) -> None:
        # The same id on every try, so that a repeat after a crash can be recognised as one.
        self.message_id = self.message_id or new_message_id()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def try_to_send(self) -> bool:
        """Send and write the ledger. Trouble is noted and tried again after a growing pause."""
        try:
            self.as_mail().send()
        except Exception as error:  # the next notice must go out whatever is wrong with this one
            log.warning("Notice %s could not be sent: %s", self.pk, type(error).__name__)
            self.trouble = type(error).__name__  # not its text: mail servers repeat addresses in theirs
            over = self.tries >= MOST_TRIES
            self.status = Notice.Status.GIVEN_UP if over else Notice.Status.QUEUED
            self.not_before = timezone.now() + min(FIRST_PAUSE * 2 ** min(self.tries - 1, 10), LONGEST_PAUSE)
        else:
            self.status, self.sent_at, self.trouble = Notice.Status.SENT, timezone.now(), ""
        # Whoever took the lease over in the meantime keeps the ledger.
        Notice.objects.filter(pk=self.pk, tries=self.tries).update(
            status=self.status, sent_at=self.sent_at, trouble=self.trouble, not_before=self.not_before
        )
        return self.status == Notice.Status.SENT

    def queue_once_more(self, by: "User") -> bool:
        # What has arrived once would be dropped as a repeat if it came again under the same id.
        message_id = new_message_id() if self.sent_at else self.message_id
        done = Notice.objects.filter(pk=self.pk, status=self.status).update(
            status=Notice.Status.QUEUED, not_before=timezone.now(), tries=0, message_id=message_id
        )
        if done:
            self.lead.add_event(f"To be sent again: {self.get_kind_display()}", by=by)
        return bool(done)

    def as_mail(self) -> EmailMultiAlternatives:
        clinic = load_clinic() or Clinic()
        context = {
            "lead": self.lead,
            "offer": self.lead.offer,
            "clinic": clinic,
            "site_origin": settings.SITE_ORIGIN,
            "admin_url": settings.SITE_ORIGIN + reverse("admin:offers_lead_change", args=[self.lead_id]),
        }
        base = f"emails/{self.kind}"
        with timezone.override(clinic.zone):
            subject = " ".join(render_to_string(f"{base}_subject.txt", context).split())
            text = render_to_string(f"{base}.txt", context)
            html = render_to_string(f"{base}.html", context)
        headers = {"Message-ID": self.message_id}
        recipients = [self.recipient(clinic)]
        mail = EmailMultiAlternatives(subject, text, settings.MAIL_FROM, recipients, headers=headers)
        if self.kind == Notice.Kind.PATIENT and clinic.email:
            mail.reply_to = [clinic.email]
        mail.attach_alternative(html, "text/html")
        return mail

    def recipient(self, clinic: Clinic) -> str:
        """The site's own address stands in for the clinic's until that is known."""
        if self.kind == Notice.Kind.PATIENT:
            return self.lead.email
        return clinic.email or settings.MAIL_FROM
