"""Who took personal data out of the site, when, and what: lines that are only added."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from clinic_site import alerts
from clinic_site.models import AuditEntry

from .stages import NotAllowed


class ExportLog(models.Model):
    """One export. It says which requests were in it, never what they said."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("when", default=timezone.now)
    what = models.CharField(max_length=200)
    rows = models.PositiveIntegerField("requests in it")

    class Meta:
        verbose_name = "export"
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.what

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise NotAllowed("A line of the export log is never changed.")
        with transaction.atomic():
            super().save(*args, **kwargs)
            AuditEntry.objects.note(AuditEntry.Kind.EXPORTED, by=self.by, row=self)
            alerts.tell(self.by, alerts.Alert.EXPORTED)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise NotAllowed("A line of the export log is never deleted by hand.")
