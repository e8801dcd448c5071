"""Run the site: prepare it, then a web server and a notice worker side by side until Ctrl-C."""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from clinic_site.groups import ensure_groups
from clinic_site.models import Clinic, SignInLink
from clinic_site.search_rebuild import ensure

OWNER = "owner"
# The admin's scripts as their authors wrote them; the site serves the short versions.
UNUSED = ["jquery.js", "xregexp.js", "select2.full.js"]
PATIENCE = 20  # seconds a process may take to finish what it is doing


class Command(BaseCommand):
    help = "Run the site at HOST:PORT with its notice worker, until Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        self.refuse_taken_port()
        self.prepare()
        stop = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, lambda *_: stop.set())
        web, worker = (self.start(command) for command in self.commands())
        try:
            while not stop.wait(0.3) and web.poll() is None:
                if worker.poll() is not None:
                    self.stderr.write("The notice worker ended by itself; starting another.")
                    stop.wait(1)
                    worker = self.start(self.commands()[1])
        finally:
            self.finish([web, worker])
        if not stop.is_set():
            raise CommandError("The web server ended by itself.")

    def refuse_taken_port(self) -> None:
        family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.HOST.strip("[]"), settings.PORT))
            except OSError as error:
                where = f"{settings.HOST}:{settings.PORT}"
                raise CommandError(
                    f"Cannot listen at {where}: {error.strerror}. Choose another PORT."
                ) from None

    def start(self, command: list[str]) -> subprocess.Popen[bytes]:
        """In a session of its own: Ctrl-C reaches only this process, which stops the others in order."""
        return subprocess.Popen(command, start_new_session=True)

    def prepare(self) -> None:
        call_command("migrate", verbosity=0)
        self.collect_static()
        ensure_groups()
        if not Clinic.objects.exists():
            call_command("load_starter")
        ensure()
        self.say()

    def collect_static(self) -> None:
        """Only when a file is new or changed: compressing them all takes longer than everything else here."""
        files = []
        for finder in get_finders():
            for path, storage in finder.list(UNUSED):
                stat = os.stat(storage.path(path))
                files.append(f"{path} {stat.st_size} {stat.st_mtime_ns}")
        print_of_all = hashlib.sha256("\n".join(sorted(files)).encode()).hexdigest()
        stamp = settings.STATIC_ROOT / "collected"
        if not stamp.exists() or stamp.read_text() != print_of_all:
            call_command("collectstatic", interactive=False, verbosity=0, clear=True, ignore_patterns=UNUSED)
            stamp.write_text(print_of_all)

    def say(self) -> None:
        write = self.stdout.write
        mail = settings.VAR_DIR / "mail" if not os.environ.get("MAIL_URL") else "the mail server of MAIL_URL"
        write(f"\nThe site     {settings.SITE_ORIGIN}/")
        write(f"Staff        {settings.SITE_ORIGIN}{reverse('admin:index')}")
        write(f"Mail goes to {mail}")
        if not User.objects.exists():
            owner = User.objects.create_superuser(OWNER)
            token = SignInLink.objects.issue(owner)
            write(f"\nYour first sign-in, once, within 15 minutes, as “{OWNER}”:")
            write(settings.SITE_ORIGIN + reverse("sign_in", args=[token]))
        write("\nLater: make sign-in-link USER=owner prints a new one. Ctrl-C stops the site.\n")
        self.stdout.flush()

    def commands(self) -> list[list[str]]:
        bind = f"{settings.HOST}:{settings.PORT}"
        web = ["gunicorn", "clinic_site.wsgi", "--bind", bind, "--worker-class", "gthread"]
        web += ["--workers", "2", "--threads", "4", "--max-requests", "2000", "--max-requests-jitter", "200"]
        web += ["--no-control-socket", "--log-level", "warning", "--graceful-timeout", "10"]
        worker = [str(settings.BASE_DIR / "manage.py"), "send_notices"]
        return [[sys.executable, "-m", *web], [sys.executable, *worker]]

    def finish(self, children: list[subprocess.Popen[bytes]]) -> None:
        """Let both finish what they are doing; the database keeps whatever was confirmed either way."""
        for child in children:
            if child.poll() is None:
                child.terminate()
        for child in children:
            try:
                child.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
