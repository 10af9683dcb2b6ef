"""What one thread's kernels write down of one field, and how it enters the field's tallies and summary."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from adp.comparison.model import Array
from adp.comparison.values.numbers import Numbers
from adp.comparison.values.summary import STATE_NAMES
from adp.comparison.values.sums import Sum
from adp.comparison.values.tally import EXAMPLES, Tally

NEED, WORST, TOP, SUMS = 0, 1, 2, 3  # of `real`, as in marks.py
COMPARED, NANS, VIOLATIONS, WORST_AT, EXAMPLED = range(5)  # of `count`
MISMATCHES = ("NAN_MISMATCH", "INF_MISMATCH")  # rows of `unequal`
STACKED = ("real", "count", "firsts", "states", "unequal", "shape", "groups", "box", "planes", "columns")
FAR = np.iinfo(np.int64).max
Integers = npt.NDArray[np.int64]
ValuesAt = Callable[[int], tuple[Any, Any]]  # of the product and of the reference


@dataclass
class Ledger:
    """Arrays that the compiled loops fill; `shape` and `groups` are those of values/places.py."""

    shape: Integers
    groups: Integers
    real: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(SUMS + 8))
    count: Integers = field(default_factory=lambda: np.zeros(5, dtype=np.int64))
    firsts: Integers = field(default_factory=lambda: np.zeros(EXAMPLES, dtype=np.int64))
    states: Integers = field(default_factory=lambda: np.zeros((len(STATE_NAMES),) * 2, dtype=np.int64))
    unequal: Integers = field(default_factory=lambda: np.zeros((2, 1 + 2 * EXAMPLES), dtype=np.int64))
    box: Integers = field(init=False)
    planes: Integers = field(init=False)
    columns: Integers = field(init=False)

    def __post_init__(self) -> None:
        self.box = np.stack([np.full(len(self.shape), FAR), np.full(len(self.shape), -1)])
        self.planes = np.zeros(-(-self.shape[0] // self.groups[0]), dtype=np.int64)
        wide = -(-self.shape[-1] // self.groups[1]) if len(self.shape) > 1 else 0
        self.columns = np.zeros(wide, dtype=np.int64)

    @classmethod
    def of(cls, numbers: Numbers) -> "Ledger":
        places = numbers.summary.places
        return cls(np.array(places.shape), np.array([places.plane_group, places.column_group]))

    @classmethod
    def stacked(cls, ledgers: Sequence["Ledger"]) -> tuple[Array, ...]:
        """One array for all of them, of each kind and in this order; each ledger then is a view of it."""
        stacks = []
        for name in STACKED:
            stacks.append(np.stack([getattr(ledger, name) for ledger in ledgers]))
            for ledger, own in zip(ledgers, stacks[-1], strict=True):
                setattr(ledger, name, own)
        return tuple(stacks)

    @property
    def places(self) -> tuple[Integers, ...]:
        return self.shape, self.groups, self.box, self.planes, self.columns


def settle(numbers: Numbers, ledgers: Sequence[Ledger], sample: npt.NDArray[np.float64], values_at: ValuesAt) -> None:
    """Writes what the threads found into `numbers`, as its own loop would have."""
    for ledger in ledgers:
        _tallied(numbers, ledger)
        _summed(numbers, ledger)
    firsts = np.sort(np.concatenate([x.firsts[: x.count[EXAMPLED]] for x in ledgers]))[:EXAMPLES].tolist()
    pairs = [values_at(at) for at in firsts]
    violations = sum(int(x.count[VIOLATIONS]) for x in ledgers)
    numbers.values.bad(0, np.array(firsts, dtype=np.intp), [p for p, _ in pairs], [r for _, r in pairs])
    numbers.values.violations = violations
    _strained(numbers.values, ledgers)
    for row, code in enumerate(MISMATCHES):
        _mismatched(numbers, code, [x.unequal[row] for x in ledgers])
    numbers.summary.differences.take(sample)


def _tallied(numbers: Numbers, ledger: Ledger) -> None:
    compared = int(ledger.count[COMPARED])
    numbers.values.seen += compared
    numbers.values.compared += compared
    numbers.summary.compared += compared
    numbers.summary.states += ledger.states


def _summed(numbers: Numbers, ledger: Ledger) -> None:
    summary = numbers.summary
    summary.max_abs = max(summary.max_abs, float(ledger.real[TOP]))
    for i, total in enumerate((summary.d, summary.d2, summary.r, summary.abs_r)):
        total.merge(Sum(float(ledger.real[SUMS + 2 * i]), float(ledger.real[SUMS + 2 * i + 1])))
    if ledger.count[VIOLATIONS]:
        summary.places.extend(*ledger.box)
        summary.places.count(np.trim_zeros(ledger.planes, "b"), np.trim_zeros(ledger.columns, "b"))


def _strained(tally: Tally, ledgers: Sequence[Ledger]) -> None:
    """The largest need; of equal ones the first place."""
    strained = [x for x in ledgers if x.real[NEED] > 0]
    for ledger in sorted(strained, key=lambda x: int(x.count[WORST_AT])):
        tally.strain(float(ledger.real[NEED]), int(ledger.count[WORST_AT]), float(ledger.real[WORST]))


def _mismatched(numbers: Numbers, code: str, rows: Sequence[Integers]) -> None:
    if not any(row[0] for row in rows):
        return
    found = [(int(row[1 + i]), int(row[1 + EXAMPLES + i])) for row in rows for i in range(min(int(row[0]), EXAMPLES))]
    first = sorted(found)[:EXAMPLES]
    names = [[STATE_NAMES[kind] for kind in divmod(kinds, 5)] for _, kinds in first]
    tally = numbers.states.setdefault(code, Tally(numbers.total))
    tally.bad(0, np.array([at for at, _ in first], dtype=np.intp), [n[1] for n in names], [n[0] for n in names])
    tally.violations = sum(int(row[0]) for row in rows)
