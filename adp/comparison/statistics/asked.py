"""Which statistics a spec asks of a field: hangs the questions on its judge before the pass."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from adp.comparison.result import NOT_APPLICABLE, RuleResult
from adp.comparison.spec.statistical import StatisticsRule
from adp.comparison.spec.terms import Spec
from adp.comparison.statistics.answer import Answer, Question
from adp.comparison.statistics.bias import mean_bias, pattern
from adp.comparison.statistics.blocks import Blocks
from adp.comparison.statistics.covariance import Covariance, full_chi_square
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
Maker = Callable[[Judge, StatisticsRule, Covariance | None], Question]


def ask(
    judge: Judge,
    rule: StatisticsRule,
    asked: frozenset[str],
    *,
    has_errors: bool,
    covariance: Covariance | None = None,
) -> None:
    """Every statistic of `rule` that can be judged here becomes an aside of `judge`. One that `asked` names and that
    cannot be judged is a finding; others hold where they can."""
    keys = [key for key in LABELS if getattr(rule, key) is not None]
    if not keys:
        return
    if not _is_number(judge):
        for key in sorted(asked & LABELS.keys()):
            judge.refuse("SPEC_TYPE", f"the statistic {key} is about numbers, and this field has none")
        return
    if covariance is not None:
        judge.numbers.watchers.append(covariance)
    for key in keys:
        hindrance = _hindrance(judge, rule, key, covariance, has_errors=has_errors)
        if hindrance is None:
            judge.asides.append(MAKERS[key](judge, rule, covariance))
        elif key in asked:
            judge.refuse(*hindrance)


def unanswered(judges: Sequence[Judge], asked: Iterable[str]) -> None:
    """Statistics that a section of a whole table asks for must be judged in one of its columns at least."""
    labels = [aside.label for judge in judges for aside in judge.asides if isinstance(aside, Question)]
    for key in asked:
        if judges and key in LABELS and not any(label.startswith(LABELS[key]) for label in labels):
            judges[0].refuse("SPEC_UNUSED", f"no column can be judged by the statistic {key}")


def _hindrance(
    judge: Judge, rule: StatisticsRule, key: str, covariance: Covariance | None, *, has_errors: bool
) -> tuple[str, str] | None:
    """Code and sentence why a statistic cannot be judged here; with a covariance, never by variances alone."""
    if key == "chi2_p" and rule.covariance:
        missing = "SPEC_COVARIANCE", f"there is no covariance {rule.covariance} of this field, which {key} needs"
        return missing if covariance is None else None
    if key in IN_ERRORS and not has_errors:
        return "SPEC_SIGMA", f"no standard errors are given, which the statistic {key} needs"
    if key == "binned_bias_sigma" and judge.reference.ragged:
        return "SPEC_TYPE", f"arrays of variable length have no blocks, which {key} needs"
    return None


def unused(spec: Spec, rules: list[RuleResult]) -> Iterator[Finding]:
    """Statistics of the general section that no field could be asked: a rule is never skipped in silence."""
    judged = {r.rule for r in rules if r.verdict != NOT_APPLICABLE}
    for key in spec.general.statistics:
        if key in LABELS and not any(label.startswith(LABELS[key]) or LABELS[key] in label for label in judged):
            hint = "name standard errors by sigma, variance or error" if key in IN_ERRORS else ""
            message = f"the spec asks for the statistic {key}, and nothing in these files can be judged by it"
            yield Finding(Reason.MANIFEST_INVALID, "SPEC_UNUSED", message, hint=hint)

    name = spec.general.statistics.get("covariance")
    if name and not any(label.endswith(f"({name})") for label in judged):
        message = f"the spec names the covariance {name}, and no statistic in these files can be judged with it"
        yield Finding(Reason.MANIFEST_INVALID, "SPEC_UNUSED", message, hint="it is an HDU of the size of the data")


def _is_number(judge: Judge) -> bool:
    kinds = {judge.product.kind, judge.reference.kind}
    return kinds <= {"int", "float", "complex"} and judge.rule.bitmask is None


def _worth(rule: StatisticsRule, covariance: Covariance | None) -> float:
    """N / N_eff; of a covariance once the differences are known."""
    return covariance.correlation if covariance else rule.correlation


def _with(covariance: Covariance | None) -> str:
    return f" ({covariance.name})" if covariance else ""


def _mean(judge: Judge, rule: StatisticsRule, covariance: Covariance | None) -> Question:
    limit = rule.mean_bias_sigma or 0.0
    label = f"mean bias {limit:g} sigma{_with(covariance)}"
    return Question(judge, label, "BIAS", lambda: mean_bias(judge, limit, _worth(rule, covariance)))


def _blocks(judge: Judge, rule: StatisticsRule, covariance: Covariance | None) -> Question:
    limit = rule.binned_bias_sigma or 0.0
    is_table = judge.part.kind != "image"
    shape = judge.numbers.summary.shape
    blocks = Blocks(shape[:1] if is_table else shape, judge.width, is_table=is_table)
    judge.numbers.watchers.append(blocks)
    label = f"blocks {limit:g} sigma{_with(covariance)}"
    return Question(judge, label, "PATTERN", lambda: pattern(judge, blocks, limit, _worth(rule, covariance)))


def _pulls(judge: Judge, rule: StatisticsRule, covariance: Covariance | None) -> Question:
    low, high = rule.pull_std or (0.0, 0.0)
    return Question(judge, f"pull std {low:g} to {high:g}", "PULL", partial(pull_width, judge, low, high))


def _total(judge: Judge, rule: StatisticsRule, covariance: Covariance | None) -> Question:
    limit = rule.total_rel or 0.0
    return Question(judge, f"total rel {limit:g}", "TOTAL", partial(total, judge, limit))


def _chi2(judge: Judge, rule: StatisticsRule, covariance: Covariance | None) -> Question:
    least = rule.chi2_p or 0.0
    if covariance is None:
        return Question(judge, f"chi2 p {least:g}", "CHI2", partial(chi_square, judge, least))
    answer = partial(full_chi_square, judge, covariance, least)
    return Question(judge, f"chi2 p {least:g}{_with(covariance)}", "CHI2", answer)


class _Outliers(Question):
    """VALUE has named the outliers: no second finding."""

    @property
    def findings(self) -> Iterator[Finding]:
        yield from ()


def _outliers(judge: Judge, rule: StatisticsRule, covariance: Covariance | None) -> Question:
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
