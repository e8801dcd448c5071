"""`make run`: a web server and a notice worker that start together and stop together."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 600  # seconds; on a quiet machine it takes about ten


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as response:  # noqa: S310 (our own server)
            text: str = response.read().decode()
            return text
    except OSError:  # not up yet
        return ""


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_it_starts_says_where_things_are_and_stops_cleanly(tmp_path: Path) -> None:
    port = free_port()
    env = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "PORT": str(port), "PYTHONUNBUFFERED": "1"}
    site = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env=env,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        ends = time.monotonic() + PATIENCE
        while not (page := answers(f"{site}/")) and time.monotonic() < ends:
            assert process.poll() is None
            time.sleep(0.2)
        assert "Where does it hurt?" in page
        assert answers(f"{site}/healthz") == "ok"
        web, notices = children_of(process.pid)
        os.kill(notices, signal.SIGKILL)
        while len(workers := children_of(process.pid)) < 2 or notices in workers:
            assert time.monotonic() < ends
            time.sleep(0.2)
        assert web in workers
        assert answers(f"{site}/healthz") == "ok"
    finally:
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert not [worker for worker in workers if Path(f"/proc/{worker}").exists()]
    assert f"{site}/admin/" in said
    assert str(tmp_path / "mail") in said
    assert re.search(rf"{site}/admin/sign-in/[\w-]{{43}}/", said)
    assert "Traceback" not in said


def test_a_taken_port_is_said_at_once(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        env = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "PORT": str(taken.getsockname()[1])}
        refused = subprocess.run(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env=env,
            text=True,
            capture_output=True,
            check=False,
        )
    assert refused.returncode != 0
    assert "Choose another PORT." in refused.stderr
    assert "sign-in" not in refused.stdout
