"""Fetch a package from the npm registry: the archive only, nothing of it is run."""

import shutil
import subprocess
from pathlib import Path


def pack(package: str, folder: Path) -> tuple[Path | None, str]:
    """The archive of `package` (name@version) in `folder`, or None and what went wrong."""
    npm = shutil.which("npm")
    if npm is None:
        return None, "npm, which fetches it, is not installed"
    command = [npm, "pack", package, "--silent", "--cache", f"{folder}/cache"]
    command += ["--pack-destination", str(folder)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    archives = list(folder.glob("*.tgz"))
    if done.returncode or not archives:
        return None, f"npm could not fetch {package}: {done.stderr.strip()[-300:]}"
    return archives[0], ""
