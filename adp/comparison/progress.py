"""How far a comparison has come, in bytes of values compared, told to whoever asked to be told."""

import threading
from typing import Protocol


class Progress(Protocol):
    """Called from the threads that compare, one call at a time, with bytes of both files as they are decoded: `done`
    of `total`. It must be quick, and an exception from it ends the comparison."""

    def __call__(self, done: int, total: int) -> None: ...


def silent(done: int, total: int) -> None:
    """Nobody asked."""


class Meter:
    """Adds up what the chunk loops have compared. `total` is an expectation: what is skipped counts as done at the end,
    and what is read twice does not count beyond it."""

    def __init__(self, told: Progress = silent, total: int = 0) -> None:
        self._told, self._total, self._done = told, total, 0
        self._lock = threading.Lock()

    def advance(self, count: int) -> None:
        if self._told is silent:
            return
        with self._lock:
            self._done = min(self._total, self._done + count)
            self._told(self._done, self._total)

    def finish(self) -> None:
        self.advance(self._total)
