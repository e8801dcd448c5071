from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string


class Command(BaseCommand):
    help = "Load the starter content. Rows that exist are left as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        for path in settings.STARTER_CONTENT:
            import_string(path)()
