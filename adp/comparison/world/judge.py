"""Whether two headers put the same pixels at the same places: by effect where they can be evaluated, else by cards."""

import fnmatch
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from adp.comparison.model import Part
from adp.comparison.result import FAIL, PASS, RuleResult
from adp.comparison.spec.places import WcsRule
from adp.comparison.spec.terms import HeaderRule
from adp.comparison.world.keywords import (
    FRAMES,
    SPECTRAL,
    TIME,
    Value,
    alternates,
    has_time,
    of_alternate,
    world_cards,
)
from adp.comparison.world.labels import frame_difference, spectral_difference, time_differences
from adp.comparison.world.limits import labels
from adp.comparison.world.solution import Solution, Unsolvable, solve
from adp.comparison.world.verdict import Verdict, judged
from adp.finding import Finding, Reason, Severity, Where

DEFAULT = WcsRule()


@dataclass(frozen=True)
class World:
    """`cards`: the keywords that were judged here, and need not be compared as text."""

    findings: tuple[Finding, ...] = ()
    rules: tuple[RuleResult, ...] = ()
    cards: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Pair:
    """Two parts, their cards that are judged by effect, and the other HDUs of their files for lookup tables."""

    product: Part
    reference: Part
    mine: Mapping[str, Value]
    theirs: Mapping[str, Value]
    rule: WcsRule
    files: tuple[Sequence[Part], Sequence[Part]] = field(default=((), ()))


def compare_world(
    product: Part,
    reference: Part,
    header: HeaderRule,
    rule: WcsRule | None,
    files: tuple[Sequence[Part], Sequence[Part]] = ((), ()),
    *,
    converts: bool = False,
) -> World:
    """Judges every coordinate description of one HDU. Headers with equal cards agree at once. `files`: the parts of the
    product's and of the reference's file. `converts`: columns of times are converted from one clock to the other, so
    that the headers' own words about it are information."""
    mine, theirs = (_asked(world_cards(part), header) for part in (product, reference))
    keys = frozenset(mine) | frozenset(theirs)
    pair = Pair(product, reference, mine, theirs, rule or DEFAULT, files)
    if not keys:
        return World()
    if _same(mine, theirs):
        return World(rules=tuple(_passed(pair, letter) for letter in alternates(theirs)), cards=keys)
    letters = sorted({*alternates(mine), *alternates(theirs)}) if product.kind == reference.kind == "image" else []
    found = [_alternate(pair, letter) for letter in letters] or [_unplaced(pair)]
    if not (letters and has_time(mine) and has_time(theirs)):
        severity = Severity.INFO if converts else Severity.ERROR
        clock = tuple(replace(f, severity=severity) for f in time_differences(pair.reference, mine, theirs))
        found.append(World(clock, cards=frozenset(filter(TIME.fullmatch, keys))))
    return World(
        tuple(f for w in found for f in w.findings),
        tuple(r for w in found for r in w.rules),
        frozenset(k for w in found for k in w.cards),
    )


def compare_words(product: Part, reference: Part, header: HeaderRule) -> World:
    """Of spectra that need not share a grid: what their headers say in words, and nothing about pixels."""
    mine, theirs = (_asked(world_cards(part), header) for part in (product, reference))
    keys = frozenset(mine) | frozenset(theirs)
    words = {k for k in keys if k.startswith(("SPECSYS", "SSYSOBS"))}
    findings = [*spectral_difference(reference, mine, theirs, words), *time_differences(reference, mine, theirs)]
    return World(tuple(findings), cards=keys)


def _asked(cards: Mapping[str, Value], header: HeaderRule) -> dict[str, Value]:
    """Without the cards that are to be ignored, only to exist, or to be equal as cards."""
    patterns = (*header.ignore, *header.exists, *header.exact)
    return {k: v for k, v in cards.items() if not any(fnmatch.fnmatchcase(k, p) for p in patterns)}


def _same(mine: Mapping[str, Value], theirs: Mapping[str, Value]) -> bool:
    return mine == theirs and all(
        isinstance(p, bool) == isinstance(r, bool) for k, v in theirs.items() for p, r in zip(mine[k], v, strict=True)
    )


def _passed(pair: Pair, letter: str) -> RuleResult:
    return RuleResult(_scope(pair, letter), labels(pair.rule.max)[0], PASS, worst=0.0, would_pass_at=0.0,
                      where=Where(hdu=pair.reference.label))  # fmt: skip


def _scope(pair: Pair, letter: str) -> str:
    return f"{pair.reference.scope()} wcs {letter}".rstrip()


def _alternate(pair: Pair, letter: str) -> World:
    """One description of a header that has several (standard 4.0, section 8.2.1)."""
    mine, theirs = (of_alternate(cards, letter) for cards in (pair.mine, pair.theirs))
    keys = frozenset(mine) | frozenset(theirs)
    if _same(mine, theirs):
        return World(rules=(_passed(pair, letter),), cards=keys)
    alone = _one_sided(pair, letter)
    if alone is not None:
        failed = replace(_passed(pair, letter), verdict=FAIL if alone.is_error else PASS, worst=None)
        return World((alone,), (failed,), keys)
    try:
        product = solve(pair.product, letter, pair.files[0])
        reference = solve(pair.reference, letter, pair.files[1])
        found = judged(product, reference, pair.reference, pair.rule)
    except Unsolvable as error:
        return World((_by_cards(pair, letter, error),))
    return World(tuple(_placed(found, product, letter)), _rules(pair, letter, found), keys)


def _one_sided(pair: Pair, letter: str) -> Finding | None:
    """A description that only one header has. One more beside the reference's own moves nothing: a warning."""
    mine, theirs = (letter in alternates(cards) for cards in (pair.mine, pair.theirs))
    if mine and theirs:
        return None
    name = f"coordinate description {letter}" if letter else "coordinate description"
    if theirs:
        message = f"{pair.reference.scope()}: the {name} is missing in the product"
        return Finding(Reason.MISMATCH, "WCS", message, where=Where(hdu=pair.reference.label))
    message = f"{pair.reference.scope()}: the reference has no {name}"
    severity = Severity.WARNING if letter else Severity.ERROR
    return Finding(Reason.MISMATCH, "WCS", message, severity, Where(hdu=pair.reference.label))


def _by_cards(pair: Pair, letter: str, error: Unsolvable) -> Finding:
    name = f"description {letter}" if letter else "coordinates"
    message = f"{pair.reference.scope()}: the {name} cannot be evaluated ({error}); the cards are compared instead"
    return Finding(Reason.MISMATCH, "WCS", message, Severity.INFO, Where(hdu=pair.reference.label))


def _placed(found: Verdict, product: Solution, letter: str) -> Iterator[Finding]:
    for finding in found.findings:
        more = {"description": letter} if letter else {}
        yield replace(finding, evidence=dict(finding.evidence) | more)


def _rules(pair: Pair, letter: str, found: Verdict) -> tuple[RuleResult, ...]:
    return tuple(replace(rule, scope=_scope(pair, letter)) for rule in found.rules)


def _unplaced(pair: Pair) -> World:
    """Headers without pixels to try (tables, empty HDUs): what they say of the frame and of the spectrum's rest."""
    keys = {*pair.mine, *pair.theirs}
    frames, spectra = ({k for k in keys if pattern.fullmatch(k)} for pattern in (FRAMES, SPECTRAL))
    findings = [*frame_difference(pair.reference, pair.mine, pair.theirs, frames)]
    findings += spectral_difference(pair.reference, pair.mine, pair.theirs, spectra)
    return World(tuple(findings), cards=frozenset(frames | spectra))
