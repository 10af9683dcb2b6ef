"""Pairs of rows read in pieces: in order as they lie, else in blocks so large that no file is searched row by row."""

from collections.abc import Iterator
from functools import cache

from adp.comparison.matching.pairing import Pairing
from adp.comparison.model import Getter, Part, Values

BLOCK = 96 << 20  # bytes of rows in any order that are held at once, of each side


def read(pairing: Pairing, product: Part, reference: Part, size: int) -> Iterator[tuple[int, Getter, Getter]]:
    """(first pair, values of the product, values of the reference), `size` pairs at a time."""
    wide = max(_row_bytes(product), _row_bytes(reference))
    ragged = any(f.ragged for part in (product, reference) for f in part.fields)
    in_order = pairing.product is None or pairing.reference is None
    at_once = size if in_order or ragged else max(size, BLOCK // wide)
    for start, p_rows, r_rows in pairing.chunks(at_once):
        p_get, r_get = product.source.read(p_rows), reference.source.read(r_rows)
        count = min(at_once, pairing.count - start)
        if count <= size:
            yield start, p_get, r_get
            continue
        p_block, r_block = cache(p_get), cache(r_get)
        for first in range(0, count, size):
            last = min(first + size, count)
            yield start + first, _part(p_block, product, first, last), _part(r_block, reference, first, last)


def _row_bytes(part: Part) -> int:
    return max(1, sum(f.dtype.itemsize * max(1, f.per_row) for f in part.fields))


def _part(get: Getter, part: Part, first: int, last: int) -> Getter:
    def some(name: str) -> Values:
        whole, each = get(name), part.by_name[name].per_row
        rows = slice(first * each, last * each)
        return Values(whole.data[rows], None if whole.mask is None else whole.mask[rows])

    return some
