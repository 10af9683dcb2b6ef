"""Missing values that are no longer missing: NaN or masked on one side, one and the same number on the other."""

from collections.abc import Iterator

import numpy as np

from adp.comparison.model import Array, Values
from adp.comparison.values.numbers import real, wide

FILLED = 3  # places that must hold the same number


def fills(product: Values, reference: Values) -> Iterator[tuple[str, str]]:
    """(finding's code, sentence)."""
    sides = [(real(v.data), wide(v.mask, len(v.data), len(real(v.data)))) for v in (product, reference)]
    if len(sides[0][0]) != len(sides[1][0]):
        return
    (p, p_mask), (r, r_mask) = sides
    for code, what, gone_r, gone_p in (
        ("NAN_MISMATCH", "NaN", _nan(r, r_mask), _nan(p, p_mask)),
        ("MASK_MISMATCH", "what is masked", _masked(r, r_mask), _masked(p, p_mask)),
    ):
        if (value := _one(p, gone_r & ~gone_p, p_mask)) is not None:
            yield code, f"{what} was filled with {value:.9g}"
        elif (value := _one(r, gone_p & ~gone_r, r_mask)) is not None and not _elsewhere(p, value):
            yield code, f"the value {value:.9g} became {what.replace('what is ', '')}"


def _nan(data: Array, mask: Array | None) -> Array:
    found = np.isnan(data)
    return found if mask is None else found & ~mask


def _masked(data: Array, mask: Array | None) -> Array:
    return np.zeros(len(data), dtype=np.bool_) if mask is None else mask


def _one(data: Array, at: Array, mask: Array | None) -> float | None:
    """The one finite number that stands at all these places."""
    at = at if mask is None else at & ~mask
    found = data[at]
    if len(found) < FILLED or not np.isfinite(found).all() or (found != found[0]).any():
        return None
    return float(found[0])


def _elsewhere(data: Array, value: float) -> bool:
    return bool((data == value).any())
