"""Where the pixels of an image went: exchanged, mirrored, turned or moved axes, planes in another order."""

from collections.abc import Iterator

import numpy as np

from adp.comparison.causes import shifts
from adp.comparison.causes.cause import Cause
from adp.comparison.causes.likeness import equal, varied
from adp.comparison.model import Array, Part

BLOCK = 1 << 18  # elements looked at: whole planes from the first one on, at least one
PLANE = 1 << 24  # elements of the largest plane that is looked at
FLAT = 2
MIRRORED = {"x": (slice(None), slice(None, None, -1)), "y": (slice(None, None, -1), slice(None))}


@np.errstate(all="ignore")  # pixels may be anything; what overflows explains nothing
def geometry(product: Part, reference: Part) -> list[Cause]:
    return list(_geometry(product, reference))


def _geometry(product: Part, reference: Part) -> Iterator[Cause]:
    if len(reference.shape) < FLAT or len(product.shape) != len(reference.shape):
        return
    p, r = (_block(part) for part in (product, reference))
    if p is None or r is None or len(p) != len(r) or equal(p, r):
        return
    if min(p.shape) <= 0 or not varied(r):
        return
    if found := _exchanged(p, r) or _mirrored(p, r) or _reordered(p, r):
        yield found
    elif p.shape == r.shape:
        yield from shifts.moved(p, r)


def _block(part: Part) -> Array | None:
    """As many whole planes as are to be looked at, as (plane, y, x)."""
    rows, columns = part.shape[-2:]
    each = rows * columns
    if not 0 < each <= PLANE or part.rows < each:
        return None
    planes = min(part.rows // each, max(1, BLOCK // each))
    values: Array = part.source.read(slice(0, planes * each))("").data
    return values.astype(values.dtype.newbyteorder("=")).reshape(planes, rows, columns)


def _exchanged(p: Array, r: Array) -> Cause | None:
    if p.shape[1:] != r.shape[:0:-1]:
        return None
    if equal(p.transpose(0, 2, 1), r):
        return Cause("TRANSPOSED", "the first two axes are exchanged")
    turns = ((1, "turned by 90 degrees"), (3, "turned by -90 degrees"))
    return next((Cause("", f"the image is {text}") for n, text in turns if equal(p, np.rot90(r, n, (1, 2)))), None)


def _mirrored(p: Array, r: Array) -> Cause | None:
    if p.shape != r.shape:
        return None
    for axis, (rows, columns) in MIRRORED.items():
        if equal(p, r[:, rows, columns]):
            return Cause("", f"the image is mirrored in {axis}")
    if equal(p, r[:, ::-1, ::-1]):
        return Cause("", "the image is turned by 180 degrees")
    return None


def _reordered(p: Array, r: Array) -> Cause | None:
    """Planes that are all there, not where they were."""
    if p.shape != r.shape or len(p) < FLAT:
        return None
    mine, theirs = ([plane.tobytes() for plane in block] for block in (p, r))
    if sorted(mine) != sorted(theirs) or len(set(theirs)) < len(theirs):
        return None
    first = next(i for i, (a, b) in enumerate(zip(mine, theirs, strict=True)) if a != b)
    if mine == [*theirs[-1:], *theirs[:-1]] or mine == [*theirs[1:], *theirs[:1]]:
        return None  # a shift says more
    text = f"the planes are the same in another order: plane {first + 1} was plane {theirs.index(mine[first]) + 1}"
    return Cause("", text)
