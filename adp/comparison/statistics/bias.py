"""A bias that hides below the tolerance of single values: in the mean of all differences, or in blocks of them."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adp.comparison.statistics.answer import Answer, amount
from adp.comparison.statistics.blocks import COUNT, D2, PULL, PULL2, PULLS, Blocks, D, Ints, Level, R
from adp.comparison.statistics.significance import lowered, raised, sigmas
from adp.comparison.values.judge import Judge
from adp.comparison.values.tally import Floats
from adp.finding import Where

FEWEST = 2  # values that have a scatter
SMALLEST = 8  # values of a block that is looked at
PRIOR = 4  # values' worth of the whole field's scatter in that of a block: a few equal numbers have none of their own
MARGIN = 1 + 1e-9  # a stated need passes through rounding


def mean_bias(judge: Judge, limit: float, correlation: float) -> Answer | None:
    """|mean d| <= limit * std(d) / sqrt(N_eff), and the same for the pulls where standard errors are known; a mean
    below half a rounding step of the data's type is none. `correlation` is N / N_eff."""
    summary = judge.numbers.summary
    count = summary.compared / correlation
    if count < FEWEST or not _has_squares(summary.d2.value, summary.max_abs):
        return None
    mean = summary.d.value / summary.compared
    width = _deviation(summary.compared, summary.d.value, summary.d2.value)
    found = _sigmas(mean, width, count)
    pull, by_pull = None, 0.0
    if summary.pulls / correlation >= FEWEST and summary.pull_width is not None:
        pull = summary.pull.value / summary.pulls
        by_pull = _sigmas(pull, summary.pull_width, summary.pulls / correlation)
    if abs(mean) <= rounding(judge) * summary.abs_r.value / summary.compared:
        found = by_pull = 0.0
    worst = max(found, by_pull)
    sentence = (
        f"the mean of the differences is {amount(mean, judge)}, {worst:.3g} times its standard error"
        f" (allowed: {limit:g}; {summary.compared} values)"
    )
    sentence += f"; in standard errors of single values {pull:+.3g}" if pull is not None else ""
    if not judge.numbers.values.violations:
        sentence += "; no single value breaks its rule"
    evidence = {"mean": mean, "sigma": worst, "effective_values": count, "mean_pull": pull}
    return Answer(worst <= limit, worst, worst * MARGIN, sentence, evidence=evidence)


def pattern(judge: Judge, blocks: Blocks, limit: float, correlation: float) -> Answer | None:
    """The mean of every block against its own scatter; `limit` holds for the whole set of blocks."""
    levels = blocks.levels
    total = levels[0].sums.sum(axis=1)
    spread = (_variance(total, COUNT), _variance(total, PULLS, PULL, PULL2))
    floor = rounding(judge)
    found = [_level_sigmas(level, spread, floor, correlation) for level in levels]
    trials = sum(int(looked.sum()) for _, looked in found)
    if not trials or not _has_squares(float(total[D2]), judge.numbers.summary.max_abs):
        return None
    allowed = raised(limit, trials)
    beyond = sum(int((z > allowed).sum()) for z, _ in found)
    tops = [float(z.max(initial=0.0)) for z, _ in found]
    level = int(np.argmax(tops))
    at = int(np.argmax(found[level][0]))
    block = _Block(levels[level], at)
    sentence = (
        f"the mean of the differences is {amount(block.mean, judge)} in {block.name(judge, blocks)},"
        f" {tops[level]:.3g} times its standard error (allowed: {allowed:.3g}, which is {limit:g} for {trials} blocks;"
        f" {beyond} of them are beyond)"
    )
    evidence = {"block": block.span(judge, blocks), "mean": block.mean, "values": block.count, "blocks": trials}
    need = lowered(tops[level], trials) * MARGIN
    return Answer(tops[level] <= allowed, tops[level], need, sentence, block.where(judge, blocks), beyond,
                  beyond / trials, evidence)  # fmt: skip


def rounding(judge: Judge) -> float:
    """Half a step of the coarser type, relative: what a mean may be off by rounding alone."""
    types = [f.dtype for f in (judge.product, judge.reference) if f.kind in {"float", "complex"} and not f.soft]
    return max((float(np.finfo(t).eps) / 2 for t in types), default=0.0)


@dataclass(frozen=True, slots=True)
class _Block:
    """One block of a level, for people."""

    level: Level
    at: int

    @property
    def count(self) -> int:
        return int(self.level.sums[COUNT, self.at])

    @property
    def mean(self) -> float:
        return float(self.level.sums[D, self.at]) / max(self.count, 1)

    def span(self, judge: Judge, blocks: Blocks) -> dict[str, list[int]]:
        """First and last, counted from 1 as in FITS; rows of a table as the reference counts them."""
        (z, y, x), (z1, y1, x1) = self.level.low[self.at] + 1, self.level.high[self.at] + 1
        if blocks.is_table:
            ends = (judge.where_of((int(row) - 1) * judge.width).row for row in (x, x1))
            return {"rows": [row or 0 for row in ends]}
        axes = {"x": [int(x), int(x1)], "y": [int(y), int(y1)], "planes": [int(z), int(z1)]}
        return {k: v for k, v in axes.items() if k == "x" or len(blocks.shape) > ("x", "y", "planes").index(k)}

    def name(self, judge: Judge, blocks: Blocks) -> str:
        spans = self.span(judge, blocks)
        parts = [f"{axis} {a}" if a == b else f"{axis} {a}–{b}" for axis, (a, b) in spans.items()]
        return ", ".join(parts)

    def where(self, judge: Judge, blocks: Blocks) -> Where:
        middle = (self.level.low[self.at] + self.level.high[self.at]) // 2
        return judge.where_of(_position(middle, blocks) if not blocks.is_table else int(middle[-1]) * judge.width)


def _position(middle: Ints, blocks: Blocks) -> int:
    z, y, x = (int(i) for i in middle)
    lines, columns = (1, blocks.shape[0]) if len(blocks.shape) == 1 else blocks.shape[-2:]
    return (z * lines + y) * columns + x


def _level_sigmas(
    level: Level, spread: tuple[float, float], floor: float, correlation: float
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Sigmas of every block of a level, 0 where there are too few values; and which were looked at."""
    sums = level.sums
    plain = _shrunk(sums[COUNT], sums[D], sums[D2], spread[0], correlation)
    pulls = _shrunk(sums[PULLS], sums[PULL], sums[PULL2], spread[1], correlation)
    found = np.where(sums[PULLS] >= SMALLEST, pulls, plain)
    looked = (sums[COUNT] >= SMALLEST) & (sums[COUNT] / correlation >= FEWEST)
    is_rounding = np.abs(sums[D]) <= floor * sums[R]
    return np.where(looked & ~is_rounding, found, 0.0), looked


def _shrunk(count: Floats, total: Floats, squares: Floats, spread: float, correlation: float) -> Floats:
    """Sigmas of means. The scatter is the block's own, drawn a little to that of the whole field, and not below that of
    a typical block: where values are skewed, as few counts are, a low mean has a low scatter."""
    n = np.maximum(count, FEWEST)
    mean = total / n
    with np.errstate(over="ignore", invalid="ignore"):
        own = np.maximum(squares - n * np.square(mean), 0.0)
        variance = (own + PRIOR * spread) / (n - 1 + PRIOR)
        seen = variance[count >= SMALLEST]
        variance = np.maximum(variance, np.median(seen)) if len(seen) else variance
    return sigmas(mean, np.sqrt(variance), np.maximum(n / correlation, FEWEST))


def _has_squares(squares: float, largest: float) -> bool:
    """Whether the squares of the differences are numbers, neither beyond float64 nor below it."""
    return math.isfinite(squares) and (squares > 0 or largest == 0)


def _variance(total: Floats, count: int, first: int = D, second: int = D2) -> float:
    n = float(total[count])
    return _deviation(n, float(total[first]), float(total[second])) ** 2 if n >= FEWEST else 0.0


def _deviation(count: float, total: float, squares: float) -> float:
    variance = (squares - total * total / count) / (count - 1)
    return math.sqrt(variance) if math.isfinite(variance) and variance > 0 else 0.0


def _sigmas(mean: float, deviation: float, count: float) -> float:
    return float(sigmas(np.array([mean]), np.array([deviation]), np.array([count]))[0])
