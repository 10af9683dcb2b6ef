"""Whether two runs of the same steps made the same product: exactly, but for what a file may say about its own time."""

from dataclasses import replace
from pathlib import Path

from adp.comparison.compare import PRODUCT, REFERENCE, compare, digest
from adp.comparison.limits import LIMITS, ReadLimits
from adp.comparison.result import AGREES, DIFFERS, FAIL, PASS, Comparison, FileFacts, RuleResult
from adp.comparison.terms import EXACT
from adp.finding import Finding, Reason

REASONS = {Reason.MISMATCH: Reason.NONREPRODUCIBLE, Reason.REFERENCE_INVALID: Reason.OUTPUT_INVALID}


def agree(first: Path, second: Path, *, limits: ReadLimits = LIMITS) -> Comparison:
    """`second` against `first`. Equal bytes agree in any format; else both are read and every value must be equal."""
    sides = {REFERENCE: first, PRODUCT: second}
    digests = {side: digest(path) for side, path in sides.items()}
    if digests[REFERENCE] == digests[PRODUCT]:
        facts = {s: FileFacts(str(path), *digests[s], "unread") for s, path in sides.items()}
        return Comparison(AGREES, rules=(RuleResult("file", "bytes", PASS),), files=facts)
    found = compare(first, second, EXACT, limits=limits)
    if any(f.code == "UNSUPPORTED" for f in found.findings):
        message = f"{second.name}: the two runs made different bytes, and this format cannot be compared by value yet"
        rules = (RuleResult("file", "bytes", FAIL, 1, 1.0),)
        finding = Finding(Reason.NONREPRODUCIBLE, "VALUE", message)
        return Comparison(DIFFERS, (finding,), rules, found.files)
    findings = tuple(replace(f, reason=REASONS.get(f.reason, f.reason)) for f in found.findings)
    return replace(found, verdict=DIFFERS if any(f.is_error for f in findings) else AGREES, findings=findings)
