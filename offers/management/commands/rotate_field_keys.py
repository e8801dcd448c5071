from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from clinic_site.rotation import NOBODY, Counts, count, reseal, sealed_columns
from offers.consents import keys_in_use
from offers.rotation import rekey_all


class Command(BaseCommand):
    help = "Seal everything anew under the first of FIELD_KEYS. May be stopped and started again, beside the site."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Only count what is under which key.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            for model, names in sealed_columns():
                self.stdout.write(f"{model._meta.verbose_name_plural}: {reseal(model, names)} sealed anew")
        total = self._count()
        leads, changed = rekey_all(dry=options["check"])
        words = "to be made anew" if options["check"] else "made anew"
        self.stdout.write(f"what {leads} leads are found by: {changed} {words}")
        self._conclude(total, stale=changed if options["check"] else 0)

    def _count(self) -> Counts:
        """Raises CommandError where a key is missing."""
        total: Counts = Counter()
        for model, names in sealed_columns():
            total += count(model, names)
        for place in range(len(settings.FIELD_KEYS)):
            self.stdout.write(f"{ordinal(place)}: seals {total[place]}")
        if total[NOBODY]:
            raise CommandError(
                f"{total[NOBODY]} values are opened by none of FIELD_KEYS. Put the missing key back."
            )
        return total

    def _conclude(self, total: Counts, stale: int) -> None:
        places = range(1, len(settings.FIELD_KEYS))
        found_by = keys_in_use()
        unused = [place for place in places if not total[place] and place not in found_by]
        free = [] if stale else [ordinal(place) for place in unused]
        for place in sorted(found_by - {0}):
            self.stdout.write(
                f"{ordinal(place)}: the do-not-contact list and proofs of consent are found by it"
            )
        if free:
            self.stdout.write(f"No longer needed: {', '.join(free)}.")
        elif len(settings.FIELD_KEYS) > 1:
            self.stdout.write("Every key is still needed.")
        else:
            self.stdout.write("There is one key, and everything is under it.")


def ordinal(place: int) -> str:
    """A key is told by its place: the key itself belongs on no screen."""
    return f"key {place + 1}" + (" (the newest)" if place == 0 else "")
