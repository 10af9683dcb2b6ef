"""A column that a step promised not to touch: every bit, the type and the unit as they were, row by row."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from adp.comparison.model import Array, Getter, Part, Values
from adp.comparison.result import FAIL, PASS, RuleResult
from adp.comparison.values.judge import fits_type
from adp.comparison.values.measures import BITS, same_bits
from adp.comparison.values.tally import EXAMPLES, Offsets, Tally
from adp.comparison.values.texts import as_text
from adp.comparison.values.units import factor
from adp.finding import Finding, Reason, Where


class Invariant:
    """Watches one column of source and product; `update` takes chunks in order."""

    def __init__(self, product: Part, source: Part, name: str) -> None:
        self.part, self.name = product, name
        self.mine, self.theirs = product.by_name[name], source.by_name[name]
        self.width = max(1, self.theirs.per_row)
        self.tally = Tally(source.rows * self.width)
        self.is_comparable = self.mine.per_row == self.theirs.per_row and not (self.mine.ragged or self.theirs.ragged)

    def update(self, start: int, product: Getter, source: Getter) -> None:
        if not self.is_comparable:
            return
        p, r = product(self.name), source(self.name)
        self.tally.seen += len(r.data)
        differ = np.flatnonzero(~self._identical(p, r))
        before, after = _shown(p, r, differ[:EXAMPLES])
        self.tally.bad(start * self.width, differ, after, before)

    @property
    def findings(self) -> Iterator[Finding]:
        where = Where(hdu=self.part.label, column=self.name)
        mine, theirs = self.mine, self.theirs
        if self.tally.violations:
            yield self._changed()
        if not self._same_type:
            message = f"column {self.name}: the type changed from {theirs.type_name} to {mine.type_name}"
            yield Finding(Reason.MISMATCH, "DTYPE", message, where=where)
        if not (mine.soft or theirs.soft) and factor(mine.unit, theirs.unit) != 1:
            message = f"column {self.name}: the unit changed from {theirs.unit or '(none)'} to {mine.unit or '(none)'}"
            yield Finding(Reason.MISMATCH, "UNIT", message, where=where)
        if not self.is_comparable:
            message = f"column {self.name}: the shape of a row's value changed"
            yield Finding(Reason.MISMATCH, "SHAPE", message, where=where)

    @property
    def rule(self) -> RuleResult:
        tally, at = self.tally, self.tally.first
        where = Where(hdu=self.part.label, column=self.name) if at is None else self._where(at)
        verdict = FAIL if next(self.findings, None) else PASS
        return RuleResult(
            self.part.scope(self.name), "invariant", verdict, tally.violations, tally.fraction, where=where
        )

    @property
    def _same_type(self) -> bool:
        if self.mine.soft or self.theirs.soft:
            return fits_type(self.mine, self.theirs, widening=True)
        return self.mine.type_name == self.theirs.type_name

    def _identical(self, p: Values, r: Values) -> npt.NDArray[np.bool_]:
        if "string" in {self.mine.kind, self.theirs.kind}:
            return np.asarray(as_text(p) == as_text(r), dtype=np.bool_)
        same = same_bits(p.data, r.data)
        alike = np.asarray(p.data == r.data, dtype=np.bool_) if same is None else same
        one, other = (v.mask if v.mask is not None else np.zeros(len(v.data), dtype=np.bool_) for v in (p, r))
        return (alike & ~one & ~other) | (one & other)

    def _changed(self) -> Finding:
        at, after, before = self.tally.examples[0]
        row = at // self.width + 1
        message = f"value changed: row {row}, column {self.name}: {before} → {after}"
        if self.tally.violations > 1:
            message += f" (and {self.tally.violations - 1} more)"
        examples = [{"row": a // self.width + 1, "before": r, "after": p} for a, p, r in self.tally.examples]
        evidence = {"count": self.tally.violations, "examples": examples}
        return Finding(Reason.MISMATCH, "INVARIANT", message, where=self._where(at), evidence=evidence)

    def _where(self, at: int) -> Where:
        row, cell = divmod(at, self.width)
        return self.part.where(row, self.name, cell, self.theirs.cell)


def _shown(p: Values, r: Values, at: Offsets) -> tuple[Array, Array]:
    """Before and after as text; with their bits where the text alone would not show the difference."""
    texts = [_texts(v, at) for v in (r, p)]
    alike = texts[0] == texts[1]
    bits = [_bits(v, at) for v in (r, p)]
    before, after = (np.where(alike, np.char.add(t, b), t) for t, b in zip(texts, bits, strict=True))
    return before, after


def _texts(values: Values, at: Offsets) -> Array:
    text = as_text(Values(values.data[at]))
    return text if values.mask is None else np.where(values.mask[at], "(masked)", text)


def _bits(values: Values, at: Offsets) -> Array:
    data = values.data[at].astype(values.data.dtype.newbyteorder("="))
    code = BITS.get(data.dtype.itemsize) if data.dtype.kind == "f" else None
    hexed = [f" (0x{int(v):0{2 * data.dtype.itemsize}x})" for v in data.view(code)] if code else [""] * len(data)
    return np.array(hexed, dtype=np.str_)
