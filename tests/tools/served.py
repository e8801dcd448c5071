"""A site under gunicorn as `manage.py serve` starts it, on a port of its own: asked, killed, started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from django.db import connection
from django.test import override_settings

ROOT = Path(__file__).resolve().parents[2]
OURS = "clinic_site.wsgi"
PATIENCE = 60.0  # seconds for a start; on a quiet machine it takes about two


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def commands(port: int) -> list[list[str]]:
    """The web server and the notice worker, word for word as `serve` starts them."""
    from clinic_site.management.commands.serve import Command

    with override_settings(HOST="127.0.0.1", PORT=port):
        return Command().commands()


@dataclass
class Served:
    """A web server that can be killed. `environment` comes on top of this process's own."""

    environment: dict[str, str]
    wsgi: str = OURS
    log: Path = Path("/dev/stderr")
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Served":
        self.start()
        self.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        command = [self.wsgi if word == OURS else word for word in commands(self.port)[0]]
        own = {"HOST": "127.0.0.1", "PORT": str(self.port)}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=os.environ | own | self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait(self) -> None:
        """Until it answers. Raises TimeoutError."""
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            assert self.process
            assert self.process.poll() is None, "the web server stopped by itself"
            with (
                closing(HTTPConnection("127.0.0.1", self.port, timeout=5)) as line,
                suppress(OSError, HTTPException),
            ):
                line.request("GET", "/healthz")
                line.getresponse().read()
                return
            time.sleep(0.05)
        raise TimeoutError("The web server does not answer.")

    def kill(self) -> None:
        """The web server and its workers."""
        if self.process:
            kill(self.process)


@dataclass
class Worker:
    """The notice worker, with short pauses (quick_notices.py), that can be killed."""

    environment: dict[str, str]
    log: Path = Path("/dev/stderr")
    process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Worker":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.tools.quick_notices"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=os.environ | self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        if self.process:
            kill(self.process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """With SIGKILL, and whatever it has started: as a power cut would."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def same_database() -> dict[str, str]:
    """The environment of a process that works on the database that this one has open."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return {"DATABASE_URL": f"sqlite:///{at['NAME']}"}
    return {"DATABASE_URL": f"postgres://{at['USER']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"}
