from typing import Any

from django.core.management.base import BaseCommand

from blog.figure import DRAWINGS
from blog.figure_files import files


class Command(BaseCommand):
    help = "Write the files that the figure's drawings are shown with. Needed after a change to a drawing."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, text in files().items():
            path = DRAWINGS / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        self.stdout.write(f"Wrote {len(files())} files in {DRAWINGS}")
