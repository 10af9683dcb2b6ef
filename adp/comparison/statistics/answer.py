"""One question about all differences of a field, answered after the pass: a rule, and a finding where it fails."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from adp.comparison.result import FAIL, NOT_APPLICABLE, PASS, RuleResult
from adp.comparison.values.judge import Judge
from adp.finding import Finding, Reason, Where


@dataclass(frozen=True, slots=True)
class Answer:
    """`size` is what was measured, `need` the value of the rule's own number that would have passed. `sentence` says it
    for people, without the scope; `code` stands where the failure is of another kind than the question's own."""

    passes: bool
    size: float
    need: float | None
    sentence: str
    where: Where | None = None
    violations: int = 1
    fraction: float = 0.0
    evidence: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""


class Question:
    """An aside of `judge`. `answer` is asked after the pass; None: there are too few values to tell."""

    def __init__(self, judge: Judge, label: str, code: str, answer: Callable[[], Answer | None]) -> None:
        self._judge, self.label, self._code, self._ask = judge, label, code, answer

    @cached_property
    def answer(self) -> Answer | None:
        return self._ask()

    @property
    def rules(self) -> Iterator[RuleResult]:
        judge, found = self._judge, self.answer
        if found is None:
            yield RuleResult(judge.scope, self.label, NOT_APPLICABLE, where=judge.where)
            return
        summary = judge.numbers.summary
        yield RuleResult(
            scope=judge.scope,
            rule=self.label,
            verdict=PASS if found.passes else FAIL,
            violations=0 if found.passes else found.violations,
            fraction=found.fraction,
            worst=found.size,
            where=found.where or judge.where,
            bias=summary.bias,
            scatter=summary.scatter,
            would_pass_at=found.need,
        )

    @property
    def findings(self) -> Iterator[Finding]:
        judge, found = self._judge, self.answer
        if found is None or found.passes:
            return
        message, code = f"{judge.scope}: {found.sentence}", found.code or self._code
        yield Finding(Reason.MISMATCH, code, message, where=found.where or judge.where, evidence=dict(found.evidence))


def amount(value: float, judge: Judge) -> str:
    """A signed number in the field's unit."""
    unit = f" {judge.reference.unit}" if judge.reference.unit else ""
    return f"{value:+.4g}{unit}"
