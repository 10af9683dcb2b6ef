"""What a hostile case is: one row of a table, with what it tries, at which door, and how it must end."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pytest
from _pytest.mark.structures import ParameterSet

from adp.finding import Reason

HARMLESS = "harmless"
"""The run ends well: what was tried had no effect, and asking for it is no fault."""


class Door(StrEnum):
    """Where an attack comes in."""

    SANDBOX = "sandbox"
    OUTPUTS = "outputs"
    VERDICT = "verdict"
    FETCH = "fetch"
    ENVIRONMENT = "environment"


MARKS = {"bubblewrap": pytest.mark.sandbox, "docker": pytest.mark.docker, "podman": pytest.mark.podman}


@dataclass(frozen=True, slots=True)
class Case:
    """`ends` is the closed reason (or HARMLESS), the same on every engine unless a mapping says otherwise; `attack` is
    what its door's tests take: code, files, an address. `long` ones run in `make soak`, and so do those of
    `long_on` on these engines."""

    name: str
    does: str
    door: Door
    ends: Reason | str | Mapping[str, Reason | str]
    attack: Any
    code: str = ""  # the finding's own code, where the closed reason leaves it open
    long: bool = False
    long_on: frozenset[str] = frozenset()

    def ends_on(self, engine: str) -> Reason | str:
        return self.ends[engine] if isinstance(self.ends, Mapping) else self.ends


def on_engines(cases: Iterable[Case]) -> list[ParameterSet]:
    """Every case on every engine: ("bubblewrap", case) …; all of one engine stand together, its fixture is kept."""
    cases = tuple(cases)
    return [_row(engine, case) for engine in MARKS for case in cases]


def _row(engine: str, case: Case) -> ParameterSet:
    soak = (pytest.mark.soak,) if case.long or engine in case.long_on else ()
    return pytest.param(engine, case, marks=(MARKS[engine], *soak), id=f"{engine}: {case.name}")


def once(cases: Iterable[Case]) -> list[ParameterSet]:
    """Every case, where no engine has a part in it."""
    return [pytest.param(c, marks=pytest.mark.soak if c.long else (), id=c.name) for c in cases]
