"""An outcome as lines of plain text: the verdict, what was found, and the rules with a number worth reading."""

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Protocol

from adp.comparison.words.text import visible
from adp.finding import Finding, Severity, Where

FINDINGS_SHOWN, FILES_SHOWN = 30, 60
SENTENCES = {
    "agrees": "the product agrees with the reference",
    "differs": "the product differs from the reference",
    "error": "could not be judged",
}
SEVERITIES = list(Severity)
HEADS = ("scope", "rule", "verdict", "broken by", "worst", "where", "would pass at")
UP, DOWN = Context(prec=6, rounding=ROUND_CEILING), Context(prec=6, rounding=ROUND_FLOOR)
CHANCE = re.compile(r"(^| )p [0-9]")  # "ks p 0.001", "chi2 p 0.0001 (COV)"
Row = Sequence[str]


class Rule(Protocol):
    """What is read of a RuleResult."""

    @property
    def scope(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def verdict(self) -> str: ...
    @property
    def violations(self) -> int: ...
    @property
    def fraction(self) -> float: ...
    @property
    def worst(self) -> float | None: ...
    @property
    def where(self) -> Where: ...
    @property
    def would_pass_at(self) -> float | None: ...


class Outcome(Protocol):
    """What is read of a Comparison."""

    @property
    def verdict(self) -> str: ...
    @property
    def findings(self) -> Sequence[Finding]: ...
    @property
    def rules(self) -> Sequence[Rule]: ...
    @property
    def comparisons(self) -> Mapping[str, "Outcome"]: ...


def summary(found: Outcome) -> str:
    """For a person; the first line is the verdict. Nothing in it can move the cursor of a terminal."""
    return "\n".join(_lines(found))


def line(text: object) -> str:
    """A stranger's text as one line with every control character written out."""
    return visible(text).replace("\n", "<U+000A>").replace("\t", " ")


def by_severity(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda f: SEVERITIES.index(f.severity))


def worth_reading(rules: Sequence[Rule]) -> tuple[list[Rule], int]:
    """The rules that failed or passed with a margin; how many others there are, which agree exactly."""
    told = [r for r in rules if r.verdict != "pass" or r.would_pass_at]
    return told, len(rules) - len(told)


def cells(rule: Rule) -> Row:
    """One rule as the cells below HEADS."""
    share = f" ({100 * rule.fraction:.3g} %)" if rule.fraction else ""
    broken = f"{rule.violations}{share}" if rule.violations else ""
    numbers = (significant(rule.worst), place(rule.where), passing(rule))
    return tuple(line(cell) for cell in (rule.scope, rule.rule, rule.verdict, broken, *numbers))


def place(where: Where) -> str:
    if where.pixel:
        inside = ", ".join(map(str, where.pixel))
        return f"pixel ({inside})" if len(where.pixel) > 1 else f"pixel {inside}"
    return f"row {where.row}" if where.row else ""


def significant(value: float | None) -> str:
    return f"{value:.6g}" if value is not None and math.isfinite(value) else ""


def passing(rule: Rule) -> str:
    """What would pass, in six digits, rounded to the side that passes: it is copied into specs. A chance is a least
    value, every other limit a largest one."""
    value = rule.would_pass_at
    if value is None or not math.isfinite(value):
        return ""
    rounding = DOWN if CHANCE.search(rule.rule) else UP
    return f"{float(rounding.create_decimal(Decimal(f'{value:.14g}'))):.6g}"


def _lines(found: Outcome) -> Iterator[str]:
    yield SENTENCES[found.verdict]
    findings = by_severity(found.findings)
    for finding in findings[:FINDINGS_SHOWN]:
        yield f"{finding.severity.value}: {finding.code}: {line(finding.message)}"
        if finding.where.world and finding.where.world not in finding.message:
            yield f"  at {line(finding.where.world)}"
        if finding.hint:
            yield f"  → {line(finding.hint)}"
    if len(findings) > FINDINGS_SHOWN:
        yield f"… and {len(findings) - FINDINGS_SHOWN} more; --json or --report shows all"
    yield from _files(found.comparisons) if found.comparisons else _rules(found.rules)


def _rules(rules: Sequence[Rule]) -> Iterator[str]:
    told, quiet = worth_reading(rules)
    if told:
        yield from table(HEADS, [cells(r) for r in told])
    if quiet:
        yield exactly(quiet, more=bool(told))


def exactly(quiet: int, *, more: bool) -> str:
    """What is not listed."""
    return f"{quiet} {'more ' if more else ''}{'rule agrees' if quiet == 1 else 'rules agree'} exactly"


def _files(files: Mapping[str, Outcome]) -> Iterator[str]:
    """Of a folder: the files that do not agree, each with its codes; the others are counted."""
    told = [(name, f.verdict, ", ".join(codes(f.findings))) for name, f in files.items() if f.verdict != "agrees"]
    if told:
        yield from table(("file", "verdict", "codes"), [tuple(map(line, row)) for row in told[:FILES_SHOWN]])
    if len(told) > FILES_SHOWN:
        yield f"… and {len(told) - FILES_SHOWN} more files"
    quiet = len(files) - len(told)
    yield f"{len(files)} compared, {quiet} {'agrees' if quiet == 1 else 'agree'}"


def codes(findings: Sequence[Finding]) -> Collection[str]:
    """The codes of what is an error, each once, in their order."""
    return dict.fromkeys(f.code for f in findings if f.is_error)


def table(heads: Row, rows: Sequence[Row]) -> Iterator[str]:
    """Columns as wide as what stands in them; nothing is folded, for a log has no width."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    for row in (heads, *rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
