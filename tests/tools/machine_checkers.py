"""Find what checks the pages for machines, and fetch it from the npm registry where it is missing.

Structured data: the vocabulary of schema.org as types (schema-dts, made from schema.org by Google's people) and
TypeScript, which says where a document does not fit them. Sitemap: the protocol's own XML Schema, out of a package
that carries it. `python -m tests.tools.machine_checkers` is a step of `make test`. Once it needs npm; the types
need Node. Without them it says so and goes on, except in CI, where it fails.
"""

import functools
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from . import npm

FOLDER = Path(__file__).resolve().parents[2] / "var" / "tools" / "machines"
# name@version of a package, SHA-256 of its archive, and the files wanted of it.
PACKAGES = {
    "typescript@5.9.3": (
        "10e108c9cf7d5f2879053dff18515fb405abf2ccef63eaaf017d9c571687a1d3",
        *("lib/_tsc.js", "lib/lib.es5.d.ts", "lib/lib.decorators.d.ts", "lib/lib.decorators.legacy.d.ts"),
    ),
    "schema-dts@2.1.0": (
        "120408039b33cba2e9fa4a9f85a867ab6df059240c5b7111ea480118b8ea8ebb",
        *("package.json", "dist/schema.d.ts"),
    ),
    "schema-dts-lib@1.1.0": (
        "983efa3276338306441013983bdcaeea6157c616dfb47926f6ba90df8cf29c68",
        *("package.json", "dist/index.d.ts"),
    ),
    "sitemap@9.0.1": (
        "413c182add50ef752a3a700a406eb3d8f0ef06bb4b80868563cea7d3ea620575",
        "schema/sitemap.xsd",
    ),
}
NOT_HERE = "`make test` says what is missing, and fails without it in CI."
STRICT = (
    *("--noEmit", "--strict", "--skipLibCheck", "--lib", "es5"),
    *("--module", "esnext", "--moduleResolution", "bundler"),
)
FROM = 'import("schema-dts")'
Node = dict[str, Any]


def where(package: str) -> Path:
    """As Node looks for it."""
    return FOLDER / "node_modules" / package.partition("@")[0]


def sitemap_schema() -> Path | None:
    path = where("sitemap@9.0.1") / "schema" / "sitemap.xsd"
    return path if path.is_file() else None


@functools.cache
def find_node() -> str | None:
    node = shutil.which("node")
    return node if node and (where("typescript@5.9.3") / "lib" / "_tsc.js").is_file() else None


def against_vocabulary(nodes: list[Node], folder: Path) -> list[tuple[Node, str]]:
    """Nodes with what schema.org does not know of them: types, properties, values of the wrong type."""
    node = find_node()
    assert node
    shapes = list({json.dumps(shape_of(item)): item for item in nodes}.values())
    (folder / "pages.ts").write_text("\n".join(_constant(*pair) for pair in enumerate(shapes)))
    (folder / "node_modules").symlink_to(FOLDER / "node_modules")
    command = [node, str(where("typescript@5.9.3") / "lib" / "_tsc.js"), *STRICT, "pages.ts"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    found = re.findall(r"^pages\.ts\((\d+),\d+\): (.*)", done.stdout, re.MULTILINE)
    assert bool(found) == bool(done.returncode), done.stdout + done.stderr
    return [(shapes[int(line) - 1], complaint) for line, complaint in found]


def _constant(number: int, item: Node) -> str:
    """A line of TypeScript that holds only what fits the types that `item` says it has."""
    leaves = ", ".join(f"{FROM}.{name}Leaf" for name in types_of(item))
    kind = f"{FROM}.MergeLeafTypes<[{leaves}]>" if "," in leaves else leaves
    value = json.dumps({"@context": "https://schema.org"} | item)
    return f"export const node{number}: {FROM}.WithContext<{kind}> = {value};"


def shape_of(value: Any) -> Any:
    """What is left of a node when its free text is taken out: of pages of one shape one is enough to check."""
    if isinstance(value, dict):
        return {name: item if name == "@type" else shape_of(item) for name, item in value.items()}
    if isinstance(value, list):
        return sorted({json.dumps(shape_of(item)) for item in value})
    is_named = isinstance(value, str) and value.startswith("https://schema.org/")
    return value if is_named else type(value).__name__


def types_of(item: Node) -> list[str]:
    kind = item["@type"]
    return list(kind) if isinstance(kind, list) else [kind]


def fetch(package: str) -> str:
    """Put the wanted files of `package` into FOLDER; return what went wrong, or nothing."""
    sha256, *names = PACKAGES[package]
    place = where(package)
    if all((place / name).is_file() for name in names):
        return ""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        packed, problem = npm.pack(package, Path(folder))
        if packed is None:
            return problem
        if hashlib.sha256(packed.read_bytes()).hexdigest() != sha256:
            return f"{package} is not the package that was pinned here (SHA-256 differs)"
        with tarfile.open(packed) as archive:
            for name in names:
                member = archive.extractfile(f"package/{name}")
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                (place / name).write_bytes(member.read() if member else b"")
    return ""


def main() -> int:
    problems = [problem for package in PACKAGES if (problem := fetch(package))]
    if not problems and find_node() is None:
        problems = ["the types need Node (Debian: apt-get install nodejs)"]
    if not problems:
        print("Checkers of structured data and sitemap: " + ", ".join(PACKAGES))
        return 0
    print(
        f"NOT CHECKED: structured data and sitemap on this machine: {'; '.join(problems)}.", file=sys.stderr
    )
    return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
