"""Duels: the same work by us and by a peer, turn by turn in one run. What counts is the ratio; seconds vary."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict, dataclass
from typing import Any

from adp.errors import PlatformError

FEWEST = 2  # rounds, however slow a duel is


class WrongAnswerError(RuntimeError):
    """What was measured did not do its work: its speed means nothing."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is asked of the machine. A duel ends after `rounds`, or before a round that would pass `seconds`."""

    rounds: int = 5
    seconds: float = 15.0
    cube: int = 64 << 20  # bytes of one cube
    rows: int = 1_000_000
    products: int = 200


@dataclass(frozen=True, slots=True)
class Sample:
    """One repetition. `cpu` seconds: all processes of the work, where it can be told apart from the rest; `peak`: bytes
    of resident memory of the largest process, where the work had processes of its own."""

    seconds: float
    cpu: float | None = None
    peak: int | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """`run` does the work once, cleans up outside the measured time, and raises WrongAnswerError when it went wrong."""

    label: str
    run: Callable[[], Sample]


@dataclass(frozen=True, slots=True)
class Duel:
    """`counts` names what is counted per second (a sample is then one of them). `warm`: each side runs once unmeasured,
    for the caches of files and bytecode."""

    name: str
    ours: Side
    peer: Side
    counts: str = ""
    warm: bool = True


@dataclass(frozen=True, slots=True)
class Subject:
    """`prepare` holds everything the duels need while they are fought; PlatformError: not on this machine."""

    name: str
    about: str
    prepare: Callable[[Effort], AbstractContextManager[Sequence[Duel]]]


@dataclass(frozen=True, slots=True)
class Series:
    label: str
    samples: tuple[Sample, ...]

    @property
    def median(self) -> float:
        return statistics.median(s.seconds for s in self.samples)

    @property
    def best(self) -> float:
        return min(s.seconds for s in self.samples)

    @property
    def cpu(self) -> float | None:
        known = [s.cpu for s in self.samples if s.cpu is not None]
        return statistics.median(known) if known else None

    @property
    def peak(self) -> int | None:
        return max((s.peak for s in self.samples if s.peak is not None), default=None)

    def to_dict(self) -> dict[str, Any]:
        return {"label": self.label, "median": self.median, "best": self.best, "cpu": self.cpu, "peak": self.peak}


@dataclass(frozen=True, slots=True)
class Score:
    """Ratios are ours to the peer's: below 1 we are faster, or smaller."""

    name: str
    ours: Series
    peer: Series
    counts: str = ""

    @property
    def ratio(self) -> float:
        return self.ours.median / self.peer.median

    @property
    def best_ratio(self) -> float:
        return self.ours.best / self.peer.best

    @property
    def cpu_ratio(self) -> float | None:
        return self.ours.cpu / self.peer.cpu if self.ours.cpu and self.peer.cpu else None

    @property
    def memory_ratio(self) -> float | None:
        return self.ours.peak / self.peer.peak if self.ours.peak and self.peer.peak else None

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "counts": self.counts,
            "rounds": len(self.ours.samples),
            "ours": self.ours.to_dict(),
            "peer": self.peer.to_dict(),
            "ratio": self.ratio,
            "best_ratio": self.best_ratio,
            "cpu_ratio": self.cpu_ratio,
            "memory_ratio": self.memory_ratio,
        }


@dataclass(frozen=True, slots=True)
class Measured:
    subject: Subject
    scores: tuple[Score, ...] = ()
    left_out: str = ""

    def to_dict(self) -> dict[str, Any]:
        scores = [s.to_dict() for s in self.scores]
        return {"name": self.subject.name, "about": self.subject.about, "left_out": self.left_out, "scores": scores}


def measure(subject: Subject, effort: Effort, say: Callable[[str], None]) -> Measured:
    with ExitStack() as held:
        say(f"{subject.name}: preparing")
        try:
            duels = held.enter_context(subject.prepare(effort))
        except PlatformError as error:
            return Measured(subject, left_out=str(error))
        return Measured(subject, tuple(_told(subject, duel, effort, say) for duel in duels))


def _told(subject: Subject, duel: Duel, effort: Effort, say: Callable[[str], None]) -> Score:
    say(f"{subject.name}: {duel.name}")
    return fight(duel, effort)


def fight(duel: Duel, effort: Effort, clock: Callable[[], float] = time.monotonic) -> Score:
    began = clock()
    if duel.warm:
        duel.ours.run(), duel.peer.run()
    pairs = list(_rounds(duel, effort, began, clock))
    ours, peer = (tuple(pair[i] for pair in pairs) for i in (0, 1))
    return Score(duel.name, Series(duel.ours.label, ours), Series(duel.peer.label, peer), duel.counts)


def _rounds(duel: Duel, effort: Effort, began: float, clock: Callable[[], float]) -> Iterator[tuple[Sample, Sample]]:
    """Who begins changes, so that a drift of the machine's load favours nobody."""
    longest = 0.0
    for number in range(effort.rounds):
        at = clock()
        if number >= FEWEST and at - began + longest > effort.seconds:
            return
        if number % 2:
            peer, ours = duel.peer.run(), duel.ours.run()
        else:
            ours, peer = duel.ours.run(), duel.peer.run()
        longest = max(longest, clock() - at)
        yield ours, peer


def timed(work: Callable[[], object]) -> Sample:
    """In this process, once."""
    began = time.perf_counter()
    work()
    return Sample(time.perf_counter() - began)


def burst(work: Callable[[], object], *, seconds: float, most: int) -> Sample:
    """In this process, again and again for about `seconds`; the time of one."""
    began, cpu, done = time.perf_counter(), time.process_time(), 0
    while done < most and (done == 0 or time.perf_counter() - began < seconds):
        work()
        done += 1
    return Sample((time.perf_counter() - began) / done, (time.process_time() - cpu) / done)


def summary(measured: Sequence[Measured], effort: Effort, machine: dict[str, Any]) -> dict[str, Any]:
    subjects = [m.to_dict() for m in measured]
    return {"schema": "pharos-bench/1", "machine": machine, "effort": asdict(effort), "subjects": subjects}
