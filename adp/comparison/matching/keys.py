"""Key columns as numbers or texts that compare on both sides: by value, whatever their types are."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from adp.comparison.model import Array, Part
from adp.comparison.values.texts import as_text

Truths = npt.NDArray[np.bool_]
EXACT = 1 << 53  # whole numbers that a double keeps apart
ROOM = 1 << 62


def keys(product: Part, reference: Part, key: Sequence[str], size: int) -> tuple[Array, Array, Truths, Truths]:
    """One comparable value per row for each side, and which rows have one at all (NaN and missing values are none)."""
    combined: tuple[Array, Array] | None = None
    known = [np.ones(part.rows, dtype=np.bool_) for part in (product, reference)]
    for name in key:
        p, r = (_column(part, name, size, valid) for part, valid in zip((product, reference), known, strict=True))
        p, r = _alike(p, r)
        combined = (p, r) if combined is None else _joined(combined, (p, r))
    if combined is None:
        raise ValueError("a key needs a column")
    return *combined, known[0], known[1]


def _column(part: Part, name: str, size: int, known: Truths) -> Array:
    """The whole column in native order; `known` loses the rows that have no value."""
    field = part.by_name[name]
    if field.kind == "string":
        texts = [_read(part, name, rows, known) for rows in _pieces(part, size)]
        return np.concatenate(texts) if texts else np.zeros(0, dtype="U1")
    whole = np.empty(part.rows, dtype=field.dtype.newbyteorder("="))
    for rows in _pieces(part, size):
        whole[rows] = _read(part, name, rows, known)
    return whole


def _pieces(part: Part, size: int) -> Iterator[slice]:
    for start in range(0, part.rows, size):
        yield slice(start, min(start + size, part.rows))


def _read(part: Part, name: str, rows: slice, known: Truths) -> Array:
    values = part.source.read(rows)(name)
    if values.mask is not None:
        known[rows] &= ~values.mask
    if values.data.dtype.kind == "f":
        known[rows] &= ~np.isnan(values.data)
    return as_text(values) if values.data.dtype.kind in "SUO" else values.data


def _alike(product: Array, reference: Array) -> tuple[Array, Array]:
    """Both as one type without losing a digit: whole numbers as int64, others as float64, else as texts."""
    kinds = {product.dtype.kind, reference.dtype.kind}
    if kinds <= {"U"}:
        return product, reference
    if "U" in kinds:
        return as_texts(product), as_texts(reference)
    if kinds == {"i"}:
        return product, reference
    whole = [_whole(side) for side in (product, reference)]
    if whole[0] is not None and whole[1] is not None:
        return whole[0], whole[1]
    if kinds <= {"f"} or all(_fits(side) for side in (product, reference)):
        return product.astype(np.float64), reference.astype(np.float64)
    return as_texts(product), as_texts(reference)


def _whole(values: Array) -> Array | None:
    """As int64, if every value is a whole number; NaN (which is no key anyway) as 0."""
    if values.dtype.kind in "bi":
        return values.astype(np.int64)
    if values.dtype.kind == "u":
        return values.astype(np.int64) if not len(values) or int(values.max()) < ROOM else None
    if values.dtype.kind != "f":
        return None
    missing = np.isnan(values)
    plain = np.where(missing, 0, values)
    with np.errstate(invalid="ignore"):
        if not (np.abs(plain) < EXACT).all() or (plain != np.rint(plain)).any():
            return None
    found: Array = plain.astype(np.int64)
    return found


def _fits(values: Array) -> bool:
    return values.dtype.kind == "f" or not len(values) or int(np.abs(values.astype(np.float64)).max()) < EXACT


def as_texts(values: Array) -> Array:
    found: Array = values if values.dtype.kind == "U" else np.array([str(v) for v in values.tolist()], dtype=np.str_)
    return found if len(found) else np.zeros(0, dtype="U1")


def _joined(one: tuple[Array, Array], other: tuple[Array, Array]) -> tuple[Array, Array]:
    """Two columns as one: packed into one integer where there is room, else by the ranks of their values."""
    (p, r), (p2, r2) = (_ranked(*pair) for pair in (one, other))
    low, high = _range(p2, r2)
    low1, high1 = _range(p, r)
    span = high - low + 1
    if (high1 - low1 + 1) * span >= ROOM:
        p, r = _ranks(p, r)
        p2, r2 = _ranks(p2, r2)
        (low1, _), (low, high) = _range(p, r), _range(p2, r2)
        span = high - low + 1
    return _packed(p, p2, low1, low, span), _packed(r, r2, low1, low, span)


def _packed(one: Array, other: Array, low: int, low2: int, span: int) -> Array:
    found: Array = (one.astype(np.int64) - low) * span + (other.astype(np.int64) - low2)
    return found


def _ranked(p: Array, r: Array) -> tuple[Array, Array]:
    return (p, r) if p.dtype.kind == "i" else _ranks(p, r)


def _ranks(p: Array, r: Array) -> tuple[Array, Array]:
    ranks = np.unique(np.concatenate([p, r]), return_inverse=True)[1].reshape(-1)
    return ranks[: len(p)], ranks[len(p) :]


def _range(p: Array, r: Array) -> tuple[int, int]:
    ends = [int(f(v)) for v in (p, r) if len(v) for f in (np.min, np.max)]
    return (min(ends), max(ends)) if ends else (0, 0)
