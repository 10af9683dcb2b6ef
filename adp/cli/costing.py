"""What a check uses and what it cost, against what it may: bars while it runs, a table when it is over."""

from collections.abc import Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from adp.checks.metering import Point
from adp.comparison.words import numbers
from adp.report import Report, StageResult, Verdict
from adp.sandbox.engine import Limits

CELLS = 16  # of a bar
NEAR = 0.9  # of a limit, from which a bar warns


def bars(now: Point, limits: Limits) -> list[tuple[str, Text]]:
    """Rows for the picture of a running command: (what, bar and numbers)."""
    return [
        ("cpu", _bar(now.cpu, limits.cpus, f"{now.cpu:.2f} of {_cores(limits.cpus)}", is_worrying=False)),
        ("memory", _bar(now.memory, limits.memory, _of(now.memory, limits.memory))),
        ("disk", _bar(now.disk, limits.disk, _of(now.disk, limits.disk))),
        ("processes", _bar(now.processes, limits.processes, f"{now.processes} of {limits.processes}")),
    ]


def _bar(used: float, allowed: float, said: str, *, is_worrying: bool = True) -> Text:
    share = min(used / allowed, 1.0) if allowed else 0.0
    full = round(share * CELLS)
    style = "red" if is_worrying and share >= NEAR else "cyan"
    return Text.assemble(("█" * full, style), ("░" * (CELLS - full), "dim"), f" {said}")


def cost(report: Report) -> Table:
    """Stage by stage; the last row is all of it, against the limits of one command."""
    table = Table(title="what it cost", title_justify="left", box=None, padding=(0, 2))
    table.add_column("stage", no_wrap=True)
    for head in ("time", "CPU", "peak memory"):
        table.add_column(head, no_wrap=True, justify="right")
    for stage in report.stages:
        if stage.verdict is not Verdict.SKIPPED:
            table.add_row(*_stage(stage))
    spent: Mapping[str, Any] = report.cost
    all_of_it = ("wall_seconds", "cpu_seconds")
    table.add_row("all", *(_seconds(spent.get(name)) for name in all_of_it), _size(spent.get("peak_memory_bytes")))
    limits: Mapping[str, Any] = report.declared.get("limits") or {}
    if limits:
        cores = _cores(limits.get("cpus", 0))
        table.add_row("a command may", _seconds(limits.get("time")), cores, _size(limits.get("memory")))
    products = _size(spent.get("output_bytes", 0))
    table.caption, table.caption_justify = f"products {products}, engine {report.engine}", "left"
    return table


def _stage(stage: StageResult) -> tuple[str, str, str, str]:
    peak = _size(stage.peak_memory_bytes) if stage.peak_memory_bytes else ""
    return stage.name, _seconds(stage.seconds), _seconds(stage.cpu_seconds) if stage.cpu_seconds else "", peak


def _cores(count: float) -> str:
    return f"{count:g} core{'' if count == 1 else 's'}"


def _of(used: float, allowed: float) -> str:
    return f"{_size(used)} of {_size(allowed)}"


def _seconds(value: Any) -> str:
    return numbers.seconds(value).replace(numbers.NBSP, " ")


def _size(value: Any) -> str:
    return numbers.size(value).replace(numbers.NBSP, " ")
