"""Differences in their standard errors: the width of the pulls, chi-square, and how many may lie far out."""

import math
from dataclasses import dataclass

import numpy as np

from adp.comparison.spec.statistical import Outliers
from adp.comparison.statistics.answer import Answer
from adp.comparison.values.judge import Judge
from adp.comparison.values.watching import Seen


def pull_width(judge: Judge, low: float, high: float) -> Answer | None:
    """low <= std of d / sigma <= high."""
    width = judge.numbers.summary.pull_width
    if width is None:
        return None
    which = "the errors are too large, or both sides share their noise" if width < low else "the errors are too small"
    sentence = f"the pulls have a standard deviation of {width:.4g}, which must be {low:g} to {high:g}: {which}"
    evidence = {"pull_std": width, "pull_mean": judge.numbers.summary.pull_mean, "values": judge.numbers.summary.pulls}
    return Answer(low <= width <= high, width, width, sentence, evidence=evidence)


def chi_square(judge: Judge, least: float) -> Answer | None:
    """The chance of a chi-square this large or larger is not below `least`."""
    summary = judge.numbers.summary
    if summary.chi2 is None or summary.chi2_p is None:
        return None
    return chi_square_answer(summary.chi2, summary.pulls, summary.chi2_p, least)


def chi_square_answer(chi2: float, freedom: int, p: float, least: float, how: str = "") -> Answer:
    sentence = (
        f"chi-square is {chi2:.6g} for {freedom} values{how}: by chance in {p:.3g} of all cases, {least:g} are allowed"
    )
    evidence = {"chi2": chi2, "values": freedom, "p": p}
    return Answer(p >= least, chi2 / max(freedom, 1), p, sentence, evidence=evidence)


@dataclass
class Allowed:
    """Watches how far the values that break their rule lie out, and excuses them while they are few and near."""

    judge: Judge
    rule: Outliers
    worst: float = 0.0
    at: int | None = None
    count: int = 0

    def watch(self, seen: Seen) -> None:
        bad = np.flatnonzero(seen.bad)
        if not len(bad):
            return
        self.count += len(bad)
        error = seen.error[bad] if seen.error is not None else np.zeros(len(bad))
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            pulls = np.where(np.isfinite(error) & (error > 0), np.abs(seen.difference[bad]) / error, np.inf)
        top = int(np.argmax(pulls))
        if float(pulls[top]) > self.worst:
            self.worst, self.at = float(pulls[top]), int(seen.positions[bad[top]])

    @property
    def label(self) -> str:
        return f"outliers {self.rule.fraction:g} to {self.rule.max_sigma:g} sigma"

    @property
    def fraction(self) -> float:
        return self.count / max(self.judge.numbers.summary.compared, 1)

    @property
    def holds(self) -> bool:
        few = self.count == self.judge.numbers.values.violations
        return few and self.fraction <= self.rule.fraction and self.worst <= self.rule.max_sigma

    def answer(self) -> Answer:
        """What is left to say once VALUE has named the outliers: nothing that differs by itself."""
        where = self.judge.where_of(self.at) if self.at is not None else None
        worst = self.worst if math.isfinite(self.worst) else None
        evidence = {"outliers": self.count, "fraction": self.fraction, "worst_sigma": worst}
        sentence = f"{self.count} values break the rule, the worst by {self.worst:.3g} standard errors"
        return Answer(self.holds, self.worst, self.fraction, sentence, where, self.count, self.fraction, evidence)
