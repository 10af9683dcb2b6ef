"""Which rows belong together, what to say of those that stand alone, and how they are named."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from adp.comparison.model import Part, Rows
from adp.comparison.result import RuleResult
from adp.comparison.values.texts import as_text
from adp.finding import Finding, Reason, Where

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
NAMED = 5
MOST = 10_000_000  # rows matched by place


@dataclass(frozen=True, slots=True)
class Pairing:
    """`count` pairs; row numbers on each side, None where pair i is row i. `findings`: rows without a partner;
    `rules`: what was asked of the pairing itself; `held`: columns it has judged already."""

    count: int
    product: Numbers | None = None
    reference: Numbers | None = None
    findings: tuple[Finding, ...] = ()
    rules: tuple[RuleResult, ...] = ()
    held: frozenset[str] = field(default_factory=frozenset)

    @property
    def rows(self) -> tuple[Numbers, Numbers] | None:
        """The row numbers of each pair (product, reference); None where pair i is row i."""
        return None if self.product is None or self.reference is None else (self.product, self.reference)

    def chunks(self, size: int) -> Iterator[tuple[int, Rows, Rows]]:
        """(first pair, rows of the product, rows of the reference) for each chunk."""
        for start in range(0, self.count, size):
            stop = min(start + size, self.count)
            if self.product is None or self.reference is None:
                yield start, slice(start, stop), slice(start, stop)
            else:
                yield start, self.product[start:stop], self.reference[start:stop]


def in_order(product: Part, reference: Part) -> Pairing:
    """Row by row; a difference in number is a finding and the common part is compared."""
    more = product.rows - reference.rows
    if not more:
        return Pairing(product.rows)
    code, verb = ("ROW_EXTRA", "more") if more > 0 else ("ROW_MISSING", "fewer")
    common = min(product.rows, reference.rows)
    message = (
        f"{reference.scope()}: {product.rows} rows, {abs(more)} {verb} than the reference;"
        f" the first {common} rows are compared in order"
    )
    hint = "give [table] key = [...] when rows can be told apart by a column"
    where = reference.where(common)
    return Pairing(common, findings=(Finding(Reason.MISMATCH, code, message, where=where, hint=hint),))


def alone(code: str, part: Part, columns: Sequence[str], rows: Numbers, what: str) -> Finding | None:
    """A finding about these rows of `part`, the first few of them named by `columns`; None when there are none."""
    if not len(rows):
        return None
    rows = np.sort(rows)
    named = names(part, columns, rows[:NAMED])
    more = ", …" if len(rows) > NAMED else ""
    message = f"{part.scope()}: {len(rows)} rows {what}: {', '.join(columns)} = {'; '.join(named)}{more}"
    first = int(rows[0])
    where = Where(hdu=part.label, column=columns[0] if columns else None, row=first + 1, index=(first,))
    evidence = {"count": len(rows), "keys": named, "rows": [int(r) + 1 for r in rows[:NAMED]]}
    return Finding(Reason.MISMATCH, code, message, where=where, evidence=evidence)


def names(part: Part, columns: Sequence[str], rows: Numbers) -> list[str]:
    get = part.source.read(rows)
    texts = [as_text(get(name)) for name in columns]
    return [", ".join(str(text[i]) for text in texts) for i in range(len(rows))]


def numbers(part: Part, name: str, size: int) -> Floats:
    """A whole column in double precision; NaN where it is missing."""
    whole = np.empty(part.rows)
    for start in range(0, part.rows, size):
        stop = min(start + size, part.rows)
        values = part.source.read(slice(start, stop))(name)
        whole[start:stop] = values.data
        if values.mask is not None:
            whole[start:stop][values.mask] = np.nan
    return whole


def unkeyed(product: Numbers, reference: Numbers) -> tuple[Numbers, Numbers]:
    """Rows without an identity, which nothing but their order can pair: all of them where both sides have as many."""
    if len(product) != len(reference):
        return product[:0], reference[:0]
    return product, reference


def too_many(product: Part, reference: Part, how: str) -> Finding | None:
    """A match holds all places in memory, some 90 bytes a row and side; a key needs far less."""
    most = max(product.rows, reference.rows)
    if most <= MOST:
        return None
    message = f"{reference.scope()}: {most} rows are more than the {MOST} that can be matched {how}"
    hint = "give [table] key = [...] when rows can be told apart by a column"
    return Finding(Reason.MISMATCH, "UNSUPPORTED", message, where=Where(hdu=reference.label), hint=hint)


def small(rows: Numbers) -> Numbers:
    """Row numbers in half the memory, where they fit."""
    return rows.astype(np.int32) if len(rows) and int(rows.max()) < 1 << 31 else rows


def merged(one: tuple[Numbers, Numbers], more: tuple[Numbers, Numbers]) -> tuple[Numbers, Numbers]:
    """Pairs of both, in the order of the reference's rows."""
    if not len(more[0]) and bool((one[1][1:] > one[1][:-1]).all()):
        return one
    product, reference = (np.concatenate(side) for side in zip(one, more, strict=True))
    order = np.argsort(reference, kind="stable")
    return product[order], reference[order]
