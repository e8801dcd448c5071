"""A site under gunicorn as `manage.py serve` starts it, on a port of its own: asked, killed, started again."""

import os
import signal
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

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
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | own | self.environment, start_new_session=True
        )

    def wait(self) -> None:
        """Until it takes connections."""
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            assert self.process
            assert self.process.poll() is None, "the web server stopped by itself"
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.05)
        raise TimeoutError("The web server does not answer.")

    def kill(self) -> None:
        """With SIGKILL, and its workers with it, as a power cut would."""
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
