from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.module_loading import import_string

from clinic_site import starter
from clinic_site.models import Clinic
from clinic_site.search_index import together
from clinic_site.search_rebuild import ensure


class Command(BaseCommand):
    help = "Load the first clinic's starter content. Rows that exist are left as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        """All of it or nothing: a start that was interrupted begins anew."""
        if starter.is_anothers():
            raise CommandError(
                f"This database is the site of {Clinic.objects.get()}: the people, articles and offer of the first "
                "clinic do not belong there."
            )
        ensure()
        with transaction.atomic(), together():
            for path in settings.STARTER_CONTENT:
                import_string(path)()
