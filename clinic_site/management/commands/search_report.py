from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from clinic_site.search_report import GOOD, ranks


class Command(BaseCommand):
    help = "Print the rank of the right page for each query of a list."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("queries", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        rows = list(ranks(options["queries"]))
        wide = max(len(row.query) for row in rows)
        self.stdout.write(f"{'Query':{wide}}  Rank  Right page")
        for row in rows:
            self.stdout.write(f"{row.query:{wide}}  {row.rank or 'none':>4}  {row.page}")
        good = sum(row.is_good for row in rows)
        first = sum(row.rank == 1 for row in rows)
        self.stdout.write(f"\n{good} of {len(rows)} among the first {GOOD}, {first} of them first.")
