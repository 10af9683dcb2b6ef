"""Who wants to know how a check is going: a terminal, a node's heartbeat, nobody."""

from typing import Protocol

from adp.report import StageResult
from adp.sandbox.engine import Limits, Usage


class Listener(Protocol):
    """Called from the thread that checks, in order; must not raise and must not block for long."""

    def stage_started(self, name: str) -> None: ...

    def stage_finished(self, result: StageResult) -> None: ...

    def step(self, name: str, index: int, total: int) -> None: ...

    def collecting(self) -> None:
        """The steps are over; the declared products are being taken out of the sandbox."""

    def log(self, stage: str, line: str) -> None: ...

    def usage(self, stage: str, now: Usage, limits: Limits) -> None:
        """About once a second while a command runs, from a thread of the engine."""


class Silence:
    """A listener that hears nothing."""

    def stage_started(self, name: str) -> None:
        """Hear nothing."""

    def stage_finished(self, result: StageResult) -> None:
        """Hear nothing."""

    def step(self, name: str, index: int, total: int) -> None:
        """Hear nothing."""

    def collecting(self) -> None:
        """Hear nothing."""

    def log(self, stage: str, line: str) -> None:
        """Hear nothing."""

    def usage(self, stage: str, now: Usage, limits: Limits) -> None:
        """Hear nothing."""
