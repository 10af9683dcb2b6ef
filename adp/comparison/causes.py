"""What most likely happened, told only where the pattern leaves no doubt: a sentence for people, a code where DESIGN
§6 has one."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from adp.comparison.model import Array, Part
from adp.comparison.values.measures import BITS
from adp.comparison.values.tally import Floats

REACH = 3  # pixels an image is tried to be shifted by
PLANE = 1 << 22
TABLE_ROWS = 1 << 16
ALIKE = 1e-9
ENOUGH = 8
SOME = 2


class Cause(NamedTuple):
    """`code` is "" when the finding it explains already names the defect."""

    code: str
    sentence: str


def of_values(product: Array, reference: Array) -> Cause | None:
    """Why these values of one field differ; both may hold NaN."""
    if product.dtype.kind not in "fiu" or reference.dtype.kind not in "fiu" or len(product) < SOME:
        return None
    if _swapped(product, reference):
        return Cause("BYTE_ORDER", "the bytes of each value are in the opposite order")
    p, r = product.astype(np.float64), reference.astype(np.float64)
    both = np.isfinite(p) & np.isfinite(r)
    p, r = p[both], r[both]
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        sentence = "" if len(np.unique(r)) < SOME or np.array_equal(p, r) else _pattern(p, r)
    return Cause("", sentence) if sentence else None


def _pattern(p: Floats, r: Floats) -> str:
    if np.array_equal(p, r.astype(np.float32).astype(np.float64)):
        return "the values went through float32"
    nonzero = r != 0
    ratios = p[nonzero] / r[nonzero]
    if ratios[0] != 0 and _constant(ratios) and not p[~nonzero].any():
        return f"the product is {np.median(ratios):.9g} times the reference: another unit or scale?"
    return f"the product is the reference plus {np.median(p - r):.9g}" if _constant(p - r) else ""


def _constant(values: Floats) -> bool:
    middle = float(np.median(values))
    return bool(np.isfinite(middle) and np.all(np.abs(values - middle) <= ALIKE * abs(middle)))


def _swapped(product: Array, reference: Array) -> bool:
    size = product.dtype.itemsize
    if size == 1 or product.dtype.newbyteorder("=") != reference.dtype.newbyteorder("="):
        return False
    native = product.dtype.newbyteorder("=")
    p, r = (np.ascontiguousarray(v.astype(native)).view(BITS[size]) for v in (product, reference))
    return bool(np.array_equal(p.byteswap(), r) and not np.array_equal(p, r))


def of_images(product: Part, reference: Part) -> Iterator[Cause]:
    """Shifted or transposed planes. Looks at the first plane, as far as it is of a size to look at."""
    if len(reference.shape) < SOME or len(product.shape) != len(reference.shape):
        return
    p, r = (_plane(part) for part in (product, reference))
    if p is None or r is None:
        return
    if p.T.shape == r.shape and not _equal(p, r) and _equal(p.T, r):
        yield Cause("TRANSPOSED", "the first two axes are exchanged")
    elif p.shape == r.shape and (shift := _shift(p, r)):
        yield Cause("SHIFTED", f"the image is the reference moved by {shift[0]} pixels in x and {shift[1]} in y")


def _plane(part: Part) -> Array | None:
    rows, columns = part.shape[-2:]
    count = rows * columns
    if not 0 < count <= PLANE:
        return None
    values: Array = part.source.read(slice(0, count))("").data
    return values.reshape(rows, columns)


def _equal(p: Array, r: Array) -> bool:
    return np.array_equal(p, r, equal_nan=p.dtype.kind == "f" and r.dtype.kind == "f")


def _shift(p: Array, r: Array) -> tuple[int, int] | None:
    """(dx, dy) with p[y, x] = r[y - dy, x - dx], if the images hold enough structure to tell."""
    if min(p.shape) < ENOUGH or len(np.unique(r[np.isfinite(r)])) < ENOUGH:
        return None
    for dy in range(-REACH, REACH + 1):
        for dx in range(-REACH, REACH + 1):
            if (dx or dy) and _equal(_cut(p, dx, dy), _cut(r, -dx, -dy)):
                return dx, dy
    return None


def _cut(image: Array, dx: int, dy: int) -> Array:
    rows, columns = image.shape
    return image[max(dy, 0) : rows + min(dy, 0), max(dx, 0) : columns + min(dx, 0)]


def of_rows(columns: list[tuple[Array, Array]]) -> Cause | None:
    """Why rows differ, from the first rows of the numeric columns that differ (product, reference), scalar cells."""
    pairs = [(p, r) for p, r in columns if min(len(p), len(r)) >= ENOUGH and len(np.unique(r)) >= ENOUGH]
    if not pairs:
        return None
    for step in (1, -1):
        if all(_slid(p, r, step) for p, r in pairs):
            side = "a row is missing in" if step > 0 else "there is an extra row in"
            at = max(_first_difference(p, r) for p, r in pairs) + 1
            return Cause("", f"{side} the product at or before row {at}: from there on the rows are off by one")
    if all(len(p) == len(r) and _equal(np.sort(p), np.sort(r)) for p, r in pairs):
        return Cause("ROW_ORDER", "the rows are the same in another order")
    return None


def _first_difference(p: Array, r: Array) -> int:
    common = min(len(p), len(r))
    differ = np.flatnonzero(p[:common] != r[:common])
    return int(differ[0]) if len(differ) else common


def _slid(p: Array, r: Array, step: int) -> bool:
    """From the first difference on, the product's rows are the reference's one row later (1) or earlier (-1)."""
    first = _first_difference(p, r)
    a, b = (p[first:], r[first + 1 :]) if step > 0 else (p[first + 1 :], r[first:])
    common = min(len(a), len(b))
    return common >= ENOUGH // 2 and _equal(a[:common], b[:common])
