import logging
import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from clinic_site.models import StaffMail
from offers.beside import Beside
from offers.models import Notice

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Send the notices and the staff's mails that are due, and go on doing so until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="Send what is due now, then stop.")
        parser.add_argument("--pause", type=float, default=1.0, help="Seconds between two looks.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            self.stdout.write(f"{Notice.objects.send_due() + StaffMail.objects.send_due()} sent")
            return
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        beside = Beside()

        def is_over() -> bool:
            beside.look()
            return stop.is_set()

        while not is_over():
            try:
                close_old_connections()
                Notice.objects.send_due(is_over, stop.wait)
                StaffMail.objects.send_due(most=1)  # however it hangs, a patient's mail is next
            except DatabaseError:
                log.exception("The database cannot be read; trying again.")
            stop.wait(options["pause"])
        beside.end()
