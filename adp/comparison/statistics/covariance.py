"""Differences that are not independent: chi-square with their whole covariance, and how many values they are worth."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from adp.comparison.model import Part
from adp.comparison.noise import SIDES, Parts
from adp.comparison.spec.statistical import StatisticsRule
from adp.comparison.statistics.answer import Answer
from adp.comparison.statistics.pulls import chi_square_answer
from adp.comparison.values.judge import Judge
from adp.comparison.values.tally import Floats
from adp.comparison.values.units import factor
from adp.comparison.values.watching import Seen

LARGEST = 1 << 23  # elements of a covariance that are held, 64 MiB: 2896 x 2896
UNEQUAL = 1e-6  # of the largest variance, that C and its transpose may differ by


class NoCovarianceError(ValueError):
    """The matrix is none: not symmetric, not finite, or not positive definite."""


@dataclass
class Covariance:
    """The covariance of d = p - r, from HDUs of one side or both: N x N, or the diagonals i = 0 … b of a banded one as
    rows of N, the element j of row i being C[j + i, j]. Watches the differences; values without a finite pair are left
    out."""

    parts: tuple[Part, ...]
    scales: tuple[float, ...]
    total: int
    name: str
    difference: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.difference = np.full(self.total, np.nan)

    def watch(self, seen: Seen) -> None:
        self.difference[seen.positions] = seen.difference

    @cached_property
    def correlation(self) -> float:
        """N / N_eff of the mean: the sum of all of C over its trace. 1 where there is no matrix to tell."""
        try:
            matrix, known = self._matrix()
        except NoCovarianceError:
            return 1.0
        unknown = int(np.count_nonzero(~known))  # each has 1 on the diagonal
        if _is_banded(matrix):
            trace, whole = float(matrix[0].sum()), float(2 * matrix[1:].sum() + matrix[0].sum())
        else:
            trace, whole = float(np.trace(matrix)), float(matrix.sum())
        trace, whole = trace - unknown, whole - unknown
        return whole / trace if trace > 0 and whole > 0 else 1.0

    def chi_square(self) -> tuple[float, int]:
        """d^T C^-1 d and its number of values, by Cholesky. Raises NoCovarianceError."""
        from scipy import linalg  # noqa: PLC0415 (only a covariance pays for it)

        matrix, known = self._matrix()
        d = np.where(known, self.difference, 0.0)
        try:
            if _is_banded(matrix):
                whitened = linalg.cho_solve_banded((linalg.cholesky_banded(matrix, lower=True), True), d)
            else:
                lower = linalg.cholesky(matrix, lower=True, overwrite_a=True, check_finite=False)
                whitened = linalg.cho_solve((lower, True), d, check_finite=False)
        except linalg.LinAlgError as error:
            raise NoCovarianceError("is not positive definite") from error
        return float(d @ whitened), int(known.sum())

    def _matrix(self) -> tuple[Floats, Any]:
        """C with rows and columns of unknown differences made those of 1, and which are known."""
        known = np.isfinite(self.difference)
        total = sum(_read(part) * scale for part, scale in zip(self.parts, self.scales, strict=True))
        matrix = np.asarray(total, dtype=np.float64)
        if _is_banded(matrix):
            for i in range(len(matrix)):
                matrix[i, : matrix.shape[1] - i][~(known[i:] & known[: len(known) - i])] = 0.0
                matrix[i, matrix.shape[1] - i :] = 0.0
            matrix[0, ~known] = 1.0
        else:
            matrix[~known, :] = matrix[:, ~known] = 0.0
            matrix[~known, ~known] = 1.0
            limit = UNEQUAL * np.diagonal(matrix).max(initial=0)
            if any(np.abs(row - column).max() > limit for row, column in zip(matrix, matrix.T, strict=True)):
                raise NoCovarianceError("is not symmetric")
        if not np.isfinite(matrix).all():
            raise NoCovarianceError("has values that are not finite")
        return matrix, known


def covariance_of(
    judge: Judge, rule: StatisticsRule, asked: frozenset[str], product: Parts, reference: Parts
) -> Covariance | None:
    """The covariance that `rule` names, from the HDUs of both sides by name. None where none is named, or none of this
    field's size is there; that is a finding where this very field `asked` for it."""
    if not rule.covariance or rule.covariance == judge.part.name:
        return None
    sides = {"product": product, "reference": reference}
    found = {side: sides[side].get(rule.covariance) for side in SIDES[rule.noise]}
    total = judge.numbers.values.total
    for side, part in found.items():
        wrong = _wrong(part, total)
        if wrong and "covariance" in asked:
            judge.refuse("SPEC_COVARIANCE", f"the covariance {rule.covariance} of the {side} {wrong}")
        if wrong:
            return None
    parts = tuple(part for part in found.values() if part is not None)
    wanted = f"({judge.reference.unit})**2"
    scales = tuple(factor(p.fields[0].unit, wanted) or 1.0 if p.fields[0].unit else 1.0 for p in parts)
    return Covariance(parts, scales, total, rule.covariance)


def full_chi_square(judge: Judge, covariance: Covariance, least: float) -> Answer | None:
    """As pulls.chi_square, with the whole covariance."""
    from scipy import special  # noqa: PLC0415 (as above)

    try:
        chi2, count = covariance.chi_square()
    except NoCovarianceError as error:
        sentence = f"the covariance {covariance.name} {error}"
        return Answer(passes=False, size=0.0, need=None, sentence=sentence, code="VARIANCE")
    if not count:
        return None
    return chi_square_answer(chi2, count, float(special.chdtrc(count, chi2)), least, f" with {covariance.name}")


def _wrong(part: Part | None, total: int) -> str:
    """Why this HDU is no covariance of so many values; "" when it is one."""
    if part is None or part.kind != "image":
        return "is not there"
    if len(part.shape) != 2 or part.shape[1] != total or part.shape[0] > total:  # noqa: PLR2004 (a matrix)
        shape = " x ".join(str(n) for n in reversed(part.shape))
        return f"has the shape {shape}, which must be {total} x {total}, or {total} x the number of diagonals"
    if part.rows > LARGEST:
        return f"has {part.rows} elements, more than the {LARGEST} that are read: give the diagonals of a banded one"
    return ""


def _read(part: Part) -> Floats:
    return np.asarray(part.source.read(slice(0, part.rows))("").data, dtype=np.float64).reshape(part.shape)


def _is_banded(matrix: Floats) -> bool:
    return len(matrix) < int(matrix.shape[1])
