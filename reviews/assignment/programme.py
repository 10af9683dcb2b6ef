"""The plan under all bounds: a linear programme in two steps (coverage, fit), whole numbers where it is fractional.

HiGHS, one thread and a fixed seed. The first solution, for coverage alone, is where the second starts from: that
costs a tenth of starting anew (measured: 41 against 2.5 s for 2,000 products)."""

import highspy
import numpy as np

from reviews.assignment.pool import Bounds, Ints, Pool
from reviews.assignment.rows import INFINITY, Floats, Rows, rows

MISSING, NO_SENIOR = 2.0, 1.0  # what a missing review weighs against a missing senior: coverage comes first
WHOLE = 1e-6
GAP = 2e-5  # relative, of the part that is solved in whole numbers
NODES = 2000  # of that part, not seconds: the answer must not depend on the machine. The gap tells what is left


def best(pool: Pool, bounds: Bounds, kept: Ints, left_out: Ints) -> tuple[Ints, float]:
    """As many reviews as can be had within the bounds, then seniors, then the best fits. `kept` must be in, `left_out`
    must not. Beside them the sum that no such plan can exceed."""
    model = _Model(pool, rows(pool, bounds), bounds, kept, left_out)
    lack = model.solve_for_coverage()
    bound, values = model.solve_for_fit(lack)
    fractional = (values > WHOLE) & (values < 1 - WHOLE)
    if fractional.any():
        reopened = np.isin(pool.product, np.unique(pool.product[fractional]))
        values = model.solve_in_whole(values, reopened)
    return np.flatnonzero(values > 0.5), bound  # noqa: PLR2004 (a whole number, found in floating point)


class _Silent(highspy.Highs):
    """The package prints a banner when it is made, before anybody can ask it not to."""

    def enableCallbacks(self) -> None:  # noqa: N802 (the package's own name)
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]  # its stub forgets the arguments


class _Model:
    """One model that is changed from step to step, so that each starts where the one before ended."""

    def __init__(self, pool: Pool, given: Rows, bounds: Bounds, kept: Ints, left_out: Ints) -> None:
        self._pool = pool
        self._slack = np.arange(pool.size, pool.size + 2 * pool.products)
        self._weights = np.repeat([MISSING, NO_SENIOR], pool.products)
        self._lack_row: int | None = None
        self._highs = _Silent()  # type: ignore[no-untyped-call]  # likewise
        for name, value in (("threads", 1), ("random_seed", 20261124), ("parallel", "off")):
            self._highs.setOptionValue(name, value)
        lower, upper = np.zeros(pool.size), np.ones(pool.size)
        lower[kept], upper[left_out] = 1.0, 0.0
        self._load(given, np.r_[lower, np.zeros(len(self._slack))], np.r_[upper, self._most(bounds)])

    def _most(self, bounds: Bounds) -> Floats:
        found: Floats = np.r_[bounds.demands(self._pool), np.full(self._pool.products, float(bool(bounds.seniors)))]
        return found

    def _load(self, given: Rows, lower: Floats, upper: Floats) -> None:
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = given.matrix.shape
        model.col_cost_ = np.r_[np.zeros(self._pool.size), self._weights]
        model.col_lower_, model.col_upper_ = lower, upper
        model.row_lower_, model.row_upper_ = given.lower, given.upper
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = given.matrix.indptr
        model.a_matrix_.index_ = given.matrix.indices
        model.a_matrix_.value_ = given.matrix.data
        self._highs.passModel(model)

    def solve_for_coverage(self) -> float:
        """The least weight of what must be missing."""
        return self._run()

    def solve_for_fit(self, lack: float) -> tuple[float, Floats]:
        """The best sum of fits that misses no more than `lack`, and what each pair gets there."""
        if lack > WHOLE:
            self._lack_row = self._highs.getNumRow()
            self._highs.addRow(-INFINITY, lack + WHOLE, len(self._slack), self._slack.astype(np.int32), self._weights)
        else:
            self._bound(self._slack, np.zeros(len(self._slack)), np.zeros(len(self._slack)))
        self._cost(np.r_[-self._pool.score.astype(np.float64), np.zeros(len(self._slack))])
        bound = -self._run()
        return bound, self._values()

    def solve_in_whole(self, values: Floats, reopened: np.ndarray) -> Floats:
        """Whole numbers: what came out whole stays, but for products that were fractional. Coverage is priced again,
        for the little that is open may not reach what fractions did."""
        fixed = np.flatnonzero(~reopened)
        rounded = np.rint(values[fixed])
        self._bound(fixed, rounded, rounded)
        self._bound(self._slack, np.zeros(len(self._slack)), np.full(len(self._slack), INFINITY))
        if self._lack_row is not None:
            self._highs.changeRowBounds(self._lack_row, -INFINITY, INFINITY)
        dear = 10.0 * max(1.0, float(self._pool.score.max(initial=0)))
        self._cost(np.r_[-self._pool.score.astype(np.float64), dear * self._weights])
        whole = np.flatnonzero(reopened).astype(np.int32)
        kinds = np.full(len(whole), int(highspy.HighsVarType.kInteger), dtype=np.uint8)
        self._highs.changeColsIntegrality(len(whole), whole, kinds)
        self._highs.setOptionValue("mip_rel_gap", GAP)
        self._highs.setOptionValue("mip_max_nodes", NODES)
        self._run()
        return self._values()

    def _values(self) -> Floats:
        return np.array(self._highs.getSolution().col_value)[: self._pool.size]

    def _bound(self, columns: Ints, lower: Floats, upper: Floats) -> None:
        self._highs.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper)

    def _cost(self, cost: Floats) -> None:
        self._highs.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)

    def _run(self) -> float:
        self._highs.run()
        status = self._highs.getModelStatus()
        if status not in {highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kSolutionLimit}:
            raise RuntimeError(f"an assignment that always exists was not found: {status}")
        return float(self._highs.getObjectiveValue())
