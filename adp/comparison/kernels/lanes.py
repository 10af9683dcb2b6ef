"""Which fields the compiled kernels take, and the pass over them: threads, each with buffers of its own."""

import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from adp.comparison.formats.limits import ReadLimits, Unreadable
from adp.comparison.kernels import ready
from adp.comparison.kernels.ledger import Ledger, settle
from adp.comparison.model import Array, Part, Span, span_of
from adp.comparison.progress import Meter
from adp.comparison.values.judge import Judge
from adp.comparison.values.measures import Within
from adp.comparison.values.numbers import real

TABLE = 2  # slabs of tables are larger: they cost a call for each column
BITS = {">f4": "<u4", ">f8": "<u8", ">i2": "<i2", ">i4": "<i4", "u1": "u1"}


@dataclass(frozen=True)
class Lane:
    """One field, where it lies on either side, and its sample of differences, which the threads fill together."""

    judge: Judge
    product: Span
    reference: Span
    sample: npt.NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        numbers = self.judge.numbers
        slots = -(-numbers.total // numbers.summary.differences.stride)
        object.__setattr__(self, "sample", np.full(slots, np.nan))

    @property
    def rule(self) -> npt.NDArray[np.float64]:
        measure = self.judge.numbers.measure
        assert isinstance(measure, Within)  # noqa: S101 (Judge.is_plain)
        return np.array([measure.abs, measure.rel, float(measure.of_rel)])


def judged(
    judges: Sequence[Judge], product: Part, reference: Part, rows: int, limits: ReadLimits, meter: Meter
) -> list[Judge]:
    """Judges the first `rows` rows of those fields that the kernels can take, if that pays; which these are."""
    found = [lane for judge in judges if (lane := _lane(judge, product, reference, limits))]
    size = sum(rows * s.per_row * np.dtype(s.raw).itemsize for lane in found for s in (lane.product, lane.reference))
    if not found or not rows or not ready.worth(size, limits.compiled):
        return []
    ledgers = _Pass(found, rows, limits, meter).run()
    for i, lane in enumerate(found):
        settle(lane.judge.numbers, [own[i] for own in ledgers], lane.sample, _values_at(lane.judge, product, reference))
    return [lane.judge for lane in found]


def _lane(judge: Judge, product: Part, reference: Part, limits: ReadLimits) -> Lane | None:
    if not judge.is_plain:
        return None
    mine, theirs = (
        span_of(s, f.name) for s, f in ((product.source, judge.product), (reference.source, judge.reference))
    )
    if mine is None or theirs is None or (mine.raw, mine.zero) != (theirs.raw, theirs.zero):
        return None
    fits = mine.raw in BITS and mine.per_row == theirs.per_row == max(judge.width, 1)
    return Lane(judge, mine, theirs) if fits and max(mine.step, theirs.step) <= limits.slab else None


def _values_at(judge: Judge, product: Part, reference: Part) -> Any:
    def find(position: int) -> tuple[Any, Any]:
        row, cell = divmod(position, judge.width)
        one = slice(row, row + 1)
        pairs = ((product, judge.product.name), (reference, judge.reference.name))
        mine, theirs = (real(part.source.read(one)(name).data)[cell] for part, name in pairs)
        return mine, theirs

    return find


class _Reader:
    """Rows of one file, read into a buffer that is used again and again."""

    def __init__(self, spans: Sequence[Span], rows: int) -> None:
        first = spans[0]
        self._descriptor, self._step, self._side = first.descriptor, first.step, first.side
        self._base = min(s.at for s in spans)
        self._tail = max(s.at + s.per_row * np.dtype(s.raw).itemsize for s in spans) - self._base
        self._buffer = np.empty(self._size(rows), dtype=np.uint8)
        self._bytes = self._buffer.data
        self._spare = np.empty(rows * max(s.per_row for s in spans), dtype=np.uint64)

    def _size(self, rows: int) -> int:
        return (rows - 1) * self._step + self._tail

    def fill(self, first: int, rows: int) -> int:
        """Reads these rows; returns the bytes."""
        wanted, at, done = self._size(rows), self._base + first * self._step, 0
        while done < wanted:
            count = os.preadv(self._descriptor, [self._bytes[done:wanted]], at + done)
            if not count:
                error = Unreadable("the file ends inside its data", code="TRUNCATED")
                error.side = self._side
                raise error
            done += count
        return wanted

    def bits(self, span: Span, rows: int) -> Array:
        """The numbers of one field in a row, in the file's byte order; they hold until the next call."""
        kind = np.dtype(BITS[span.raw])
        if span.step == span.per_row * kind.itemsize:
            return self._buffer[: rows * span.step].view(kind)
        shape, strides = (rows, span.per_row), (span.step, kind.itemsize)
        stored = np.ndarray(shape, kind, self._buffer, span.at - self._base, strides)
        flat = self._spare.view(kind)[: rows * span.per_row]
        np.copyto(flat.reshape(shape), stored)
        return flat


class _Pass:
    """One pass over all lanes. Slabs are handed out in order to whoever is free: the disk is read in one direction."""

    def __init__(self, lanes: Sequence[Lane], rows: int, limits: ReadLimits, meter: Meter) -> None:
        self._lanes, self._meter, self._threads = lanes, meter, limits.threads
        slab = limits.slab * (TABLE if len(lanes) > 1 else 1)
        self._rows = max(1, slab // max(s.step for lane in lanes for s in (lane.product, lane.reference)))
        self._slabs: Iterator[tuple[int, int]] = iter(
            [(at, min(self._rows, rows - at)) for at in range(0, rows, self._rows)]
        )
        self._lock = threading.Lock()

    def run(self) -> list[list[Ledger]]:
        """For each thread, a ledger for each lane."""
        with ThreadPoolExecutor(self._threads) as pool:
            return [work.result() for work in [pool.submit(self._work) for _ in range(self._threads)]]

    def _next(self) -> tuple[int, int] | None:
        with self._lock:
            return next(self._slabs, None)

    def _work(self) -> list[Ledger]:
        from adp.comparison.kernels.doors import Door  # noqa: PLC0415 (numba takes a second to import)

        product = _Reader([lane.product for lane in self._lanes], self._rows)
        reference = _Reader([lane.reference for lane in self._lanes], self._rows)
        doors = [Door(lane.reference, lane.rule, lane.judge.numbers, lane.sample) for lane in self._lanes]
        try:
            while slab := self._next():
                first, rows = slab
                count = product.fill(first, rows) + reference.fill(first, rows)
                for lane, door in zip(self._lanes, doors, strict=True):
                    door(
                        first * lane.product.per_row,
                        product.bits(lane.product, rows),
                        reference.bits(lane.reference, rows),
                    )
                self._meter.advance(count)
        except BaseException:
            self._slabs = iter(())
            raise
        return [door.ledger for door in doors]
