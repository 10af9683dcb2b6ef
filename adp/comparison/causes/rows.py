"""What happened to the rows of a table: lost, doubled, slid, sorted."""

from collections.abc import Mapping, Sequence

import numpy as np

from adp.comparison.causes.cause import ENOUGH, Cause
from adp.comparison.causes.likeness import equal
from adp.comparison.model import Array

STEPS = 8  # rows in a block that was lost or added
Columns = Mapping[str, tuple[Array, Array]]  # (product, reference), native, scalar cells


def of_rows(bad: Columns, alike: Columns, start: int = 0) -> Cause | None:
    """Why the columns `bad` differ, all of them for one reason; `alike` are those that do not. They begin at row
    `start`."""
    telling = {n: (p, r) for n, (p, r) in bad.items() if min(len(p), len(r)) >= ENOUGH and len(np.unique(r)) >= ENOUGH}
    if not telling:
        return None
    pairs = list(telling.values())
    whole = not any(len(np.unique(r)) >= ENOUGH for _, r in alike.values())
    return _rolled(telling, whole) or _inserted(pairs, whole, start) or _reordered(telling, alike)


def _inserted(pairs: Sequence[tuple[Array, Array]], whole: bool, start: int) -> Cause | None:
    """A block of rows is missing, or there more, at one place: from there on all rows are off by as many."""
    first = max(_first_difference(p, r) for p, r in pairs)
    for step in range(1, STEPS + 1):
        for sign in (1, -1):
            if all(_slid(*((p, r) if sign > 0 else (r, p)), first, step) for p, r in pairs):
                text = _more(pairs, first, step, start) if sign > 0 else _lost(start + first, step)
                return Cause(
                    "", text if whole else f"this column's values slid by {sign * step} from row {start + first + 1} on"
                )
    return None


def _lost(first: int, step: int) -> str:
    rows = f"row {first + 1} is" if step == 1 else f"rows {first + 1} to {first + step} are"
    return f"the reference's {rows} missing in the product: from there on the rows are off by {step}"


def _more(pairs: Sequence[tuple[Array, Array]], first: int, step: int, start: int) -> str:
    """The place is where rows begin to differ: after a row that is there twice."""
    if step == 1 and first and all(equal(p[first : first + 1], p[first - 1 : first]) for p, _ in pairs):
        return f"row {start + first} is there twice: from there on the rows are off by one"
    at = start + first
    rows = f"an extra row {at + 1}" if step == 1 else f"extra rows {at + 1} to {at + step}"
    return f"the product has {rows}: from there on the rows are off by {step}"


def _slid(longer: Array, shorter: Array, first: int, step: int) -> bool:
    """From row `first` on, `longer` holds what `shorter` does, `step` rows later."""
    a, b = longer[first + step :], shorter[first:]
    common = min(len(a), len(b))
    return common >= ENOUGH // 2 and len(np.unique(a[:common])) > 1 and equal(a[:common], b[:common])


def _rolled(bad: Columns, whole: bool) -> Cause | None:
    """The same rows, all moved on, the last ones first."""
    for step in (s for k in range(1, STEPS + 1) for s in (k, -k)):
        if all(len(p) == len(r) and equal(p, np.roll(r, step)) for p, r in bad.values()):
            what = "all rows" if whole else "this column's values"
            return Cause("ROW_ORDER" if whole else "", f"{what} slid by {step}, round the end")
    return None


def _reordered(bad: Columns, alike: Columns) -> Cause | None:
    """The same rows in another order: every column's, with one permutation."""
    pairs = [*bad.values(), *alike.values()]
    if any(len(p) != len(r) or p.dtype.kind != r.dtype.kind for p, r in pairs):
        return None
    mine, theirs = ([side[k] for side in pairs] for k in (0, 1))
    orders = [np.lexsort(list(columns)) for columns in (mine, theirs)]
    if np.array_equal(orders[0], orders[1]) or not all(equal(p[orders[0]], r[orders[1]]) for p, r in pairs):
        return None
    by = next((n for n, (p, r) in bad.items() if _is_sorted(p) and not _is_sorted(r)), "")
    return Cause("ROW_ORDER", "the rows are the same in another order" + (f", sorted by {by}" if by else ""))


def _is_sorted(values: Array) -> bool:
    return bool((values[:-1] <= values[1:]).all() or (values[:-1] >= values[1:]).all())


def _first_difference(p: Array, r: Array) -> int:
    common = min(len(p), len(r))
    differ = np.flatnonzero((p[:common] != r[:common]) & ~(_nan(p[:common]) & _nan(r[:common])))
    return int(differ[0]) if len(differ) else common


def _nan(values: Array) -> Array:
    return np.isnan(values) if values.dtype.kind == "f" else np.zeros(len(values), dtype=np.bool_)
