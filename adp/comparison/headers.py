"""Header cards by keyword: values and their types. Order, comments and what the data imply do not matter."""

import fnmatch
import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from adp.comparison.formats.fits_cards import STRUCTURAL
from adp.comparison.model import Part
from adp.comparison.result import FAIL, PASS, RuleResult
from adp.comparison.spec.terms import HeaderRule
from adp.comparison.world.keywords import is_world
from adp.finding import Finding, Reason, Severity, Where

NEVER = frozenset({"COMMENT", "", "CHECKSUM", "DATASUM", "ZHECKSUM", "ZDATASUM", "DATE", "END"})
LEFT_OUT = frozenset({"DATE", "COMMENT"})  # of NEVER, what a spec may ask for by its name
INDEXED = re.compile(r"(T[A-Z]{2,5})(\d{1,3})")
EXAMPLES = 5
Value = tuple[Any, ...]


def compare_headers(
    product: Part, reference: Part, rule: HeaderRule, placed: AbstractSet[str] = frozenset()
) -> tuple[list[Finding], RuleResult]:
    """Cards but for those in `placed`, which were judged by what they do (world/)."""
    asked = LEFT_OUT & set(rule.exact)
    p, r = ({k: v for k, v in _keyed(part, asked).items() if k not in placed} for part in (product, reference))
    findings: list[Finding] = []
    total = 0
    for key, value in r.items():
        if _is_ignored(key, rule):
            continue
        total += 1
        findings += _card(reference, key, p.get(key), value, rule)
    findings += [_extra(reference, k, v) for k, v in p.items() if k not in r and not _is_ignored(k, rule)]
    errors = sum(f.is_error for f in findings)
    fraction = errors / max(total, errors, 1)
    scope = f"{reference.scope()} header"
    return findings, RuleResult(scope, _label(rule), FAIL if errors else PASS, errors, fraction,
                                where=Where(hdu=reference.label))  # fmt: skip


def compare_meta(label: str, meta: Mapping[str, Any], other: Mapping[str, Any], rule: HeaderRule) -> list[Finding]:
    """Formats whose metadata are no cards: only what `exact` and `exists` name is looked at."""
    mine, theirs = ({k.upper(): v for k, v in m.items()} for m in (meta, other))
    gone = [k for k in (*rule.exists, *rule.exact) if k not in mine]
    changed = [k for k in rule.exact if k in mine and mine[k] != theirs.get(k)]
    return [_finding("CARD_MISSING", None, f"{label}: the metadata have no {k}") for k in gone] + [
        _finding("CARD_VALUE", None, f"{label}: {k} is {mine[k]!r}, the reference has {theirs.get(k)!r}")
        for k in changed
    ]


def _keyed(part: Part, asked: AbstractSet[str] = frozenset()) -> dict[str, Value]:
    """Values by keyword, in order where a keyword repeats; column keywords under the column's name. Of those that are
    never compared, the ones that were `asked` for."""
    columns = {str(c.value): c.key for c in part.cards if c.key.startswith("TTYPE")} if part.kind == "table" else {}
    names = {key.removeprefix("TTYPE"): name.strip() for name, key in columns.items()}
    found: dict[str, Value] = {}
    for card in part.cards:
        if STRUCTURAL.fullmatch(card.key) or card.key in NEVER - asked:
            continue
        indexed = INDEXED.fullmatch(card.key)
        key = f"{indexed[1]}({names[indexed[2]]})" if indexed and indexed[2] in names else card.key
        found[key] = (*found.get(key, ()), card.value)
    return found


def _is_ignored(key: str, rule: HeaderRule) -> bool:
    return any(fnmatch.fnmatchcase(key, pattern) for pattern in (*rule.ignore, *rule.exists))


def required(parts: Sequence[Part], patterns: Sequence[str], part: Part | None = None) -> Iterator[Finding]:
    """Cards that must be in one of these headers, whatever they say; `part` is named when it is about that one."""
    keys = {key for p in parts for key in (*_keyed(p), *(card.key for card in p.cards))}
    scope = part.scope() if part else "the headers"
    for pattern in patterns:
        if not any(fnmatch.fnmatchcase(key, pattern) for key in keys):
            yield _finding("CARD_MISSING", part, f"{scope}: the card {pattern} must exist")


def _card(part: Part, key: str, mine: Value | None, theirs: Value, rule: HeaderRule) -> Iterator[Finding]:
    if mine is None:
        yield _finding("CARD_MISSING", part, f"{part.scope()}: the card {key} = {_shown(theirs)} is missing")
        return
    exact = is_world(key) or any(fnmatch.fnmatchcase(key, pattern) for pattern in rule.exact)
    rel = 0.0 if exact else rule.rel
    if len(mine) == len(theirs) and all(_same(p, r, rel) for p, r in zip(mine, theirs, strict=True)):
        return
    types = [_kind(p) != _kind(r) for p, r in zip(mine, theirs, strict=False)]
    code = "CARD_TYPE" if any(types) else "CARD_VALUE"
    what = f"{key} is {_shown(mine)}, the reference has {_shown(theirs)}"
    yield _finding(code, part, f"{part.scope()}: {what}")


def _extra(part: Part, key: str, value: Value) -> Finding:
    """A card more is no defect by itself; one that moves the sky is."""
    severity = Severity.ERROR if is_world(key) else Severity.WARNING
    message = f"{part.scope()}: the reference has no card {key} = {_shown(value)}"
    return Finding(Reason.MISMATCH, "CARD_EXTRA", message, severity, Where(hdu=part.label))


def _same(product: Any, reference: Any, rel: float) -> bool:
    if _kind(product) != _kind(reference):
        return False
    if _kind(product) != "number" or product == reference:
        return bool(product == reference)
    return bool(rel and abs(product - reference) <= rel * abs(reference))


def _kind(value: Any) -> str:
    """T is not 1, and '1' is neither; 1 and 1.0 are the same number."""
    if isinstance(value, bool):
        return "truth"
    return "number" if isinstance(value, int | float | complex) else type(value).__name__


def _shown(value: Sequence[Any]) -> str:
    shown = ["T" if v is True else "F" if v is False else repr(v) for v in value[:EXAMPLES]]
    return " | ".join(shown) + (" | …" if len(value) > EXAMPLES else "")


def _label(rule: HeaderRule) -> str:
    return f"cards rel {rule.rel:g}" if rule.rel else "cards"


def _finding(code: str, part: Part | None, message: str) -> Finding:
    return Finding(Reason.MISMATCH, code, message, where=Where(hdu=part.label if part else None))
