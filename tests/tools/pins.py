"""Write the pinned and hashed part of the requirements files from the "#+" lines at their top.

Each file pins only what the files before it do not, so they are installed together. Run by `make pins`.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = ("requirements.txt", "requirements-scale.txt", "requirements-dev.txt")
OLDEST_PYTHON = "3.12"


def header_of(path: Path) -> list[str]:
    """The comments above the first pin."""
    lines = path.read_text().splitlines()
    end = next((number for number, line in enumerate(lines) if line and not line.startswith("#")), len(lines))
    return [line for line in lines[:end] if line]


def wanted(header: list[str]) -> list[str]:
    return [line.removeprefix("#+").split()[0] for line in header if line.startswith("#+")]


def compiled(requirements: list[str], constraints: list[str], known: set[str]) -> str:
    """Pins of `requirements`, with the hashes of every platform's wheels, less the packages in `known`."""
    work = ROOT / "var" / "pins"
    work.mkdir(parents=True, exist_ok=True)
    (work / "wanted.txt").write_text("\n".join(requirements) + "\n")
    (work / "constraints.txt").write_text("\n".join(constraints) + "\n")
    command = [
        *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-header", "--no-config"),
        *("--universal", "--python-version", OLDEST_PYTHON, "--generate-hashes", "--only-binary", ":all:"),
        *("--annotation-style", "line", "--constraint", "constraints.txt", "wanted.txt"),
    ]
    for name in sorted(known):
        command += ["--no-emit-package", name]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("UV_")}
    done = subprocess.run(command, cwd=work, env=environment, check=True, capture_output=True, text=True)
    pins = done.stdout.partition("\n# The following packages were excluded")[0].rstrip() + "\n"
    return re.sub(
        r"^ *# via -[cr] (wanted|constraints)\.txt\n|(-[cr] \w+\.txt, )|(, -[cr] \w+\.txt)",
        "",
        pins,
        flags=re.MULTILINE,
    )


def main() -> None:
    known: set[str] = set()
    asked: list[str] = []
    pinned: list[str] = []
    for name in FILES:
        path = ROOT / name
        header = header_of(path)
        asked += wanted(header)
        body = compiled(asked, pinned, known)
        path.write_text("\n".join(header) + "\n\n" + body)
        pins = re.findall(r"^([\w.-]+)(?:\[.*\])?==[\w.!+-]+", body, flags=re.MULTILINE)
        known.update(pins)
        pinned += [
            match[0] for match in re.finditer(r"^[\w.-]+==[\w.!+-]+(?: ;.*?(?= \\))?", body, re.MULTILINE)
        ]
        print(f"{name}: {len(pins)} packages")


if __name__ == "__main__":
    main()
