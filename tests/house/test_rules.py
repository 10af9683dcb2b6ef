"""The house's own rules, checked on every run."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from registry.kinds import KINDS
from registry.ledger.access import RULES
from registry.ledger.machine import Machine

ROOT = Path(__file__).resolve().parents[2]
HOUSES = ("adp", "registry", "runners", "reviews", "config")
ROOMS = sorted(p for d in HOUSES for p in (ROOT / d).rglob("*.py") if not {"migrations", "templates"} & set(p.parts))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}


def called(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("room", [*ROOMS, *TESTS, *TEMPLATES], ids=called)
def test_a_room_has_at_most_300_lines(room):
    assert len(room.read_text("utf-8").splitlines()) <= 300


@pytest.mark.parametrize("room", [*ROOMS, *TESTS], ids=called)
def test_a_room_has_a_name_that_says_something(room):
    assert room.stem not in EMPTY_NAMES


@pytest.mark.parametrize("room", [p for p in ROOMS if p.stat().st_size], ids=called)
def test_a_room_says_its_job_in_its_first_line(room):
    assert ast.get_docstring(ast.parse(room.read_text("utf-8"))), "begin the file with one line that says its job"


def writes_state(node):
    """`x.state = …`, or `.update(state=…)` and `.bulk_update`-like calls by keyword."""
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(t, ast.Attribute) and t.attr == "state" for t in targets)
    is_update = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update"
    return is_update and any(k.arg == "state" for k in node.keywords)


@pytest.mark.parametrize("room", [p for p in ROOMS if called(p) != "registry/ledger/machine.py"], ids=called)
def test_only_the_machine_writes_a_state(room):
    assert not [n.lineno for n in ast.walk(ast.parse(room.read_text("utf-8"))) if writes_state(n)]


def machines():
    found = {m.__name__: m.MACHINE for m in apps.get_models() if isinstance(getattr(m, "MACHINE", None), Machine)}
    assert "Version" in found
    return found


def test_one_name_opens_one_door():
    """Every move of every machine has a rule (who may) and a sentence (what happened)."""
    moves = {name for machine in machines().values() for name in machine.moves}
    assert moves - set(RULES) == set()
    assert moves - set(KINDS) == set()


def test_no_two_machines_share_a_move():
    moves = [name for machine in machines().values() for name in machine.moves]
    assert len(moves) == len(set(moves))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_is_a_sentence(kind):
    said = KINDS[kind].sentence.format(actor="Alice", subject="muse-gto/pixtable@1.0.0")
    assert said
    assert "{" not in said


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_imports_go_down_only(capsys):
    result = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True)
    assert result == EXIT_STATUS_SUCCESS, capsys.readouterr().out
