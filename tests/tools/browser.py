"""Find the Chromium that the browser tests drive, and install one where that can be done.

`python -m tests.tools.browser` is a step of `make test`. When there is no Chromium it ends with an error and
the command to type.
"""

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OWN_BROWSERS = ROOT / "var" / "browsers"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
OWN_NAMES = ("chrome", "headless_shell", "chrome-headless-shell", "Chromium", "Google Chrome for Testing")
MAC_PATH = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


def _candidates() -> Iterator[str]:
    if named := os.environ.get("CHROMIUM"):
        yield named
    for name in NAMES:
        if path := shutil.which(name):
            yield path
    yield MAC_PATH
    if OWN_BROWSERS.is_dir():
        yield from (str(path) for path in sorted(OWN_BROWSERS.rglob("*")) if path.name in OWN_NAMES)


def _runs(path: str) -> bool:
    """Ask for its version: Ubuntu's `chromium-browser` without snap is only a note that it is elsewhere."""
    if not os.access(path, os.X_OK) or Path(path).is_dir():
        return False
    return subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0


@functools.cache
def find_chromium() -> str | None:
    return next((path for path in _candidates() if _runs(path)), None)


def _install_with_apt() -> bool:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", "chromium"]):
        if subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False).returncode:
            return False
    return True


def _download() -> bool:
    environment = {**os.environ, "PLAYWRIGHT_BROWSERS_PATH": str(OWN_BROWSERS)}
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    return subprocess.run(command, env=environment, check=False).returncode == 0


def main() -> int:
    for install in (_install_with_apt, _download):
        if find_chromium():
            break
        print(f"The browser tests need Chromium, and it is missing: trying {install.__name__.strip('_')} ...")
        install()
        find_chromium.cache_clear()
    if not find_chromium():
        remedy = (
            "sudo apt-get install chromium" if shutil.which("apt-get") else "set CHROMIUM=/path/to/chromium"
        )
        print(
            f"The browser tests need Chromium, and it could not be installed. Type: {remedy}", file=sys.stderr
        )
        return 1
    print(f"Browser: {find_chromium()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
