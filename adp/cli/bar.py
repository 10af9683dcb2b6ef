"""How far a comparison is, on stderr: a bar on a terminal, now and then a line elsewhere, nothing when soon over."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

PATIENCE = 1.0  # seconds nobody is told anything
BETWEEN = 5.0  # seconds from line to line
WHAT = "compared"


class Lines:
    """Progress for a log. The rate is that since the first word: opening and compiling are no part of it."""

    def __init__(self, out: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._out, self._clock = out, clock
        self._first: tuple[float, int] | None = None
        self._told = 0.0

    def __call__(self, done: int, total: int) -> None:
        now = self._clock()
        if self._first is None:
            self._first, self._told = (now, done), now
        if now - self._told < BETWEEN or done >= total:
            return
        self._told = now
        begun, before = self._first
        rate = (done - before) / (now - begun)
        left = f", {(total - done) / rate:.0f} s left" if rate else ""
        print(f"{WHAT} {_giga(done)} of {_giga(total)} GB, {_giga(rate)} GB/s{left}", file=self._out, flush=True)

    def close(self) -> None:
        """Lines stay where they are."""


class Bar:
    """Progress for a terminal; gone when it is over. What draws is imported when there is something to draw."""

    def __init__(self, out: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._out, self._clock, self._begun = out, clock, clock()
        self._drawn: Any = None
        self._task: Any = None

    def __call__(self, done: int, total: int) -> None:
        if self._drawn is None:
            if self._clock() - self._begun < PATIENCE or done >= total:
                return
            self._open(total)
        self._drawn.update(self._task, completed=done)

    def _open(self, total: int) -> None:
        from rich.console import Console  # noqa: PLC0415 (a comparison that is soon over does not wait for it)
        from rich.progress import (  # noqa: PLC0415 (likewise)
            BarColumn,
            DownloadColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        columns = (TextColumn(WHAT), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
        self._drawn = Progress(*columns, console=Console(file=self._out), transient=True)
        self._drawn.start()
        self._task = self._drawn.add_task(WHAT, total=total)

    def close(self) -> None:
        if self._drawn is not None:
            self._drawn.stop()


def _giga(count: float) -> str:
    return f"{count / 1e9:.3g}"


@contextmanager
def watching() -> Iterator[Bar | Lines]:
    """The progress that fits stderr; whatever happens, the cursor is back afterwards."""
    shown = Bar(sys.stderr) if sys.stderr.isatty() else Lines(sys.stderr)
    try:
        yield shown
    finally:
        shown.close()
