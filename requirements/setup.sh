#!/bin/sh
# Makes this clone ready: Debian packages where something is missing (said first), a virtual environment in .venv,
# uv in it, and one hash-locked set of wheels. Usage: requirements/setup.sh LOCK   (server or dev)
# Ends with 2, and the command to run, where it may not install what is missing.
set -eu
cd "$(dirname "$0")/.."
lock=${1:-dev}
python=${PYTHON:-python3}
say() { printf '%s\n' "pharos: $*"; }
stop() { printf '%s\n' "pharos: $*" >&2; exit 2; }

command -v "$python" >/dev/null || stop "no $python here. Install Python 3.11 or newer, or name one: make PYTHON=…"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || stop "$python is older than 3.11. Name a newer one: make PYTHON=python3.12 …"

missing=""
need() { case " $missing " in *" $1 "*) ;; *) missing="$missing $1" ;; esac; }
"$python" -c 'import ensurepip, venv' 2>/dev/null || [ -x .venv/bin/python ] || need python3-venv
command -v git >/dev/null || need git
command -v mmdebstrap >/dev/null || need mmdebstrap
command -v bwrap >/dev/null || need bubblewrap
[ "$(id -u)" = 0 ] || command -v newuidmap >/dev/null || need uidmap
[ -e /etc/ssl/certs/ca-certificates.crt ] || need ca-certificates

if [ -n "$missing" ]; then
  if ! command -v apt-get >/dev/null; then
    stop "this machine lacks:$missing (Debian's names). Install them with your system's package manager and call make again."
  fi
  command="apt-get update && apt-get install --yes --no-install-recommends$missing"
  say "this machine lacks:$missing. Installing from Debian: $command"
  if [ "$(id -u)" = 0 ]; then as=""; elif sudo -n true 2>/dev/null; then as="sudo -n"; else
    stop "that needs root. Run this, then call make again:  sudo sh -c '$command'"
  fi
  $as env DEBIAN_FRONTEND=noninteractive sh -c "{ $command; } >/dev/null" || stop "Debian's packages could not be installed: the lines above say why."
fi

stamp=".venv/.installed-$lock"
if [ -x .venv/bin/python ] && [ -e "$stamp" ] && [ "$stamp" -nt "requirements/$lock.lock" ] && [ "$stamp" -nt pyproject.toml ]; then exit 0; fi

say "installing requirements/$lock.lock into .venv"
[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/bootstrap.lock

# uv does not read pip's configuration: hand on where this machine's pip is told to look.
for pair in index-url:UV_DEFAULT_INDEX extra-index-url:UV_INDEX; do
  value=$(.venv/bin/python -m pip config get "global.${pair%%:*}" 2>/dev/null || true)
  name=${pair#*:}
  eval "set_already=\${$name:-}"
  if [ -n "$value" ] && [ -z "$set_already" ] && [ "${value#file:}" = "$value" ]; then export "$name=$value"; fi
done
export UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=true UV_PYTHON=.venv/bin/python
case $lock in
  dev) .venv/bin/uv pip sync --quiet --require-hashes requirements/dev.lock ;;
  *) .venv/bin/uv pip install --quiet --require-hashes -r "requirements/$lock.lock" ;;
esac
.venv/bin/python - <<'PY'
"""`adp` and `pharos-node` in .venv run this clone's code: a path file and an entry point, so no build backend is asked for."""
import pathlib, site, sys
clone, packages = pathlib.Path.cwd(), pathlib.Path(site.getsitepackages()[0])
(packages / "pharos-adp.pth").write_text(f"{clone}\n", "utf-8")
for name, module in (("adp", "adp.cli.main"), ("pharos-node", "runners.node.__main__")):
    script = pathlib.Path(sys.executable).parent / name
    script.write_text(f"#!{sys.executable}\nimport sys\nfrom {module} import main\nsys.exit(main())\n", "utf-8")
    script.chmod(0o755)
PY
touch "$stamp"
say "ready"
