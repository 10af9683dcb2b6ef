"""adp compare REFERENCE PRODUCT: is the product the same as the reference, by a stated rule? The caller's own files."""

import argparse
import json
import os
import shlex
import sys
from pathlib import Path
from typing import Any

from adp.cli.bar import watching
from adp.cli.placing import placed
from adp.comparison.public import compare, spec_of, with_pictures
from adp.comparison.result import AGREES, DIFFERS, ERROR, Comparison
from adp.comparison.spec.terms import Spec
from adp.comparison.words.summary import line
from adp.comparison.words.text import named, place
from adp.errors import AuthorError, UsageError

COLOURS = {AGREES: "\x1b[1;32m", DIFFERS: "\x1b[1;31m", ERROR: "\x1b[1;33m"}
PLAIN = "\x1b[0m"


def add(verbs: Any) -> None:
    p = verbs.add_parser("compare", help="compare a product with a reference by a stated rule")
    p.add_argument("reference", metavar="REFERENCE", type=Path, help="the file, or folder of files, that is right")
    p.add_argument("product", metavar="PRODUCT", type=Path, help="the file, or folder of files, to judge")
    p.add_argument("--spec", metavar="FILE", type=Path, help="a comparison spec in TOML")
    p.add_argument("--abs", metavar="X", help="absolute tolerance: a number, or a number and a unit ('1e-6 Jy')")
    p.add_argument("--rel", metavar="X", type=float, help="relative tolerance: |p - r| <= abs + rel * |r|")
    p.add_argument("--report", metavar="DIR", type=Path, help="write report.html, its pictures and report.json there")
    p.add_argument(
        "--no-pictures", action="store_false", dest="pictures", help="a report without pictures: sooner done"
    )
    p.add_argument("--json", action="store_true", help="print one adp-comparison/1 document on stdout")
    p.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    if args.report and args.report.exists() and not args.report.is_dir():
        raise UsageError(f"{args.report} is no folder", hint="name a folder for the report; it is made when missing")
    found = _judged(args)
    if args.report and args.pictures and found.files:
        found = with_pictures(found, args.reference, args.product, _spec(args), svg=True)
    document = json.dumps(found.to_dict(), indent=1, allow_nan=False, ensure_ascii=False)
    if args.report:
        with placed(args.report) as draft:
            _report(found, document, args, draft)
    _tell(document if args.json else _coloured(found))
    return found.exit_code


def _judged(args: argparse.Namespace) -> Comparison:
    """A spec that is wrong judges nothing: exit 2, and with --json a document that says what is wrong with it."""
    try:
        with watching() as shown:
            asked = {"abs": _amount(args.abs), "rel": args.rel, "digests": args.report is not None}
            return compare(args.reference, args.product, args.spec, progress=shown, **asked)
    except AuthorError as error:
        if args.json:
            return Comparison(ERROR, error.findings)
        lines = [f"{place(f.where)}: {f.message}" if place(f.where) else f.message for f in error.findings]
        raise UsageError("\n     ".join(map(line, lines)), hint=error.hint) from error


def _amount(text: str | None) -> float | str | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return text


def _report(found: Comparison, document: str, args: argparse.Namespace, into: Path) -> None:
    """report.json, report.html and the pictures both speak of."""
    from adp.comparison.page import write  # noqa: PLC0415 (only where a report is wanted)

    (into / "report.json").write_text(document + "\n", encoding="utf-8", errors="backslashreplace")
    spec = args.spec.read_text("utf-8", errors="backslashreplace") if args.spec else ""
    write(found, into, command=_command(args), spec=spec)


def _spec(args: argparse.Namespace) -> Spec:
    return spec_of(args.spec, abs=_amount(args.abs), rel=args.rel)


def _command(args: argparse.Namespace) -> str:
    """What repeats it, as a shell takes it."""
    given = [("--spec", args.spec), ("--abs", args.abs), ("--rel", args.rel)]
    options = [word for name, value in given if value is not None for word in (name, str(value))]
    return shlex.join(["adp", "compare", named(args.reference), named(args.product), *options])


def _coloured(found: Comparison) -> str:
    text = str(found)
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    verdict, *rest = text.split("\n", 1)
    return "\n".join([f"{COLOURS[found.verdict]}{verdict}{PLAIN}", *rest])


def _tell(text: str) -> None:
    """A reader who left early (`| head -1`) does not change the verdict."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains again at its end
