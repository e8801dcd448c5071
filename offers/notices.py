"""Mails that a lead gives rise to: queued in its transaction, sent by the worker, kept as a ledger.

A row names the lead and the template and holds no personal data; it is rendered when it is sent.
"""

import datetime as dt
import logging
import re
from collections.abc import Callable
from smtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPException,
    SMTPHeloError,
    SMTPRecipientsRefused,
    SMTPServerDisconnected,
)
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from clinic_site import mail_tries
from clinic_site.models import Clinic, load_clinic

from .permissions import said_stop_since
from .recipients import at_once

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from .leads import Lead

LONGEST_WAIT = 8.0  # seconds between two tries at a mail server that is away
NO_SERVER = (SMTPConnectError, SMTPHeloError, SMTPAuthenticationError, SMTPServerDisconnected)
UNHEARD_AFTER = dt.timedelta(minutes=5)  # then a lead says that the clinic has not been told of it
ONE_CLICK = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}  # RFC 8058: mail programs show a button

log = logging.getLogger(__name__)


def way_without_mail(lead: "Lead") -> str:
    """What the front desk does when the patient's mail did not arrive."""
    return "Mail came back: phone instead." if lead.phone else "Mail came back, and there is no phone number."


def refuses_for_good(error: Exception) -> bool:
    """Whether the server says that this address never takes mail: 5xx for the recipient (RFC 5321, 4.2.1).

    5.7.x is about who may send (RFC 3463, 3.8): that is for us to mend, and then it is tried again.
    """
    if not isinstance(error, SMTPRecipientsRefused):
        return False
    answers = list(error.recipients.values())
    return all(code >= 500 and not re.match(rb"5\.7\.", text) for code, text in answers) and bool(answers)


def means_no_server(error: Exception) -> bool:
    """Whether every other mail would meet the same, at once. An answer that does not come is no hurry by itself."""
    if isinstance(error, SMTPException):
        return isinstance(error, NO_SERVER)
    return isinstance(error, OSError) and not isinstance(error, TimeoutError)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def queue_for(self, lead: "Lead") -> None:
        """Inside the transaction that stores `lead`. Whether a mail is wanted is asked when it is sent."""
        told = [Notice.Kind.PATIENT] if lead.email else []
        self.bulk_create([Notice(lead=lead, kind=kind) for kind in [*told, Notice.Kind.CLINIC]])

    def due(self) -> "NoticeQuerySet":
        """What was tried least comes first: a new notice waits for one hanging mail at most, never for a backlog."""
        waiting = [Notice.Status.QUEUED, Notice.Status.FAILED, Notice.Status.SENDING]
        return self.filter(status__in=waiting, not_before__lte=timezone.now()).order_by(
            "tries", "not_before", "pk"
        )

    def unheard(self) -> "NoticeQuerySet":
        """Those to the clinic that did not arrive, and will not or have not for UNHEARD_AFTER, whatever the reason:
        a server that is away, an address that is wrong, a worker that does not run."""
        late = models.Q(sent_at=None, queued_at__lte=timezone.now() - UNHEARD_AFTER)
        over = models.Q(status__in=[Notice.Status.BOUNCED, Notice.Status.GIVEN_UP])
        return self.filter(late | over, kind=Notice.Kind.CLINIC)

    def in_vain(self) -> "NoticeQuerySet":
        """Those to patients that came back or were given up."""
        over = [Notice.Status.BOUNCED, Notice.Status.GIVEN_UP]
        return self.filter(kind=Notice.Kind.PATIENT, status__in=over)

    def take_one(self) -> "Notice | None":
        """The next notice that is due, leased to this worker. Another worker sees it again after mail_tries.LEASE."""
        if not self.due().exists():  # without taking SQLite's write lock every second
            return None
        with transaction.atomic():
            notice = self.due().select_for_update(skip_locked=True, of=("self",)).first()
            if (
                notice and notice.tries >= mail_tries.MOST_TRIES
            ):  # each time the worker stopped while it was at it
                self.filter(pk=notice.pk).update(status=Notice.Status.GIVEN_UP, trouble="WorkerStopped")
            elif notice:
                notice.status = Notice.Status.SENDING
                notice.tries += 1
                notice.not_before = timezone.now() + mail_tries.LEASE
                notice.save(update_fields=["status", "tries", "not_before"])
                return notice
        return self.take_one() if notice else None

    def send_due(
        self, stop: Callable[[], bool] = lambda: False, wait: Callable[[float], object] = lambda seconds: None
    ) -> int:
        """Send all that is due, or until `stop()`. How many went out. Never inside a transaction.

        While no mail server is there, `wait(seconds)` after each try: whoever asks for the offer just then needs
        the machine and the database more than a backlog that nobody takes.
        """
        sent, pause = 0, 0.0
        while not stop() and (notice := self.take_one()):
            sent += notice.try_to_send()
            pause = min(2 * pause or 1.0, LONGEST_WAIT) if notice.found_no_server else 0.0
            if pause:
                wait(pause)
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
        REMINDER = "patient_reminder", "Reminder before the last day, to the patient"
        UNOPENED = "clinic_lead_unopened", "Request that nobody opened, to the next of the staff"

        @classmethod
        def to_clinic(cls) -> "list[Notice.Kind]":
            return [cls.CLINIC, cls.UNOPENED]

    class Status(models.TextChoices):
        QUEUED = "queued", "Queued"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed, will be tried again"
        BOUNCED = "bounced", "Refused for good"
        GIVEN_UP = "given_up", "Given up"
        DROPPED = "dropped", "Not wanted any more"

    lead = models.ForeignKey("offers.Lead", on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=20, choices=Kind)
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who of the staff; empty: the patient, or the clinic.",
    )
    status = models.CharField(max_length=8, choices=Status, default=Status.QUEUED)
    # The same on every try, so that a repeat after a crash can be recognised as one.
    message_id = models.CharField(max_length=120, default=mail_tries.new_message_id, editable=False)
    tries = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=200, blank=True, default="")

    objects = NoticeQuerySet.as_manager()

    found_no_server = False  # at the last try

    class Meta:
        ordering = ["queued_at", "pk"]
        indexes = [models.Index(fields=["status", "not_before"])]
        constraints = [models.UniqueConstraint(fields=["lead", "to"], name="staff_told_once")]

    def __str__(self) -> str:
        return f"{self.what()}, request no. {self.lead_id}"

    def what(self) -> str:
        """Which mail, and to whom of the staff where it went to one of them."""
        to = f": {self.to.get_full_name() or self.to.username}" if self.to else ""
        return f"{self.get_kind_display()}{to}"

    def try_to_send(self) -> bool:
        """Send and write the ledger. Trouble is noted and tried again after a growing pause."""
        try:
            if is_wanted := self.is_wanted():
                self.as_mail().send()
        except Exception as error:  # the next notice must go out whatever is wrong with this one
            log.warning("Notice %s could not be sent: %s", self.pk, type(error).__name__)
            self.trouble = type(error).__name__  # not its text: mail servers repeat addresses in theirs
            self.status, self.found_no_server = self.status_after(error), means_no_server(error)
            self.not_before = timezone.now() + mail_tries.pause_after(self.tries)
        else:
            self.status, self.trouble = Notice.Status.DROPPED, ""
            if is_wanted:
                self.status, self.sent_at = Notice.Status.SENT, timezone.now()
        self.write_ledger()
        return self.status == Notice.Status.SENT

    def status_after(self, error: Exception) -> str:
        if refuses_for_good(error):
            return Notice.Status.BOUNCED
        return Notice.Status.GIVEN_UP if self.tries >= mail_tries.MOST_TRIES else Notice.Status.FAILED

    def write_ledger(self) -> None:
        """Whoever took the lease over in the meantime keeps the ledger, and so does a bounce that was quicker."""
        with transaction.atomic():
            mine = Notice.objects.filter(pk=self.pk, tries=self.tries, status=Notice.Status.SENDING)
            done = mine.update(
                status=self.status, sent_at=self.sent_at, trouble=self.trouble, not_before=self.not_before
            )
            if done and self.status == Notice.Status.BOUNCED:
                self.note_bounce()

    def note_bounce(self) -> None:
        """A line in the timeline that says what to do now."""
        if self.kind == Notice.Kind.PATIENT:
            self.lead.add_event(way_without_mail(self.lead))

    def take_back(self) -> bool:
        """The mail was taken and came back later (bounces.py)."""
        on_its_way = [Notice.Status.SENDING, Notice.Status.SENT]
        with transaction.atomic():
            done = Notice.objects.filter(pk=self.pk, status__in=on_its_way).update(
                status=Notice.Status.BOUNCED, sent_at=self.sent_at or timezone.now(), trouble="Bounce"
            )
            if done:
                self.note_bounce()
        return bool(done)

    @property
    def can_be_sent_again(self) -> bool:
        """One that waits for its first try goes out anyhow."""
        return self.status not in {Notice.Status.QUEUED, Notice.Status.SENDING}

    def is_wanted(self) -> bool:
        """Whether it may go to the person now that it is due: they may have said stop since it was queued."""
        if self.kind == Notice.Kind.REMINDER:
            from .reminders import is_wanted  # which queues notices, so it cannot stand above

            return is_wanted(self.lead)
        if self.to and not (self.to.is_active and self.to.is_staff and self.to.email):
            return False  # left since
        if self.kind == Notice.Kind.UNOPENED:
            return self.lead.is_unopened()
        return self.kind != Notice.Kind.PATIENT or not said_stop_since(self.lead, self.lead.created_at)

    def queue_once_more(self, by: "User") -> bool:
        # What has arrived once would be dropped as a repeat if it came again under the same id.
        message_id = mail_tries.new_message_id() if self.sent_at else self.message_id
        done = Notice.objects.filter(pk=self.pk, status=self.status).update(
            status=Notice.Status.QUEUED, not_before=timezone.now(), tries=0, message_id=message_id, trouble=""
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
        if self.kind == Notice.Kind.REMINDER:
            from .reminders import stop_url

            context["stop_url"] = stop_url(self.lead)
        base = f"emails/{self.kind}"
        with timezone.override(clinic.zone):
            subject = " ".join(render_to_string(f"{base}_subject.txt", context).split())
            if self.lead.is_test:
                subject = f"Test of the form: {subject}"
            text = render_to_string(f"{base}.txt", context)
            html = render_to_string(f"{base}.html", context)
        headers = {"Message-ID": self.message_id}
        if self.kind == Notice.Kind.REMINDER:
            headers |= ONE_CLICK | {"List-Unsubscribe": f"<{context['stop_url']}>"}
        to = self.recipients(clinic)
        mail = EmailMultiAlternatives(subject, text, settings.MAIL_FROM, to, headers=headers)
        if self.kind not in Notice.Kind.to_clinic() and clinic.email:
            mail.reply_to = [clinic.email]
        mail.attach_alternative(html, "text/html")
        return mail

    def recipients(self, clinic: Clinic) -> list[str]:
        """The site's own address stands in for the clinic's until that is known."""
        if self.lead.is_test:  # never to the front desk
            return [settings.ALARM_MAIL or settings.MAIL_FROM]
        if self.to:
            return [self.to.email]
        if self.kind != Notice.Kind.CLINIC:
            return [self.lead.email]
        return [clinic.email or settings.MAIL_FROM, *at_once()]
