"""Bars while a command runs, a table when it is over: what was used, beside what may be."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from adp.checks.metering import Point
from adp.cli.costing import CELLS, bars, cost
from adp.report import Report, StageResult, Verdict
from adp.sandbox.engine import Limits, Usage
from tests.adp.cli.test_progress import drawn, live, plain

LIMITS = Limits(cpus=2.0, memory=256 << 20, disk=1 << 30)


def shown(thing: object) -> list[str]:
    console = Console(file=io.StringIO(), width=120, _environ={})
    console.print(thing)
    return [" ".join(line.split()) for line in console.file.getvalue().splitlines()]


def test_a_running_command_is_shown_against_its_limits() -> None:
    display, _ = live()
    display.stage_started("steps")
    display.usage("steps", Usage(0.0, 128 << 20, 14 << 20, 3), LIMITS)
    rows = [" ".join(row.split()) for row in drawn(display).splitlines()]
    assert f"memory {'█' * (CELLS // 2)}{'░' * (CELLS // 2)} 128 MiB of 256 MiB" in rows
    assert any(row.endswith("14 MiB of 1 GiB") for row in rows)
    assert any(row.endswith("0.00 of 2 cores") for row in rows)
    display.stage_finished(StageResult("steps", Verdict.PASSED, 1.0))
    assert "MiB" not in drawn(display)


def test_where_nobody_watches_nothing_is_said_of_it() -> None:
    display, screen = plain()
    with display:
        display.stage_started("steps")
        display.usage("steps", Usage(1.0, 1, 1, 1), LIMITS)
    assert screen.getvalue() == ""


@pytest.mark.parametrize(
    ("used", "full", "style"), [(0.0, 0, "cyan"), (0.5, 8, "cyan"), (0.95, 15, "red"), (7.0, 16, "red")]
)
def test_a_bar_warns_before_the_limit_and_never_runs_over(used, full, style) -> None:
    bar = dict(bars(Point(1.0, 0.0, int(used * LIMITS.memory), 0, 0), LIMITS))["memory"]
    assert bar.plain.count("█") == full
    assert bar.spans[0].style == style or not full


def test_the_table_says_what_each_stage_cost_and_what_a_command_may() -> None:
    stages = (
        StageResult("unit", Verdict.PASSED, 6.8, 5.5, 100 << 20),
        StageResult("data", Verdict.SKIPPED),
    )
    spent = {"cpu_seconds": 5.5, "wall_seconds": 6.8, "peak_memory_bytes": 100 << 20, "output_bytes": 2048}
    report = Report(Verdict.PASSED, "t", "p", "1.0.0", "bubblewrap", "", "", stages=stages, cost=spent)
    limits = {"cpus": 1.0, "memory": 256 << 20, "disk": 1 << 30, "time": 600.0}
    lines = shown(cost(replace(report, declared={"limits": limits})))
    assert "unit 6.8 s 5.5 s 100 MiB" in lines
    assert "all 6.8 s 5.5 s 100 MiB" in lines
    assert "a command may 10 min 1 core 256 MiB" in lines
    assert lines[-1] == "products 2 KiB, engine bubblewrap"
    assert not any(line.startswith("data") for line in lines)
