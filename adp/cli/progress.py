"""How a check is going, on stderr: live on a terminal, one plain line a stage elsewhere."""

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from adp.checks.metering import Meter, Point
from adp.cli import costing
from adp.report import STAGES, StageResult, Verdict
from adp.sandbox.engine import Limits, Usage

GLYPHS = {
    Verdict.PASSED: ("✓", "green"),
    Verdict.FAILED: ("✗", "red"),
    Verdict.ERROR: ("!", "magenta"),
    Verdict.SKIPPED: ("–", "dim"),
}
TAIL = 3


class Display:
    """A Listener. Plain: a line when a stage ends; live: a table of stages and the last lines, redrawn."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.is_plain = not console.is_terminal
        self._results: dict[str, StageResult] = {}
        self._running: tuple[str, float] | None = None
        self._step, self._tail = "", list[str]()
        self._meter = Meter()
        self._used: tuple[Point, Limits] | None = None
        self._live = None if self.is_plain else Live(get_renderable=self._draw, console=console, transient=True)

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._live:
            self._live.stop()

    def note(self, text: str) -> None:
        self.console.print(f"note: {text}", markup=False, highlight=False)

    def stage_started(self, name: str) -> None:
        self._running, self._step, self._tail, self._used = (name, time.monotonic()), "", [], None

    def stage_finished(self, result: StageResult) -> None:
        self._results[result.name], self._running = result, None
        if self.is_plain:
            seconds = f"{result.seconds:.1f} s" if result.verdict is not Verdict.SKIPPED else ""
            self.console.print(
                f"{result.name:<10} {result.verdict.value:<8} {seconds}".rstrip(), markup=False, highlight=False
            )

    def step(self, name: str, index: int, total: int) -> None:
        self._step = printable(f"{name}, {index} of {total}")

    def collecting(self) -> None:
        self._step = "collecting the products"

    def log(self, stage: str, line: str) -> None:
        self._tail = [*self._tail, line.rstrip()][-TAIL:]

    def usage(self, stage: str, now: Usage, limits: Limits) -> None:
        self._used = (self._meter.read(now), limits)

    def _draw(self) -> Table:
        table = Table.grid(padding=(0, 2))
        for name in STAGES:
            table.add_row(*self._row(name))
        for what, bar in costing.bars(*self._used) if self._used and self._running else ():
            table.add_row("", what, bar)
        for line in self._tail:
            table.add_row("", "", Text(printable(line)[: self.console.width - 16], style="dim"))
        return table

    def _row(self, name: str) -> tuple[Text, str, str]:
        if name in self._results:
            result = self._results[name]
            glyph, style = GLYPHS[result.verdict]
            return Text(glyph, style), name, f"{result.verdict.value}, {result.seconds:.1f} s"
        if self._running and self._running[0] == name:
            seconds = time.monotonic() - self._running[1]
            return Text("▸", "yellow"), name, escape(f"running, {seconds:.0f} s {self._step}".rstrip())
        return Text("·", "dim"), name, ""


def printable(text: str) -> str:
    """A stranger's line with nothing in it that could move the cursor."""
    return "".join(c if c.isprintable() else "�" for c in text)


def for_stderr() -> Display:
    return Display(Console(file=sys.stderr))
