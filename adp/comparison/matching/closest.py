"""Which of all pairs that are near enough are the ones: the closest first, every row once."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
AT_ONCE = 1 << 21  # candidate pairs looked at together
CROWD = 16  # candidate pairs per row beyond which rows cannot be told apart
ROUNDS = 32  # of mutual neighbours at once, before the rest is taken one by one


class CrowdedError(Exception):
    """So many rows are within reach of each other that a match would mean nothing."""


@dataclass(frozen=True)
class Matched:
    """Row numbers of pairs, in the order of the reference's rows, and how far apart they are. `ambiguous`: how many of
    the pairs had another candidate; `near`: product rows without a partner although a reference row is near enough,
    and that row."""

    product: Numbers
    reference: Numbers
    apart: Floats
    ambiguous: int
    near: Numbers
    near_to: Numbers


def closest(one: Numbers, other: Numbers, apart: Floats, rows: int, rows2: int) -> Matched:
    """From candidate pairs (`one`, `other`), row numbers below `rows` and `rows2`: mutual nearest neighbours, then
    those of what remains, and so on; among equals the earlier rows."""
    seen, seen2 = np.bincount(one, minlength=rows), np.bincount(other, minlength=rows2)
    lonely = (seen[one] == 1) & (seen2[other] == 1)
    chosen = [np.flatnonzero(lonely)]
    rest = np.flatnonzero(~lonely)
    rest = rest[np.lexsort((other[rest], one[rest], apart[rest]))]
    for _ in range(ROUNDS):
        if not len(rest):
            break
        taken = rest[_is_first(one[rest]) & _is_first(other[rest])]
        chosen.append(taken)
        rest = rest[~(np.isin(one[rest], one[taken]) | np.isin(other[rest], other[taken]))]
    chosen.append(_one_by_one(one, other, rest))
    pairs = np.concatenate(chosen)
    pairs = pairs[np.argsort(other[pairs])]
    product, reference = one[pairs], other[pairs]
    left = np.flatnonzero(~np.isin(one, product))
    near, at = np.unique(one[left], return_index=True)
    ambiguous = int(((seen[product] > 1) | (seen2[reference] > 1)).sum())
    return Matched(product, reference, apart[pairs], ambiguous, near, other[left[at]])


def _is_first(values: Numbers) -> npt.NDArray[np.bool_]:
    found = np.zeros(len(values), dtype=np.bool_)
    found[np.unique(values, return_index=True)[1]] = True
    return found


def _one_by_one(one: Numbers, other: Numbers, rest: Numbers) -> Numbers:
    """The same, for long chains of neighbours that would need as many rounds as they have links."""
    taken: list[int] = []
    gone: set[int] = set()
    gone2: set[int] = set()
    for pair, i, j in zip(rest.tolist(), one[rest].tolist(), other[rest].tolist(), strict=True):
        if i not in gone and j not in gone2:
            taken.append(pair)
            gone.add(i)
            gone2.add(j)
    return np.array(taken, dtype=np.int64)


def along(values: Floats, values2: Floats, most: float) -> Matched:
    """The same on a line: values at most `most` apart. Values that are not finite have no partner. Raises
    CrowdedError."""
    mine, theirs = (np.flatnonzero(np.isfinite(v)) for v in (values, values2))
    order, order2 = mine[np.argsort(values[mine])], theirs[np.argsort(values2[theirs])]
    one, other = values[order], values2[order2]
    slack = most * 1e-12 + np.abs(one) * 4 * np.finfo(np.float64).eps
    first = np.searchsorted(other, one - most - slack, "left")
    counts = np.searchsorted(other, one + most + slack, "right") - first
    if int(counts.sum()) > CROWD * (len(one) + len(other)) + AT_ONCE:
        raise CrowdedError
    left = np.repeat(np.arange(len(one)), counts)
    right = np.arange(len(left)) + np.repeat(first - (np.cumsum(counts) - counts), counts)
    apart = np.abs(one[left] - other[right])
    near = apart <= most
    return closest(order[left[near]], order2[right[near]], apart[near], len(values), len(values2))
