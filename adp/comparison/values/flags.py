"""Integers whose bits mean something: which bits were set or cleared, by name, and which may differ."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from adp.comparison.model import Array
from adp.comparison.spec.terms import Bitmask
from adp.comparison.values.measures import Judged
from adp.comparison.values.tally import Floats

BITS = 64
Counts = npt.NDArray[np.int64]


@dataclass
class Flags:
    """A measure: bad is what differs in a bit that counts; difference and need are how many bits do. `set_bits` and
    `cleared` count the elements per bit, as the product has it against the reference."""

    rule: Bitmask
    set_bits: Counts = field(default_factory=lambda: np.zeros(BITS, dtype=np.int64))
    cleared: Counts = field(default_factory=lambda: np.zeros(BITS, dtype=np.int64))

    def __call__(self, product: Array, reference: Array, error: Floats | None = None) -> Judged:
        p, r = pattern(product, reference), pattern(reference, product)
        changed = (p ^ r) & ~np.uint64(self.rule.ignore)
        bad = changed != 0
        where = np.flatnonzero(bad)
        size = np.zeros(len(changed))
        if len(where):
            bits = (changed[where, None] >> np.arange(BITS, dtype=np.uint64)) & np.uint64(1)
            present = (p[where, None] >> np.arange(BITS, dtype=np.uint64)) & np.uint64(1)
            self.set_bits += (bits & present).sum(axis=0, dtype=np.int64)
            self.cleared += (bits & ~present).sum(axis=0, dtype=np.int64)
            size[where] = bits.sum(axis=1)
        return Judged(bad, size, size)

    def name(self, bit: int) -> str:
        """4 (SATURATED), or 4: a flag by its value, as tables of flags give it."""
        known = self.rule.names.get(1 << bit)
        return f"{1 << bit} ({known})" if known else str(1 << bit)

    @property
    def evidence(self) -> dict[str, dict[str, int]]:
        changed = np.flatnonzero(self.set_bits + self.cleared)
        return {self.name(int(b)): {"set": int(self.set_bits[b]), "cleared": int(self.cleared[b])} for b in changed}

    @property
    def sentence(self) -> str:
        parts = [f"{name}: {_counts(**found)}" for name, found in self.evidence.items()]
        return f"flags differ in {', '.join(parts)}"


def pattern(values: Array, other: Array) -> npt.NDArray[np.uint64]:
    """The bits in 64. Two signed types are widened by their sign, so that the same number is the same pattern; else the
    bits stand as they are."""
    native = values.astype(values.dtype.newbyteorder("="), copy=False)
    if values.dtype.kind == other.dtype.kind == "i":
        return native.astype(np.int64).view(np.uint64)
    return native.view(f"u{native.dtype.itemsize}").astype(np.uint64)


def _counts(**found: Any) -> str:
    return " and ".join(f"{what} in {count}" for what, count in found.items() if count)
