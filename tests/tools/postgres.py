"""Run a command with DATABASE_URL set to a PostgreSQL cluster that lives as long as the command does.

`python -m tests.tools.postgres COMMAND ...` ends as the command ends. Where PostgreSQL's server is not
installed it says so and ends well, except in CI. PostgreSQL refuses to run as root, so root starts it as
another user, in a folder that this user can reach.
"""

import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Nothing here outlives the tests, so nothing has to reach the disk.
FAST = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=60"
DURABLE = "-c max_connections=120"  # as on a machine that matters


def _version(folder: Path) -> int:
    """15 for /usr/lib/postgresql/15/bin."""
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


def find_server() -> Path | None:
    """The folder with initdb and pg_ctl, the newest where there are several."""
    folders = [Path(path) for path in glob.glob("/usr/lib/postgresql/*/bin")]
    folders.sort(key=_version, reverse=True)
    if initdb := shutil.which("initdb"):
        folders.insert(0, Path(initdb).parent)
    if pg_config := shutil.which("pg_config"):
        done = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        folders.append(Path(done.stdout.strip()))
    return next((folder for folder in folders if (folder / "initdb").is_file()), None)


def _user() -> str | None:
    """Whom to run the server as: nobody else, unless we are root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def cluster(server: Path, how: str = FAST) -> Iterator[str]:
    """A running cluster's DATABASE_URL."""
    user = _user()
    if user is None:
        (ROOT / "var").mkdir(exist_ok=True)
    folder = tempfile.mkdtemp(prefix="postgres-", dir=None if user else ROOT / "var")
    if user:
        shutil.chown(folder, user)
    port = _free_port()

    def run(program: str, *arguments: str) -> None:
        log = Path(folder, f"{program}.log")
        with log.open("w") as output:  # a file, since the server would keep a pipe open
            done = subprocess.run(
                [str(server / program), "-D", f"{folder}/data", *arguments],
                cwd=folder,
                user=user,
                group=pwd.getpwnam(user).pw_gid if user else None,
                extra_groups=[] if user else None,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                check=False,
            )
        if done.returncode:
            logs = [path.read_text() for path in sorted(Path(folder).glob("*.log"))]
            raise SystemExit("\n".join([f"PostgreSQL's {program} failed.", *logs]))

    try:
        run("initdb", "-U", "clinic", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        options = f"-h 127.0.0.1 -p {port} -k '' {how}"
        run("pg_ctl", "start", "-w", "-l", f"{folder}/server.log", "-o", options)
        try:
            yield f"postgres://clinic@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "stop", "-w", "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _stop(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def main(command: list[str]) -> int:
    server = find_server()
    if server is None:
        print(
            "NOT RUN: PostgreSQL's server is not installed here, so the tests ran on SQLite only.",
            file=sys.stderr,
        )
        return 1 if os.environ.get("CI") else 0
    signal.signal(signal.SIGTERM, _stop)
    with cluster(server) as url:
        print(f"On PostgreSQL, started for this from {server}", flush=True)
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
