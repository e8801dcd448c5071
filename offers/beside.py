"""What the notice worker does between two mails, in next to no time: says that it is alive, and starts chores."""

import datetime as dt
import logging
import subprocess
import sys
import time

from django.conf import settings
from django.db import DatabaseError

from clinic_site.patience import hardly_waiting

from .chores import Chore, Heartbeat

LOOK_EVERY = 60.0  # seconds
BEAT = dt.timedelta(seconds=55)  # a beat is not left out because a look came a moment early
PATIENCE = 5  # seconds for the chores to end when the worker does

log = logging.getLogger(__name__)


class Beside:
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "do_chores"]

    def __init__(self) -> None:
        self.looked_at = float("-inf")
        self.chores: subprocess.Popen[bytes] | None = None

    def look(self) -> None:
        """Called as often as you like."""
        if time.monotonic() - self.looked_at < LOOK_EVERY:
            return
        self.looked_at = time.monotonic()
        try:
            with hardly_waiting():
                Heartbeat.objects.beat(BEAT)
                Chore.objects.note_new()
            self.start_chores()
        except DatabaseError:
            log.info("The database is busy; the worker looks again in a minute.")

    def start_chores(self) -> None:
        if self.chores and self.chores.poll() is None:
            return  # they end by themselves, see do_chores
        if Chore.objects.due().exists():
            self.chores = subprocess.Popen(self.command)

    def end(self) -> None:
        if self.chores and self.chores.poll() is None:
            self.chores.terminate()
            try:
                self.chores.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.chores.kill()
                self.chores.wait()
