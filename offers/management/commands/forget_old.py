from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from offers import retention
from offers.retention_mail import mail_preview


class Command(BaseCommand):
    help = "Forget what has been kept long enough. The site's worker does so every day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--dry-run", action="store_true", help="Say what would be forgotten; change nothing."
        )
        what.add_argument(
            "--mail", action="store_true", help="Mail the owner what is due soon; change nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["mail"]:
            self.stdout.write("Mailed." if mail_preview() else "Nothing is due soon, so no mail went out.")
        elif options["dry_run"]:
            for row in retention.outlook():
                self._say(row)
        else:
            for title, count in retention.run().items():
                self.stdout.write(f"{title}: {count} forgotten")

    def _say(self, row: retention.Outlook) -> None:
        numbers = f" (no. {', '.join(map(str, row.numbers))})" if row.numbers else ""
        after = f"{timezone.localtime(row.next_at):%Y-%m-%d}" if row.next_at else "none"
        self.stdout.write(
            f"{row.rule.title}, kept {row.rule.life_in_words}: {row.now} now{numbers}, "
            f"{row.soon} within {retention.AHEAD.days} days, the next one on: {after}"
        )
