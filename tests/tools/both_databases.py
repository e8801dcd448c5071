"""Run pytest on SQLite and beside it on PostgreSQL: while one waits for a browser, the other works.

`python -m tests.tools.both_databases COMMAND ...` prints what SQLite's run says as it comes, and PostgreSQL's when both
are over. It fails when either does.
"""

import shutil
import signal
import subprocess
import sys
import tempfile

# It gives way, so that no browser waits for it; what it would leave behind stands nowhere in the other's way.
BESIDE = ["nice", "-n", "5", sys.executable, "-m", "tests.tools.postgres"]
OWN = [
    "-m",
    "not browser and not same_on_both",
    "--output=var/test-results-postgresql",
    "-p",
    "no:cacheprovider",
]


def _stop(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def main(command: list[str]) -> int:
    signal.signal(signal.SIGTERM, _stop)
    with tempfile.TemporaryFile("w+") as said:
        beside = subprocess.Popen([*BESIDE, *command, *OWN], stdout=said, stderr=subprocess.STDOUT, text=True)
        try:
            ended = subprocess.run(command, check=False).returncode
            ended = beside.wait() or ended
        finally:
            if beside.poll() is None:
                beside.terminate()
                beside.wait()
            said.seek(0)
            shutil.copyfileobj(said, sys.stdout)
            sys.stdout.flush()
    return ended


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
