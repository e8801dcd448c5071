#!/bin/sh
# Print the path of a Python that is new enough: the one .python-version names, else python3.13, python3.12, python3.
# Each candidate is really run, since a pyenv shim may exist for a version that pyenv does not have or does not allow here.
set -u
cd "$(dirname "$0")/../.." || exit

ask='import sys; sys.version_info >= (3, 12) or sys.exit(1); print(getattr(sys, "_base_executable", sys.executable))'
pyenv_versions=${PYENV_ROOT:-${HOME:-/nonexistent}/.pyenv}/versions

try() {
  found=$("$@" -c "$ask" </dev/null 2>/dev/null) && [ -x "$found" ] && echo "$found" && exit 0
}

named=$(cat .python-version 2>/dev/null)
for name in ${named:+"python$named"} python3.13 python3.12 python3; do
  try "$name"
  try env -u PYENV_VERSION "$name"
  try env PYENV_VERSION=system "$name"
  for path in "$pyenv_versions"/*/bin/"$name"; do try "$path"; done
done

echo "This project needs Python 3.12 or newer, and there is none here that runs ($(python3 --version 2>&1 | head -n 1))." >&2
echo "Install one, for instance python3.13 from your system's packages, and type the same command again." >&2
exit 1
