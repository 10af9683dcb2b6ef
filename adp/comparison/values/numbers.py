"""One numeric field held against its reference chunk by chunk: first what kind of value, then how far apart."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from adp.comparison.model import Array, Values
from adp.comparison.values import swift
from adp.comparison.values.measures import Measure, Within, same_bits
from adp.comparison.values.summary import STATE_NAMES, Summary
from adp.comparison.values.tally import EXAMPLES, Floats, Offsets, Tally
from adp.comparison.values.watching import Seen, Watcher

FINITE, NAN, PLUS, MINUS, MASKED = range(5)
States = npt.NDArray[np.uint8]


@dataclass
class Numbers:
    """`factor` brings the product to the reference's unit. `bits`: nothing but the same bits will do. `shape` is the
    field's, for the summary of where its violations lie; none: a row of `total` elements."""

    total: int
    measure: Measure
    nan: str = "equal"
    factor: float = 1.0
    bits: bool = False
    shape: tuple[int, ...] = ()
    watchers: list[Watcher] = field(default_factory=list)
    values: Tally = field(init=False)
    states: dict[str, Tally] = field(init=False, default_factory=dict)
    variance: Tally = field(init=False)
    summary: Summary = field(init=False)

    def __post_init__(self) -> None:
        self.values, self.variance = Tally(self.total), Tally(self.total)
        self.summary = Summary(self.shape or (self.total,))

    def update(self, start: int, product: Values, reference: Values, error: Floats | None = None) -> None:
        p, r = real(product.data), real(reference.data)
        measure = self.measure
        common = error is None and self._is_common(product, reference) and swift.takes(p) and swift.takes(r)
        if type(measure) is not Within or not common:
            self._carefully(start, product, reference, error)
        else:
            for at in range(0, len(p), swift.BLOCK):
                part = slice(at, at + swift.BLOCK)
                self._swiftly(start + at, p[part], r[part], measure)

    def _is_common(self, product: Values, reference: Values) -> bool:
        masked = any(v.mask is not None and v.mask.any() for v in (product, reference))
        special = self.bits or self.nan == "fail" or self.watchers or self.factor != 1
        return not (masked or special)

    def _swiftly(self, start: int, p: Array, r: Array, measure: Within) -> None:
        with np.errstate(over="ignore", invalid="ignore"):
            if p.dtype == r.dtype and np.array_equal(p.view(f"u{p.itemsize}"), r.view(f"u{r.itemsize}")):
                swift.same(start, r, self.values, self.summary)
                return
            block = swift.loaded(start, p, r, self.summary)
            if block is None:
                self._carefully(start, Values(p), Values(r), None)
            else:
                self._bad(start, *_picked(swift.judged(block, measure, self.values, self.summary), None, p, r))

    def _carefully(self, start: int, product: Values, reference: Values, error: Floats | None) -> None:
        p, r = real(product.data), real(reference.data)
        mask_p, mask_r = (wide(v.mask, len(v.data), len(d)) for v, d in ((product, p), (reference, r)))
        plain = mask_p is None and mask_r is None and self.factor == 1 and error is None
        same = same_bits(p, r) if plain else None
        if same is not None and same.all() and self.nan != "fail":
            self._same(start, r)
            return
        if self.bits:
            self._bits(start, p, r, same if same is not None else _alike(product, reference, p, r))
            return
        at = self._states(start, len(p), states(p, mask_p), states(r, mask_r))
        if at is not None:
            p, r = p[at], r[at]
            error = error[at] if error is not None else None
        self._measure(start, at, p, r, error)

    def _same(self, start: int, both: Array) -> None:
        """A chunk whose every bit is the same on both sides."""
        kinds = states(both, None)
        at = None if kinds is None else np.flatnonzero(kinds == FINITE)
        finite = (both if at is None else both[at]).astype(np.float64)
        self.values.same(len(both) if self.bits else len(finite), len(finite))
        self.summary.same(start, at, finite)
        self._watch(start, at, np.zeros(len(finite)), finite, np.zeros(len(finite), dtype=np.bool_))
        self._count_states(kinds, kinds, len(both))

    def _measure(self, start: int, at: Offsets | None, p: Array, r: Array, error: Floats | None) -> None:
        scaled = p if self.factor == 1 else p.astype(np.float64) * self.factor
        judged = self.measure(scaled, r, error)
        self.values.add(start, len(p), at, judged.difference, judged.need)
        reference = r.astype(np.float64)
        self.summary.add(start, at, judged.difference, reference)
        self._watch(start, at, judged.difference, reference, judged.bad, error)
        self._bad(start, *_picked(np.flatnonzero(judged.bad), at, p, r))
        if error is not None:
            self.summary.add_pulls(judged.difference, error)
            self.variance.seen += len(error)
            self.variance.bad(start, *_picked(np.flatnonzero(~(np.isfinite(error) & (error > 0))), at, error, error))

    def _bits(self, start: int, p: Array, r: Array, same: npt.NDArray[np.bool_]) -> None:
        finite = np.flatnonzero(np.isfinite(p) & np.isfinite(r)) if p.dtype.kind in "fiu" else np.arange(len(p))
        judged = self.measure(p[finite], r[finite])
        self.values.add(start, len(p), finite, judged.difference, judged.need)
        self.values.seen += len(p) - len(finite)
        reference = r[finite].astype(np.float64)
        self.summary.add(start, finite, judged.difference, reference)
        self._watch(start, finite, judged.difference, reference, ~same[finite])
        self._bad(start, *_picked(np.flatnonzero(~same), None, p, r))

    def _watch(
        self,
        start: int,
        at: Offsets | None,
        difference: Floats,
        reference: Floats,
        bad: npt.NDArray[np.bool_],
        error: Floats | None = None,
    ) -> None:
        for watcher in self.watchers:
            watcher.watch(Seen(start, at, difference, reference, bad, error))

    def _bad(self, start: int, offsets: Offsets, product: Array, reference: Array) -> None:
        self.values.bad(start, offsets, product, reference)
        self.summary.places.add(start + offsets)

    def _count_states(self, product: States | None, reference: States | None, size: int) -> None:
        kinds = len(STATE_NAMES)
        if product is None or reference is None:
            self.summary.states[FINITE, FINITE] += size
            return
        counts = np.bincount(kinds * reference.astype(np.intp) + product, minlength=kinds * kinds)
        self.summary.states += counts.reshape(kinds, kinds)

    def _states(self, start: int, size: int, product: States | None, reference: States | None) -> Offsets | None:
        """Offsets of pairs of finite values; None for all of them."""
        if product is None and reference is None:
            self._count_states(None, None, size)
            return None
        blank = np.zeros(size, dtype=np.uint8)
        p, r = (product if product is not None else blank), (reference if reference is not None else blank)
        either = (p == NAN) | (r == NAN)
        self._count_states(p, r, size)
        differ = p != r
        if self.nan == "ignore":
            differ &= ~either
        if self.nan == "fail":
            differ |= either
        self._mismatches(start, np.flatnonzero(differ), p, r)
        return np.flatnonzero((p == FINITE) & (r == FINITE))

    def _mismatches(self, start: int, offsets: Offsets, p: States, r: States) -> None:
        if not len(offsets):
            return
        a, b = p[offsets], r[offsets]
        masked = (a == MASKED) | (b == MASKED)
        nan = ((a == NAN) | (b == NAN)) & ~masked
        names = np.array(STATE_NAMES)
        for code, chosen in (("MASK_MISMATCH", masked), ("NAN_MISMATCH", nan), ("INF_MISMATCH", ~masked & ~nan)):
            if chosen.any():
                tally = self.states.setdefault(code, Tally(self.total))
                tally.bad(start, offsets[chosen], names[a[chosen]], names[b[chosen]])


def real(data: Array) -> Array:
    """Complex numbers as pairs, truth values as 0 and 1; everything else as it is."""
    if data.dtype.kind == "c":
        part = np.dtype(f"f{data.dtype.itemsize // 2}").newbyteorder(data.dtype.byteorder)
        return np.ascontiguousarray(data).view(part)
    return data.view(np.uint8) if data.dtype.kind == "b" else data


def wide(mask: npt.NDArray[np.bool_] | None, size: int, wanted: int) -> npt.NDArray[np.bool_] | None:
    """The mask for what `real` made; None when nothing is masked."""
    if mask is None or not mask.any():
        return None
    return mask if size == wanted else np.repeat(mask, wanted // size)


def states(data: Array, mask: npt.NDArray[np.bool_] | None) -> States | None:
    """Which of the five kinds each value is; None when all are finite."""
    if data.dtype.kind == "f":
        finite = np.isfinite(data)
        if mask is None and finite.all():
            return None
        found = np.zeros(len(data), dtype=np.uint8)
        found[np.isnan(data)] = NAN
        found[np.isposinf(data)] = PLUS
        found[np.isneginf(data)] = MINUS
    elif mask is None:
        return None
    else:
        found = np.zeros(len(data), dtype=np.uint8)
    if mask is not None:
        found[mask] = MASKED
    return found


def _alike(product: Values, reference: Values, p: Array, r: Array) -> npt.NDArray[np.bool_]:
    same = same_bits(p, r)
    alike = np.asarray(p == r, dtype=np.bool_) if same is None else same
    blank = np.zeros(len(product.data), dtype=np.bool_)
    masks = [m if m is not None else blank for m in (product.mask, reference.mask)]
    repeat = len(p) // max(len(blank), 1)
    one, other = (np.repeat(m, repeat) for m in masks)
    return np.asarray((alike & ~one & ~other) | (one & other), dtype=np.bool_)


def _picked(offsets: Offsets, at: Offsets | None, p: Array, r: Array) -> tuple[Offsets, Array, Array]:
    """Offsets within the chunk, and the values of the first few of them."""
    few = offsets[:EXAMPLES]
    return (offsets if at is None else at[offsets]), p[few], r[few]
