import os
import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from offers import bounces


class Command(BaseCommand):
    help = "Read a delivery report from standard input, and mark the mail that came back."

    def handle(self, *args: Any, **options: Any) -> None:
        """Ends well whatever it reads: a mail server would answer a failure with yet another report."""
        report = sys.stdin.buffer.read(bounces.MOST_BYTES)
        try:
            marked = bounces.take(report)
        except DatabaseError:
            self.stderr.write("The database cannot be written now; the mail server may try again.")
            sys.exit(os.EX_TEMPFAIL)
        self.stdout.write(f"{marked} marked" if marked else "Nothing to mark.")
