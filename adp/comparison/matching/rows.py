"""Which row of the product belongs to which row of the reference: in order, or by key."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adp.comparison.model import Array, Part, Rows, Values
from adp.comparison.values.texts import as_text
from adp.finding import Finding, Reason, Where

Numbers = npt.NDArray[np.int64]
NAMED = 5


@dataclass(frozen=True, slots=True)
class Pairing:
    """`count` pairs; row numbers on each side, None where pair i is row i. `findings`: rows without a partner."""

    count: int
    product: Numbers | None = None
    reference: Numbers | None = None
    findings: tuple[Finding, ...] = ()

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


def by_key(product: Part, reference: Part, key: Sequence[str], size: int) -> Pairing:
    """Rows with the same key. A key that occurs twice on either side is a finding; its first row is used."""
    p, r = (_keys(part, key, size) for part in (product, reference))
    findings = [_rows("ROW_DUPLICATE", reference, key, p, _repeats(p), "occur more than once in the product")]
    findings += [_rows("ROW_DUPLICATE", reference, key, r, _repeats(r), "occur more than once in the reference")]
    p_first, r_first = (np.unique(k, return_index=True)[1] for k in (p, r))
    p_alone = p_first[~np.isin(p[p_first], r)]
    r_alone = r_first[~np.isin(r[r_first], p)]
    findings += [_rows("ROW_MISSING", reference, key, r, r_alone, "of the reference are missing")]
    findings += [_rows("ROW_EXTRA", reference, key, p, p_alone, "are not in the reference")]
    shared, p_at, r_at = np.intersect1d(p, r, return_indices=True)
    order = np.argsort(r_at, kind="stable")
    return Pairing(len(shared), p_at[order], r_at[order], tuple(f for f in findings if f is not None))


def _keys(part: Part, key: Sequence[str], size: int) -> Array:
    """One comparable value per row: the key column itself, or the text of several."""
    columns: list[list[Values]] = [[] for _ in key]
    for start in range(0, part.rows, size):
        get = part.source.read(slice(start, min(start + size, part.rows)))
        for chunks, name in zip(columns, key, strict=True):
            chunks.append(get(name))
    whole = [_column(chunks) for chunks in columns]
    if len(whole) == 1:
        return whole[0]
    texts = [as_text(Values(column)) for column in whole]
    joined = texts[0]
    for text in texts[1:]:
        joined = np.char.add(np.char.add(joined, "\x1f"), text)
    return joined


def _column(chunks: Sequence[Values]) -> Array:
    if not chunks:
        return np.zeros(0, dtype=np.int64)
    if chunks[0].data.dtype.kind in "SU":
        return np.concatenate([as_text(v) for v in chunks])
    return np.concatenate([v.data.astype(v.data.dtype.newbyteorder("=")) for v in chunks])


def _repeats(keys: Array) -> Numbers:
    """Rows whose key occurred before."""
    first = np.unique(keys, return_index=True)[1]
    return np.setdiff1d(np.arange(len(keys)), first)


def _rows(code: str, part: Part, key: Sequence[str], keys: Array, rows: Numbers, what: str) -> Finding | None:
    if not len(rows):
        return None
    named = [str(keys[r]).replace("\x1f", ", ") for r in np.sort(rows)[:NAMED]]
    more = ", …" if len(rows) > NAMED else ""
    message = f"{part.scope()}: {len(rows)} rows {what}: {', '.join(key)} = {'; '.join(named)}{more}"
    first = int(np.sort(rows)[0])
    where = Where(hdu=part.label, column=key[0], row=first + 1, index=(first,))
    return Finding(Reason.MISMATCH, code, message, where=where, evidence={"count": len(rows), "keys": named})
