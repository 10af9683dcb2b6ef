"""adp compare REFERENCE PRODUCT: is the product the same as the reference, by a stated rule? The caller's own files."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from adp.cli.progress import printable
from adp.cli.verdict import said
from adp.comparison.compare import compare
from adp.comparison.folders import compare_folders
from adp.comparison.page import page
from adp.comparison.result import AGREES, DIFFERS, ERROR, Comparison, RuleResult, number
from adp.comparison.spec.reader import parse
from adp.comparison.spec.terms import Spec
from adp.errors import AuthorError, UsageError

SPEC_CAP = 256 << 10
FINDINGS_SHOWN = 30
WIDE = 200  # of a pipe: a table is not folded for a screen that is not there
STYLES = {AGREES: "bold green", DIFFERS: "bold red", ERROR: "bold yellow"}
SENTENCES = {
    AGREES: "the product agrees with the reference",
    DIFFERS: "the product differs from the reference",
    ERROR: "could not be judged",
}


def add(verbs: Any) -> None:
    p = verbs.add_parser("compare", help="compare a product with a reference by a stated rule")
    p.add_argument("reference", metavar="REFERENCE", type=Path, help="the file, or folder of files, that is right")
    p.add_argument("product", metavar="PRODUCT", type=Path, help="the file, or folder of files, to judge")
    p.add_argument("--spec", metavar="FILE", type=Path, help="a comparison spec in TOML")
    p.add_argument("--abs", metavar="X", help="absolute tolerance: a number, or a number and a unit ('1e-6 Jy')")
    p.add_argument("--rel", metavar="X", type=float, help="relative tolerance: |p - r| <= abs + rel * |r|")
    p.add_argument("--report", metavar="DIR", type=Path, help="write report.json and report.html there")
    p.add_argument("--json", action="store_true", help="print one adp-comparison/1 document on stdout")
    p.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    spec = _spec(args)
    for path in (args.reference, args.product):
        if not path.exists():
            raise UsageError(f"{path} does not exist", hint="give a reference and a product, in this order")
    if args.reference.is_dir() != args.product.is_dir():
        raise UsageError("a file and a folder cannot be compared", hint="give two files or two folders")
    found = (compare_folders if args.reference.is_dir() else compare)(args.reference, args.product, spec)
    document = json.dumps(found.to_dict(), indent=1, allow_nan=False, ensure_ascii=False)
    if args.report:
        args.report.mkdir(parents=True, exist_ok=True)
        (args.report / "report.json").write_text(document + "\n", encoding="utf-8")
        (args.report / "report.html").write_text(page(found), encoding="utf-8")
    if args.json:
        print(document)
    else:
        _print(found)
    return found.exit_code


def _spec(args: argparse.Namespace) -> Spec:
    """The spec file, with --abs and --rel in place of its [data]. A spec that is wrong judges nothing: exit 2."""
    given = {k: v for k, v in (("abs", _amount(args.abs)), ("rel", args.rel)) if v is not None}
    try:
        return parse(_text(args.spec), file=str(args.spec) if args.spec else None, data=given)
    except AuthorError as error:
        lines = [f"{said(f.where)}: {f.message}" if said(f.where) else f.message for f in error.findings]
        raise UsageError("\n     ".join(lines), hint=error.hint) from error


def _text(path: Path | None) -> bytes:
    if path is None:
        return b""
    try:
        with path.open("rb") as file:
            text = file.read(SPEC_CAP + 1)
    except OSError as error:
        raise UsageError(f"the spec {path} cannot be read: {error.strerror}") from error
    if len(text) > SPEC_CAP:
        raise UsageError(f"the spec {path} is larger than {SPEC_CAP} bytes")
    return text


def _amount(text: str | None) -> float | str | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return text


def _print(found: Comparison) -> None:
    console = Console(file=sys.stdout, highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else WIDE)
    console.print(Text(SENTENCES[found.verdict], style=STYLES[found.verdict]))
    for finding in found.findings[:FINDINGS_SHOWN]:
        console.print(Text(f"{finding.severity.value}: {finding.code}: {printable(finding.message)}"))
        if finding.hint:
            console.print(Text(f"  → {printable(finding.hint)}"))
    if len(found.findings) > FINDINGS_SHOWN:
        console.print(f"… and {len(found.findings) - FINDINGS_SHOWN} more; --json or --report shows all")
    if found.rules:
        console.print(_table(found.rules))


def _table(rules: Sequence[RuleResult]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for head in ("scope", "rule", "verdict", "broken by", "worst", "where", "would pass at"):
        table.add_column(head)
    for rule in rules:
        broken = f"{rule.violations} ({100 * rule.fraction:.3g} %)" if rule.violations else ""
        cells = (rule.scope, rule.rule, rule.verdict, broken, _number(rule.worst))
        place = f"pixel {rule.where.pixel}" if rule.where.pixel else f"row {rule.where.row}" if rule.where.row else ""
        table.add_row(*(Text(printable(c)) for c in (*cells, place, _number(rule.would_pass_at))))
    return table


def _number(value: float | None) -> str:
    known = number(value)
    return "" if known is None else f"{known:.6g}"
