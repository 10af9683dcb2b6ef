"""The verdict as a person reads it: the verdict, the reasons, the next steps, the evidence; in that order."""

import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

from adp.cli import costing
from adp.cli.progress import GLYPHS, printable
from adp.finding import Finding, Where
from adp.report import Report, Verdict

STATUS = {Verdict.PASSED: 0, Verdict.FAILED: 1, Verdict.ERROR: 2, Verdict.SKIPPED: 2}
SENTENCES = {
    Verdict.PASSED: "passed",
    Verdict.FAILED: "failed",
    Verdict.ERROR: "could not be checked; this says nothing about it",
    Verdict.SKIPPED: "was not checked",
}


def exit_status(report: Report) -> int:
    return STATUS[report.verdict]


def print_report(report: Report, *, plain: bool) -> None:
    width = 160 if plain else None  # a log is not folded at 80 columns
    console = Console(file=sys.stdout, highlight=False, no_color=plain or None, soft_wrap=True, width=width)
    glyph, style = GLYPHS[report.verdict]
    name = printable(f"{report.product or 'this ADP'} {report.version}".rstrip())
    console.print(Text(f"{glyph} {name} {SENTENCES[report.verdict]}{_but(report)}", style=f"bold {style}"))
    for finding in sorted(report.findings, key=lambda f: not f.is_error):
        _print_finding(console, finding)
    if report.comparisons:
        console.print(_rules(report))
    console.print(f"digest {report.digest}", markup=False)
    console.print(costing.cost(report) if report.cost else f"engine {report.engine}", markup=False)


def _but(report: Report) -> str:
    """What a verdict of "passed" does not cover."""
    if report.verdict is not Verdict.PASSED:
        return ""
    skipped = [s.name for s in report.stages if s.verdict is Verdict.SKIPPED]
    return f"; not checked: {', '.join(skipped)}" if skipped else " every stage"


def _print_finding(console: Console, finding: Finding) -> None:
    console.print()
    console.print(f"{finding.severity.value}: {printable(finding.message)}", markup=False)
    place = said(finding.where)
    code = finding.code if finding.code == finding.reason else f"{finding.reason} {finding.code}"
    console.print(f"  {code}{', ' + place if place else ''}{_measured(finding)}", markup=False, style="dim")
    if finding.hint:
        console.print(f"  → {printable(finding.hint)}", markup=False)
    for key in ("cause", "log", "repeat"):
        if finding.evidence.get(key):
            for line in str(finding.evidence[key]).splitlines():
                console.print(
                    f"    {key}: {printable(line)}" if key != "log" else f"    │ {printable(line)}", markup=False
                )


def _measured(finding: Finding) -> str:
    """Limit against peak, where there is one."""
    limit, peak, unit = (finding.evidence.get(k) for k in ("limit", "peak", "unit"))
    seen = round(peak, 1) if isinstance(peak, float) else peak
    return f", limit {limit} {unit}" + (f", peak {seen} {unit}" if peak is not None else "") if limit else ""


def said(where: Where) -> str:
    """A place in words: "adp.toml line 7, column 1", "HDU SCI, pixel (3, 4)", "step shift"."""
    line = f"line {where.line}" if where.line else ""
    words = [
        " ".join(x for x in (where.file, line) if x),
        f"HDU {where.hdu}" if where.hdu else "",
        f"column {where.column}" if where.column is not None else "",
        f"row {where.row}" if where.row is not None else "",
        f"pixel {where.pixel}" if where.pixel else "",
        where.world or "",
        f"step {where.step}" if where.step else "",
    ]
    return printable(", ".join(w for w in words if w))


def _rules(report: Report) -> Table:
    """What failed, and what passed with a margin worth reading; rules that only say yes are counted."""
    table = Table(title="what was compared", title_justify="left", box=None, padding=(0, 2))
    for head in ("test", "scope", "rule", "verdict", "worst", "would pass at"):
        table.add_column(head, no_wrap=True)
    quiet = 0
    for comparison in report.comparisons:
        for rule in comparison.get("rules", ()):
            if rule["verdict"] == "pass" and not rule["would_pass_at"]:
                quiet += 1
                continue
            row = (comparison.get("name", ""), rule["scope"], rule["rule"], rule["verdict"])
            numbers = (_number(rule["worst"]), _number(rule["would_pass_at"]))
            table.add_row(*(Text(printable(str(cell))) for cell in (*row, *numbers)))
    if quiet:
        table.caption, table.caption_justify = f"{quiet} more agree exactly", "left"
    return table


def _number(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, (int, float)) else ("" if value is None else str(value))
