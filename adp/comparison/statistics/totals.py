"""What is conserved: the sum over a field, as flux is when an image is resampled."""

import math

from adp.comparison.statistics.answer import Answer, amount
from adp.comparison.values.judge import Judge

MARGIN = 1 + 1e-9


def total(judge: Judge, limit: float) -> Answer | None:
    """|sum p - sum r| <= limit * |sum r|, over pairs of finite values, in compensated sums."""
    summary = judge.numbers.summary
    if not summary.compared:
        return None
    change, whole = summary.d.value, summary.r.value
    share = abs(change / whole) if whole and math.isfinite(whole) else math.inf
    need = share if change else 0.0
    sentence = (
        f"the total changed by {amount(change, judge)}, {need:.3g} of the reference's {whole:.6g} (allowed: {limit:g})"
    )
    evidence = {"product": whole + change, "reference": whole}
    return Answer(need <= limit, need, need * MARGIN, sentence, evidence=evidence)
