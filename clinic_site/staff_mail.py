"""Mails to the staff about their accounts: queued with what they tell of, sent by the notice worker within seconds.

Whoever signs in never waits for a mail server. A row is the whole mail, to the addresses of that moment, so that who
changes an account's address afterwards hides nothing; it is deleted once it is sent.
"""

import logging

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models
from django.utils import timezone

from . import mail_tries

log = logging.getLogger(__name__)


class StaffMailQuerySet(models.QuerySet["StaffMail"]):
    def due(self) -> "StaffMailQuerySet":
        return self.filter(not_before__lte=timezone.now()).order_by("tries", "pk")

    def take_one(self) -> "StaffMail | None":
        """The next one that is due; no other worker sees it before mail_tries.LEASE is over."""
        while mail := self.due().first():
            mine = self.filter(pk=mail.pk, tries=mail.tries)
            if mine.update(tries=mail.tries + 1, not_before=timezone.now() + mail_tries.LEASE):
                mail.tries += 1
                return mail
        return None

    def send_due(self, most: int = 1_000) -> int:
        """How many of `most` went out. Never inside a transaction."""
        sent = 0
        for _ in range(most):
            if (mail := self.take_one()) is None:
                break
            sent += mail.try_to_send()
        return sent


class StaffMail(models.Model):
    to = models.JSONField(help_text="A list of addresses.")
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    # The same on every try, so that a repeat after a crash can be recognised as one.
    message_id = models.CharField(max_length=120, default=mail_tries.new_message_id)
    tries = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now)

    objects = StaffMailQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Staff mail {self.pk}"

    def try_to_send(self) -> bool:
        headers = {"Message-ID": self.message_id}
        mail = EmailMultiAlternatives(self.subject, self.text, settings.MAIL_FROM, self.to, headers=headers)
        mail.attach_alternative(self.html, "text/html")
        try:
            mail.send()
        except Exception as error:  # whatever is wrong with the mail server, patients' mails go on
            log.warning("Staff mail %s could not be sent: %s", self.pk, type(error).__name__)
            self.put_off()
            return False
        StaffMail.objects.filter(pk=self.pk).delete()
        return True

    def put_off(self) -> None:
        mine = StaffMail.objects.filter(pk=self.pk, tries=self.tries)
        if self.tries >= mail_tries.MOST_TRIES:  # the audit trail keeps the line for years
            log.error("Staff mail %s is given up.", self.pk)
            mine.delete()
            return
        mine.update(not_before=timezone.now() + mail_tries.pause_after(self.tries))
