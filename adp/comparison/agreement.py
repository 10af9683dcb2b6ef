"""Whether two runs of the same steps made the same product: exactly, but for what a file may say about its own time."""

from dataclasses import replace
from pathlib import Path

from adp.comparison.compare import PRODUCT, REFERENCE, compare, digest
from adp.comparison.formats.limits import LIMITS, ReadLimits
from adp.comparison.result import AGREES, DIFFERS, FAIL, PASS, Comparison, FileFacts, RuleResult
from adp.comparison.spec.terms import EXACT
from adp.finding import Finding, Reason

REASONS = {Reason.MISMATCH: Reason.NONREPRODUCIBLE, Reason.REFERENCE_INVALID: Reason.OUTPUT_INVALID}
RULE = RuleResult("file", "second run", PASS)  # one rule, however it was found: a DATE may or may not tick between runs


def agree(first: Path, second: Path, *, limits: ReadLimits = LIMITS) -> Comparison:
    """`second` against `first`. Equal bytes agree in any format; else both are read and every value must be equal."""
    sides = {REFERENCE: first, PRODUCT: second}
    digests = {side: digest(path) for side, path in sides.items()}
    if digests[REFERENCE] == digests[PRODUCT]:
        facts = {s: FileFacts(str(path), *digests[s], "unread") for s, path in sides.items()}
        return Comparison(AGREES, rules=(RULE,), files=facts)
    found = compare(first, second, EXACT, limits=limits)
    if any(f.code == "UNSUPPORTED" for f in found.findings):
        message = f"{second.name}: the two runs made different bytes, and this format cannot be compared by value yet"
        findings: tuple[Finding, ...] = (Finding(Reason.NONREPRODUCIBLE, "VALUE", message),)
    else:
        findings = _as_two_runs(found.findings)
    if not any(f.is_error for f in findings):
        return replace(found, verdict=AGREES, findings=findings, rules=(RULE,))
    failed = replace(RULE, verdict=FAIL, violations=1, fraction=1.0)
    return replace(found, verdict=DIFFERS, findings=findings, rules=(failed,))


def _as_two_runs(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """In the order of the file: the first error names the first HDU or column that differs, and by how much."""
    told = [replace(f, reason=REASONS.get(f.reason, f.reason)) for f in findings]
    first = next((n for n, f in enumerate(told) if f.reason is Reason.NONREPRODUCIBLE and f.is_error), None)
    if first is not None:
        told[first] = replace(told[first], message=f"two runs of the same steps differ, first in {told[first].message}")
    return tuple(told)
