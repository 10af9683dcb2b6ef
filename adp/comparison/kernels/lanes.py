"""Which fields the compiled kernels take, and the pass over them: threads, each with buffers of its own."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from adp.comparison.compiled import cached, ready
from adp.comparison.formats.limits import ReadLimits
from adp.comparison.kernels.lane import Lane
from adp.comparison.kernels.ledger import Ledger, settle
from adp.comparison.kernels.rows import BITS, Reader
from adp.comparison.kernels.sheets import sheets
from adp.comparison.model import Part, span_of
from adp.comparison.progress import Meter
from adp.comparison.values.judge import Judge
from adp.comparison.values.numbers import real

TABLE = 2  # slabs of tables are larger: they cost a call for each column
FEW, SHEET = 4, 2  # and smaller by this where few calls take all: both sides stay in the second-level cache


def judged(
    judges: Sequence[Judge], product: Part, reference: Part, rows: int, limits: ReadLimits, meter: Meter
) -> list[Judge]:
    """Judges the first `rows` rows of those fields that the kernels can take, if that pays; which these are."""
    found = [lane for judge in judges if (lane := _lane(judge, product, reference, limits))]
    size = sum(rows * s.per_row * np.dtype(s.raw).itemsize for lane in found for s in (lane.product, lane.reference))
    if not found or not rows or not ready.worth(size, limits.compiled):
        return []
    work = _Pass(found, rows, limits, meter)
    for lane, *ledgers in zip(work.lanes, *work.run(), strict=True):
        settle(lane.judge.numbers, ledgers, lane.sample, _values_at(lane.judge, product, reference))
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


class _Pass:
    """One pass over all lanes. Slabs are handed out in order to whoever is free: the disk is read in one direction."""

    def __init__(self, lanes: Sequence[Lane], rows: int, limits: ReadLimits, meter: Meter) -> None:
        self._sheets, self._alone = sheets(lanes)
        self.lanes = [*(lane for sheet in self._sheets for lane in sheet.lanes), *self._alone]
        self._meter, self._threads = meter, limits.threads
        alone = limits.slab * (TABLE if len(lanes) > 1 else 1)
        slab = alone if self._alone or len(self._sheets) > FEW else limits.slab // SHEET
        self._rows = max(1, slab // max(s.step for lane in lanes for s in (lane.product, lane.reference)))
        self._slabs: Iterator[tuple[int, int]] = iter(
            [(at, min(self._rows, rows - at)) for at in range(0, rows, self._rows)]
        )
        self._lock = threading.Lock()

    def run(self) -> list[list[Ledger]]:
        """For each thread, a ledger for each lane."""
        cached.load("adp.comparison.kernels.doors")
        with ThreadPoolExecutor(self._threads) as pool:
            return [work.result() for work in [pool.submit(self._work) for _ in range(self._threads)]]

    def _next(self) -> tuple[int, int] | None:
        with self._lock:
            return next(self._slabs, None)

    def _work(self) -> list[Ledger]:
        from adp.comparison.kernels.blocks import words  # noqa: PLC0415 (numba takes a second to import)
        from adp.comparison.kernels.doors import Door, SheetDoor, scratch  # noqa: PLC0415 (as above)

        product = Reader([lane.product for lane in self.lanes], self._rows, words)
        reference = Reader([lane.reference for lane in self.lanes], self._rows, words)
        space = scratch()
        wide = [SheetDoor(sheet, space) for sheet in self._sheets]
        doors = [(lane, Door(lane)) for lane in self._alone]
        try:
            while slab := self._next():
                first, rows = slab
                count = product.fill(first, rows) + reference.fill(first, rows)
                for sheet in wide:
                    sheet(first, rows, product, reference)
                for lane, door in doors:
                    mine, theirs = product.bits(lane.product, rows), reference.bits(lane.reference, rows)
                    door(first * lane.product.per_row, mine, theirs)
                self._meter.advance(count)
        except BaseException:
            self._slabs = iter(())
            raise
        return [*(ledger for sheet in wide for ledger in sheet.ledgers), *(door.ledger for _, door in doors)]
