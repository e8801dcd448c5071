import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clinic_site.redirect_lists import MOST_LINES, take


class Command(BaseCommand):
    help = "Take old addresses from FILE, or from what is piped in: on each line the old one, a space, the new one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="- for what is piped in")

    def handle(self, *args: Any, **options: Any) -> None:
        text = sys.stdin.read() if options["file"] == "-" else self.read(options["file"])
        lines = text.splitlines()
        refused = 0
        for start in range(0, len(lines), MOST_LINES):
            result = take("\n".join(lines[start : start + MOST_LINES]))
            self.stdout.write(f"{len(result.taken)} taken, {result.known} known already.")
            for line in result.refused:
                self.stderr.write(f"Line {start + line.number}, {line.text}: {line.reason}")
            refused += len(result.refused)
        if refused:
            raise CommandError(f"{refused} line{'s were' if refused > 1 else ' was'} not taken.")

    def read(self, name: str) -> str:
        try:
            return Path(name).read_text()
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{name} cannot be read: {error}") from None
