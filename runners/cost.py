"""What a run asked for and what it cost, once for page, API and operators."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from adp.checks.metering import Point
from adp.sandbox.engine import Limits
from runners.lifecycle import State
from runners.models import Run, RunUsage


@dataclass(frozen=True, slots=True)
class Asked:
    """Of each command: cores, bytes, seconds."""

    cpus: float
    memory: int
    disk: int
    seconds: float

    @classmethod
    def of(cls, run: Run) -> Self:
        """As the manifest says, which the book has judged; what it leaves out has a default."""
        given = (run.version.manifest or {}).get("resources") or {}
        usual = Limits()
        return cls(
            float(_number(given.get("cpus"), usual.cpus)),
            int(_number(given.get("memory"), usual.memory)),
            int(_number(given.get("disk"), usual.disk)),
            float(_number(given.get("time"), usual.seconds)),
        )


@dataclass(frozen=True, slots=True)
class Cost:
    """`is_final`: of the report; else so far, as the node told. `wall_seconds` are those of the machine, not of the
    queue. None is not known."""

    cpu_seconds: float | None
    wall_seconds: float | None
    peak_memory_bytes: int | None
    output_bytes: int | None
    is_final: bool


def points_of(run: Run) -> list[Point]:
    """The curve of the latest attempt."""
    kept = RunUsage.objects.filter(run=run, attempt=run.attempt).first()
    return [Point.of(row) for row in kept.points] if kept else []


def cost(run: Run, points: Sequence[Point]) -> Cost:
    told: dict[str, Any] = (run.progress or {}).get("cost") or {}
    if run.state == State.FINISHED and told:
        cpu, wall = told.get("cpu_seconds"), told.get("wall_seconds")
        return Cost(cpu, wall, told.get("peak_memory_bytes"), told.get("output_bytes"), is_final=True)
    if not points:
        return Cost(None, None, None, None, is_final=False)
    busy = sum(p.cpu * min(p.at - before, 2 * _usual(points)) for before, p in _spans(points))
    return Cost(round(busy, 1), points[-1].at, max(p.memory for p in points), points[-1].disk, is_final=False)


def _spans(points: Sequence[Point]) -> list[tuple[float, Point]]:
    return list(zip((0.0, *(p.at for p in points)), points, strict=False))


def _usual(points: Sequence[Point]) -> float:
    """Seconds between two readings."""
    return max(1.0, points[-1].at / len(points))


def _number(value: Any, usual: float) -> float:
    return value if isinstance(value, int | float) and value > 0 else usual
