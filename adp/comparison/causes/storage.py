"""What happens to numbers on their way through a type: swapped bytes, lost digits, lost signs."""

from collections.abc import Iterator

import numpy as np

from adp.comparison.causes.cause import ENOUGH, Cause
from adp.comparison.causes.pairs import Pairs
from adp.comparison.model import Array
from adp.comparison.values.measures import BITS
from adp.comparison.values.sums import Floats

DECIMALS = 12


def swapped(pairs: Pairs) -> Cause | None:
    p, r = pairs.raw_product, pairs.raw_reference
    native = p.dtype.newbyteorder("=")
    size = native.itemsize
    if p.dtype.kind not in "fiu" or size == 1 or native != r.dtype.newbyteorder("=") or pairs.missing is not None:
        return None
    mine, theirs = (np.ascontiguousarray(v.astype(native)).view(BITS[size]) for v in (p, r))
    if np.array_equal(mine, theirs) or not np.array_equal(mine.byteswap(), theirs) or len(np.unique(theirs)) <= 1:
        return None
    return Cause("BYTE_ORDER", "the bytes of each value are in the opposite order")


def conversions(pairs: Pairs) -> Iterator[str]:
    """Sentences of what a conversion did; each leaves most values changed, and every value as it must be then."""
    if pairs.different < ENOUGH or pairs.factor != 1:
        return
    p, r = pairs.p, pairs.r
    yield from _narrowed(pairs)
    if pairs.raw_reference.dtype.kind == "f":
        yield from _rounded(p, r)
    if pairs.raw_reference.dtype.kind in "iu":
        yield from _wrapped(pairs)


def _narrowed(pairs: Pairs) -> Iterator[str]:
    """Through a float type of fewer digits than the reference has."""
    raw = pairs.raw_reference
    if raw.dtype.kind == "f" and raw.dtype.itemsize > np.dtype("f2").itemsize:
        for kind, name in (("f4", "float32"), ("f2", "float16")):
            with np.errstate(over="ignore"):
                made = pairs.r.astype(kind).astype(np.float64)
            if raw.dtype.itemsize > np.dtype(kind).itemsize and np.array_equal(pairs.p, made):
                yield f"the values went through {name}"
    if raw.dtype.kind in "iu" and pairs.raw_product.dtype.kind in "iu":
        mine, theirs = pairs.raw_product[pairs.both], raw[pairs.both]
        for kind, name in (("f8", "float64"), ("f4", "float32")):
            if _through(mine, theirs, kind):
                yield f"the integers went through {name}"


def _through(product: Array, reference: Array, kind: str) -> bool:
    """Integers are compared as Python compares them: a float may be beyond every integer type."""
    made = reference[: 1 << 12].astype(kind)
    return bool(np.isfinite(made).all()) and product[: 1 << 12].tolist() == [int(v) for v in made.tolist()]


def _rounded(p: Floats, r: Floats) -> Iterator[str]:
    if np.array_equal(p, np.rint(r)):
        yield "the values were rounded to whole numbers"
    elif np.array_equal(p, np.trunc(r)):
        yield "the values were cut to whole numbers"
    else:
        found = next((n for n in range(1, DECIMALS) if np.array_equal(p, np.round(r, n))), None)
        if found is not None:
            yield f"the values were rounded to {found} decimals"


def _wrapped(pairs: Pairs) -> Iterator[str]:
    """Signed for unsigned: every value off by half the range, or those beyond it by the whole."""
    difference = np.unique(pairs.p - pairs.r)
    for bits in (8, 16, 32):
        half, whole = float(1 << (bits - 1)), float(1 << bits)
        if len(difference) == 1 and abs(difference[0]) == half:
            what = "lost" if difference[0] < 0 else "added"
            yield f"the offset {half:.0f} of unsigned integers was {what}"
        elif set(np.abs(difference)) == {0.0, whole}:
            yield f"values beyond {half:.0f} wrapped around in {bits} bits"
