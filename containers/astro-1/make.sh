#!/bin/sh
# Make the image astro-1:RECIPE from the same recipe and lock as `adp check` uses.
# usage: containers/astro-1/make.sh   (PYTHON: the Python that has adp; ENGINE: docker or podman)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-$here/../../.venv/bin/python}
engine=${ENGINE:-docker}

paths=$("$python" - <<'PY'
import sys
from pathlib import Path
from adp.environment.build import root_for
from adp.manifest.model import Environment
root = root_for(Environment(base="astro-1"), Path(), lambda line: print(line, file=sys.stderr))
print(root.tree, root.packages, root.digest)
PY
)
# shellcheck disable=SC2086 # three words on purpose
set -- $paths
context=$(mktemp -d)
trap 'rm -rf -- "$context"' EXIT
tar -c -C "$1" --numeric-owner --owner=0 --group=0 -f "$context/tree.tar" .
mkdir "$context/packages"
cp -a "$2/." "$context/packages"
cp "$here/Containerfile" "$context/Dockerfile"
"$engine" build --network none --label "pharos.digest=$3" --tag "pharos-astro-1:$(printf %.12s "$3")" --tag pharos-astro-1:latest "$context"
