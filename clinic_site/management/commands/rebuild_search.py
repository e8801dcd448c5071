from typing import Any

from django.core.management.base import BaseCommand

from clinic_site.search_rebuild import rebuild


class Command(BaseCommand):
    help = "Build the index of the search anew. The site may go on running meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        found = rebuild()
        if options["verbosity"]:
            self.stdout.write(f"{found} pages can be found.")
