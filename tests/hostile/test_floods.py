"""Floods and jobs that will not end: each ends soon, with the limit's own reason, and a log that is safe to show."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from adp.environment import place
from adp.environment.tree import Root
from adp.finding import Reason
from adp.sandbox.engine import Job, Mount
from adp.sandbox.inside import OUT, standard_env
from adp.sandbox.out import output_folder
from tests.hostile import floods
from tests.hostile.case import HARMLESS, Case, on_engines
from tests.hostile.conftest import Engines

SECONDS = 15  # for an end that is not the clock's
GRACE = 4  # after the clock's


@pytest.fixture
def out(state: Path) -> Iterator[Path]:
    with place.new_job_folder() as folder, output_folder(folder / "out", floods.LIMITS.disk) as made:
        yield made


@pytest.mark.parametrize(("engine", "case"), on_engines(floods.CASES))
def test_a_flood_ends_with_the_reason_of_its_limit(
    engine: str, case: Case, engines: Engines, root: Root, out: Path
) -> None:
    code, limits = case.attack
    argv = ("python3", "-c", code)
    lines: list[str] = []
    job = Job(case.name, argv, (Mount(out, OUT, writable=True),), standard_env(1, 1), OUT, limits)
    outcome = engines(engine).run(root, job, lines.append)
    assert (outcome.reason or HARMLESS) == case.ends_on(engine), outcome.log[-2000:]
    assert outcome.seconds < (limits.seconds + GRACE if outcome.reason is Reason.TIME_LIMIT else SECONDS)
    assert len(outcome.log) <= limits.log + 1000
    assert all(_is_safe(text) for text in (outcome.log[-4000:], *lines[-100:]))


def _is_safe(text: str) -> bool:
    """No NUL for the database, nothing that is no character."""
    return not any(c == "\0" or unicodedata.category(c) == "Cs" for c in text)
