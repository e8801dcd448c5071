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
LIGHT = (
    "chromium-headless-shell"  # Debian's Chromium without windows: what pages do is the same, and done sooner
)
NAMES = (LIGHT, "chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
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


def _install_debian_package() -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print("The browser tests need Chromium, and it is missing. Installing Debian's package ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", LIGHT], ["install", "-y", "chromium"]):
        if find_chromium() is None:
            done = ["apt-get", "-q", *command]
            subprocess.run(done, env=environment, stdin=subprocess.DEVNULL, check=False)
            find_chromium.cache_clear()


def _download() -> None:
    print("The browser tests need Chromium, and it is missing. Downloading Playwright's ...", flush=True)
    environment = {**os.environ, "PLAYWRIGHT_BROWSERS_PATH": str(OWN_BROWSERS)}
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], env=environment, check=False)


def main() -> int:
    for install in (_install_debian_package, _download):
        if not find_chromium():
            install()
            find_chromium.cache_clear()
    if path := find_chromium():
        print(f"Browser: {path}")
        return 0
    remedy = "PLAYWRIGHT_BROWSERS_PATH=var/browsers .venv/bin/playwright install --with-deps chromium"
    if shutil.which("apt-get"):
        remedy = "sudo apt-get install chromium-headless-shell"
    print(
        f"The browser tests need Chromium, and it could not be installed here. Type: {remedy}",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
