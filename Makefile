# Pharos. `make help` reads this file.
.DEFAULT_GOAL := help
PY := .venv/bin/python
export UV_PYTHON_DOWNLOADS := never
export PYTHONDONTWRITEBYTECODE := 1
SERVE ?= 1
PYTEST ?=

.PHONY: fuzz help setup demo serve test soak check fix bench bench-compare bench-runners bench-reviews docs lock

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

setup: ## install everything a developer needs (says first what it installs)
	@requirements/setup.sh dev

demo: ## three real products from a git URL to publication, then the site on http://127.0.0.1:8000 (SERVE=0: end instead)
	@requirements/setup.sh server
	@$(PY) -m config.demo $(if $(filter 0,$(SERVE)),--no-serve)

serve: ## the site and one runner node, with what is in var/
	@requirements/setup.sh server
	@$(PY) manage.py serve

test: setup ## the whole suite; PYTEST='-k name' narrows it
	@$(PY) -m pytest --numprocesses 2 --dist loadfile $(PYTEST)

SOAK ?=

soak: setup ## what takes long: attacks, then 300 runs while everything dies; PYTEST='-k name' narrows the one, SOAK='kills' the other
	@PHAROS_SOAK=1 $(PY) -m pytest --numprocesses 2 --dist loadfile $(PYTEST)
	@$(PY) -m tests.soak $(SOAK)

check: setup ## lint, types, import contracts, migrations, locks: silent when all is well
	@.venv/bin/ruff check --quiet . && .venv/bin/ruff format --quiet --check .
	@.venv/bin/djade --target-version 5.2 --check $$(git ls-files 'templates/*.html') >/dev/null 2>&1 || { echo 'templates: run make fix'; exit 1; }
	@.venv/bin/lint-imports --no-logo >/dev/null || .venv/bin/lint-imports
	@.venv/bin/mypy --no-error-summary
	@$(PY) manage.py makemigrations --check --dry-run >/dev/null
	@SECRET_KEY=$$(head -c 48 /dev/urandom | base64 -w0) PHAROS_PRODUCTION=1 ALLOWED_HOSTS=pharos.example \
	  PHAROS_SITE=https://pharos.example CELERY_BROKER_URL=redis://127.0.0.1/0 \
	  DATABASE_URL=postgres://pharos@127.0.0.1/pharos $(PY) manage.py check --deploy --fail-level WARNING >/dev/null

fix: setup ## let the formatters mend what they can
	@.venv/bin/ruff check --quiet --fix . ; .venv/bin/ruff format --quiet . ; .venv/bin/djade --target-version 5.2 $$(git ls-files 'templates/*.html')

bench: setup ## speed and memory as ratios against a peer in the same run
	@$(PY) -m tests.bench

bench-compare: setup ## what the comparer must reach, against FITSDiff, numpy, polars, astropy (QUICK=1: small); 5 GB of disk, 12 GB of memory
	@$(PY) -m tests.bench.goals $(if $(QUICK),--quick)

bench-runners: setup ## what runners must reach, against bwrap, docker exec and sha256sum (QUICK=1: little of it); a container engine, 4 GB of disk
	@$(PY) -m tests.bench.runners $(if $(QUICK),--quick)

bench-reviews: setup ## assigning reviewers to a call of 5,000, in CPU seconds and memory, against what must hold
	@$(PY) -m tests.bench.reviews

FUZZ ?= --cases 100000 --jobs 2 --minutes 60

fuzz: setup ## 100 000 damaged files through the comparer, goes on where it stopped; FUZZ='--cases 1000 --keep' changes it
	@nice -n 10 $(PY) -m tests.fuzz $(FUZZ)

docs: setup ## the documentation as HTML in docs/_build/html, warnings are errors
	@.venv/bin/sphinx-build -W -q -b html docs docs/_build/html

lock: ## resolve requirements/*.lock anew
	@.venv/bin/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 --upgrade pyproject.toml --group dev -o requirements/dev.lock
	@.venv/bin/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 -c requirements/dev.lock pyproject.toml --group server -o requirements/server.lock
	@.venv/bin/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 -c requirements/dev.lock pyproject.toml -o requirements/adp.lock
