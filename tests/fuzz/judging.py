"""One fuzzed file before the comparer: whatever it holds, the outcome is a verdict with a sentence."""

import re
from dataclasses import replace
from pathlib import Path

from adp.comparison.compare import compare
from adp.comparison.describe import describe
from adp.comparison.formats.limits import LIMITS
from adp.comparison.result import EXIT_CODES, Comparison
from tests.fuzz.mutation import case
from tests.fuzz.seeds import seeds

SMALL = replace(
    LIMITS, text=8 << 20, unpacked=64 << 20, packed=16 << 20, ragged=1 << 20, whole=64 << 20, room=512 << 20, seconds=2
)
EVIDENT = re.compile(r"'[^']*'|\"[^\"]*\"|[0-9.+e-]+|: .*")


class WrongError(AssertionError):
    """The outcome breaks a promise."""


def judged(count: int, folder: Path) -> str:
    """What the case ended in, in a form that is the same for the same way through the readers. Raises WrongError, or
    what the comparer let out."""
    name, data = case(count)
    good, bad = folder / "good", folder / "bad"
    good.write_bytes(seeds()[name])
    bad.write_bytes(data)
    product = _promised(compare(good, bad, limits=SMALL))
    reference = _promised(compare(bad, good, limits=SMALL)) if count % 4 == 0 else None
    if count % 4 == 1:
        describe(bad, limits=SMALL)
    if reference is not None and _is_one_sided(product, reference):
        raise WrongError(f"{product.verdict} one way, {reference.verdict} the other")
    codes = sorted({f"{f.reason}/{f.code}/{EVIDENT.sub('', f.message)[:60]}" for f in product.findings if f.is_error})
    return f"{name}|{product.verdict}|{';'.join(codes)}"


def _is_one_sided(product: Comparison, reference: Comparison) -> bool:
    """Whether one way agrees and the other does not, for no reason that counts one way only: a wider type, an added
    column or card, a unit that converts."""
    verdicts = {product.verdict, reference.verdict}
    lenient = {"DTYPE", "CARD_EXTRA", "CARD_MISSING", "UNIT"}
    codes = {f.code for f in (*product.findings, *reference.findings)}
    return "agrees" in verdicts and len(verdicts) > 1 and not codes & lenient


def _promised(found: Comparison) -> Comparison:
    if found.verdict not in EXIT_CODES:
        raise WrongError(f"the verdict is {found.verdict!r}")
    if (found.verdict == "agrees") == any(f.is_error for f in found.findings):
        raise WrongError(f"{found.verdict} with {[f.code for f in found.findings]}")
    if any(not f.message.strip() or "Traceback" in f.message for f in found.findings):
        raise WrongError("a finding without a sentence")
    found.to_dict()
    return found
