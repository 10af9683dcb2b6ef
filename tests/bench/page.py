"""The result as a table for a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tests.bench.harness import Measured, Score, Series

PIPE = 180  # columns where there is no terminal
HEADS = ("", "against", "rounds", "ours", "theirs", "time × (best)", "CPU ×", "memory ×", "MiB")
LEGEND = "median (best) · × is ours / theirs: below 1 we are faster, or smaller"


def show(measured: Sequence[Measured], machine: Mapping[str, Any], console: Console | None = None) -> None:
    console = console or Console(highlight=False)
    if not console.is_terminal:
        console.width = PIPE
    table = Table(box=None, padding=(0, 2, 0, 0))
    for number, head in enumerate(HEADS):
        table.add_column(head, justify="left" if number < 2 else "right", no_wrap=True)
    for one in measured:
        table.add_row(Text(one.subject.name, style="bold"))
        for score in one.scores:
            table.add_row(*(Text(cell) for cell in cells(score)))
    console.print(table)
    for one in measured:
        if one.left_out:
            console.print(Text(f"{one.subject.name} was left out: {one.left_out}"))
    load = " → ".join(f"{value:.1f}" for value in machine["load"])
    console.print(f"[dim]{LEGEND} · load {load} on {machine['cpus']} cores[/]")


def cells(score: Score) -> tuple[str, ...]:
    return (
        f"  {score.name}",
        score.peer.label,
        str(len(score.ours.samples)),
        _times(score.ours, score.counts),
        _times(score.peer, score.counts),
        f"{score.ratio:.3g} ({score.best_ratio:.3g})",
        f"{score.cpu_ratio:.3g}" if score.cpu_ratio else "",
        f"{score.memory_ratio:.2g}" if score.memory_ratio else "",
        f"{_mebibytes(score.ours)} / {_mebibytes(score.peer)}" if score.memory_ratio else "",
    )


def _times(series: Series, counts: str) -> str:
    if counts:
        return f"{1 / series.median:.4g} ({1 / series.best:.4g}) {counts}/s"
    return f"{_seconds(series.median)} ({_seconds(series.best)})"


def _seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{1000 * value:.3g} ms"


def _mebibytes(series: Series) -> str:
    return f"{(series.peak or 0) / (1 << 20):.0f}"
