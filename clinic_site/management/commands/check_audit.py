from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clinic_site.models import AuditEntry


class Command(BaseCommand):
    help = "Say whether a line of the audit trail was changed, put in or taken out past the site."

    def handle(self, *args: Any, **options: Any) -> None:
        troubles = list(AuditEntry.objects.troubles())
        for trouble in troubles:
            self.stdout.write(trouble)
        if troubles:
            raise CommandError("The audit trail is not as it was written.")
        self.stdout.write(f"{AuditEntry.objects.count()} lines, all as they were written.")
