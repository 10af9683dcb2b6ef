"""Which statistics a spec asks of a field: hangs the questions on its judge before the pass."""

from collections.abc import Callable, Iterator
from functools import partial

from adp.comparison.result import NOT_APPLICABLE, RuleResult
from adp.comparison.spec.statistical import StatisticsRule
from adp.comparison.spec.terms import Spec
from adp.comparison.statistics.answer import Answer, Question
from adp.comparison.statistics.bias import mean_bias, pattern
from adp.comparison.statistics.blocks import Blocks
from adp.comparison.statistics.pulls import Allowed, chi_square, pull_width
from adp.comparison.statistics.totals import total
from adp.comparison.values.judge import Judge
from adp.finding import Finding, Reason

LABELS = {
    "mean_bias_sigma": "mean bias",
    "binned_bias_sigma": "blocks",
    "pull_std": "pull std",
    "total_rel": "total",
    "outliers": "outliers",
    "chi2_p": "chi2",
}
IN_ERRORS = frozenset({"pull_std", "outliers", "chi2_p"})
Maker = Callable[[Judge, StatisticsRule], Question]


def ask(judge: Judge, rule: StatisticsRule, asked: frozenset[str], *, has_errors: bool) -> None:
    """Every statistic of `rule` that can be judged here becomes an aside of `judge`. One that `asked` names and that
    cannot be judged is a finding; others hold where they can."""
    keys = [key for key in LABELS if getattr(rule, key) is not None]
    if not keys:
        return
    if not _is_number(judge):
        for key in sorted(asked & LABELS.keys()):
            judge.refuse("SPEC_TYPE", f"the statistic {key} is about numbers, and this field has none")
        return
    for key in keys:
        if key in IN_ERRORS and not has_errors:
            _without_errors(judge, key, asked)
        elif key == "binned_bias_sigma" and judge.reference.ragged:
            _without_blocks(judge, asked)
        else:
            judge.asides.append(MAKERS[key](judge, rule))


def unused(spec: Spec, rules: list[RuleResult]) -> Iterator[Finding]:
    """Statistics of the general section that no field could be asked: a rule is never skipped in silence."""
    judged = {r.rule for r in rules if r.verdict != NOT_APPLICABLE}
    for key in spec.general.statistics:
        if key in LABELS and not any(label.startswith(LABELS[key]) or LABELS[key] in label for label in judged):
            hint = "name standard errors by sigma, variance or error" if key in IN_ERRORS else ""
            message = f"the spec asks for the statistic {key}, and nothing in these files can be judged by it"
            yield Finding(Reason.MANIFEST_INVALID, "SPEC_UNUSED", message, hint=hint)


def _is_number(judge: Judge) -> bool:
    kinds = {judge.product.kind, judge.reference.kind}
    return kinds <= {"int", "float", "complex"} and judge.rule.bitmask is None


def _without_errors(judge: Judge, key: str, asked: frozenset[str]) -> None:
    if key in asked:
        judge.refuse("SPEC_SIGMA", f"no standard errors are given, which the statistic {key} needs")


def _without_blocks(judge: Judge, asked: frozenset[str]) -> None:
    if "binned_bias_sigma" in asked:
        judge.refuse("SPEC_TYPE", "arrays of variable length have no blocks, which binned_bias_sigma needs")


def _mean(judge: Judge, rule: StatisticsRule) -> Question:
    limit = rule.mean_bias_sigma or 0.0
    return Question(judge, f"mean bias {limit:g} sigma", "BIAS", partial(mean_bias, judge, limit, rule.correlation))


def _blocks(judge: Judge, rule: StatisticsRule) -> Question:
    limit = rule.binned_bias_sigma or 0.0
    is_table = judge.part.kind != "image"
    shape = judge.numbers.summary.shape
    blocks = Blocks(shape[:1] if is_table else shape, judge.width, is_table=is_table)
    judge.numbers.watchers.append(blocks)
    answer = partial(pattern, judge, blocks, limit, rule.correlation)
    return Question(judge, f"blocks {limit:g} sigma", "PATTERN", answer)


def _pulls(judge: Judge, rule: StatisticsRule) -> Question:
    low, high = rule.pull_std or (0.0, 0.0)
    return Question(judge, f"pull std {low:g} to {high:g}", "PULL", partial(pull_width, judge, low, high))


def _total(judge: Judge, rule: StatisticsRule) -> Question:
    limit = rule.total_rel or 0.0
    return Question(judge, f"total rel {limit:g}", "TOTAL", partial(total, judge, limit))


def _chi2(judge: Judge, rule: StatisticsRule) -> Question:
    least = rule.chi2_p or 0.0
    return Question(judge, f"chi2 p {least:g}", "CHI2", partial(chi_square, judge, least))


class _Outliers(Question):
    """VALUE has named the outliers: no second finding."""

    @property
    def findings(self) -> Iterator[Finding]:
        yield from ()


def _outliers(judge: Judge, rule: StatisticsRule) -> Question:
    assert rule.outliers is not None  # noqa: S101 (asked only where it is set)
    allowed = Allowed(judge, rule.outliers)
    judge.numbers.watchers.append(allowed)
    judge.allowance = allowed
    answer: Callable[[], Answer | None] = allowed.answer
    return _Outliers(judge, allowed.label, "VALUE", answer)


MAKERS: dict[str, Maker] = {
    "mean_bias_sigma": _mean,
    "binned_bias_sigma": _blocks,
    "pull_std": _pulls,
    "total_rel": _total,
    "outliers": _outliers,
    "chi2_p": _chi2,
}
