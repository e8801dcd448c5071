import signal
from typing import Any

from django.core.management.base import BaseCommand

from offers.chores import LONGEST, Chore


class Command(BaseCommand):
    help = "Do the chores that are due (settings.CHORES). The notice worker calls this by itself."

    def handle(self, *args: Any, **options: Any) -> None:
        """A chore that hangs ends this process after LONGEST seconds, however deep it hangs."""
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        try:
            done = Chore.objects.do_due(before_each=lambda: signal.alarm(LONGEST))
        finally:
            signal.alarm(0)
        self.stdout.write(f"{done} done")
