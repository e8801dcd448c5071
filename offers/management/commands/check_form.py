from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from offers.alarm import check_form, tell
from offers.models import FormCheck

NO_DATABASE = "The database cannot be reached, so no request can be stored."


class Command(BaseCommand):
    help = "Send the offer's form a test request through the whole site, and tell the owner when it fails."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            check = check_form()
        except DatabaseError:
            tell(FormCheck(ok=False, trouble=FormCheck.Trouble.NOT_STORED, what=NO_DATABASE))
            raise CommandError(NO_DATABASE) from None
        if not check.ok:
            raise CommandError(check.what)
        self.stdout.write(check.what or "The form works.")
