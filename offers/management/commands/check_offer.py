from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from clinic_site.checklist import Task
from clinic_site.models import Page
from offers.checklist import conditions


class Command(BaseCommand):
    help = (
        "List what the offer still wants: conditions it does not state, and texts that nobody has reviewed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        found = [*conditions(), *template_pages()]
        for task in found:
            self.stdout.write(f"{task.text}\n  {settings.SITE_ORIGIN}{task.url}")
        if found:
            raise CommandError(f"{len(found)} to look at.")
        self.stdout.write("Nothing is missing, and every text has been reviewed.")


def template_pages() -> list[Task]:
    """Pages that still carry a note for the clinic's counsel."""
    pages = Page.objects.exclude(counsel_note="")
    return [
        Task(f"{page}: {page.counsel_note}", reverse("admin:clinic_site_page_change", args=[page.pk]))
        for page in pages
    ]
