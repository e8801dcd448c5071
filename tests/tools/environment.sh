#!/bin/sh
# Make .venv hold the pinned packages that "run" or "test" needs. Takes no time when it does already.
set -eu
cd "$(dirname "$0")/../.."

case $1 in
  run) files=requirements.txt ;;
  test) files="requirements.txt requirements-scale.txt requirements-dev.txt" ;;
esac
case $1-${DATABASE_URL:-} in
  run-postgres*) files="$files requirements-scale.txt" ;;
esac

# .venv/installed holds a copy of each requirements file as it was when its packages were installed.
python=.venv/bin/python
if ! $python -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
  rm -rf .venv
fi
up_to_date=yes
for file in $files; do
  [ -f ".venv/installed/$file" ] && [ "$(cat "$file")" = "$(cat ".venv/installed/$file")" ] || up_to_date=no
done
[ $up_to_date = no ] || exit 0

# The found Python's own pip installs into .venv from outside: a third of the time that a pip inside takes.
base=$(sh tests/tools/python.sh)
if "$base" -m pip --python "$base" --version >/dev/null 2>&1; then
  with_pip=--without-pip
  pip="$base -m pip --python $python"
else
  with_pip=
  pip="$python -m pip"
fi
if [ ! -x $python ] || { [ -z "$with_pip" ] && ! $pip --version >/dev/null 2>&1; }; then
  echo "Making .venv with $("$base" --version) ..."
  # shellcheck disable=SC2086 # empty when pip goes in
  if ! "$base" -m venv --clear $with_pip .venv; then
    rm -rf .venv
    echo "$base cannot make environments. On Debian and Ubuntu: sudo apt-get install python3-venv" >&2
    exit 1
  fi
fi
echo "Installing the pinned packages into .venv ..."
requirements=
for file in $files; do requirements="$requirements -r $file"; done
# shellcheck disable=SC2086 # lists of words
$pip --disable-pip-version-check install --quiet --no-compile --require-hashes --only-binary :all: $requirements
mkdir -p .venv/installed
# shellcheck disable=SC2086 # a list of words
cp $files .venv/installed/
