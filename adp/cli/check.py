"""adp check PATH|URL: fetch or snapshot it, run every stage, print the verdict."""

import argparse
import json
import shutil
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adp.cli.check_page import check_page
from adp.cli.progress import Display, for_stderr
from adp.cli.verdict import exit_status, print_report
from adp.environment.place import new_job_folder
from adp.environment.unpacking import load
from adp.errors import AuthorError, PlatformError, UsageError
from adp.pipeline import check, refused
from adp.report import Report
from adp.sandbox.choose import NAMES, choose
from adp.sandbox.sweep import sweep
from adp.source.fetch import fetch
from adp.source.local import snapshot
from adp.source.snapshot import Snapshot


def add(verbs: Any) -> None:
    p = verbs.add_parser("check", help="judge an ADP as the registry would")
    p.add_argument("source", metavar="PATH|URL", help="a folder, or the https address of a git repository")
    p.add_argument("--ref", help="tag, branch or commit; default: HEAD")
    p.add_argument("--engine", choices=NAMES, default="auto")
    p.add_argument(
        "--report", metavar="DIR", type=Path, help="keep report.html, report.json, pictures and products there"
    )
    p.add_argument(
        "--environment", metavar="DIR", type=Path, help="run in the environment kept in this OCI image layout"
    )
    p.add_argument("--json", action="store_true", help="print the report as one JSON document on stdout")
    p.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    if args.report and args.report.exists() and not args.report.is_dir():
        raise UsageError(f"{args.report} is no folder", hint="name a folder for the report; it is made when missing")
    display = for_stderr()
    try:
        report = _judge(args, display)
    except (AuthorError, PlatformError) as error:
        now = datetime.now(UTC)  # noqa: TID251 - no Django here
        report = refused(error, engine=args.engine, url=args.source, at=now)
    _print(report, display, as_json=args.json)
    return exit_status(report)


def _judge(args: argparse.Namespace, display: Display) -> Report:
    """Without an engine nothing is fetched and nothing is run: there is no way around the sandbox."""
    engine = choose(args.engine)
    with suppress(PlatformError):  # what an earlier check left does not keep this one from running
        sweep(engine)
    kept = load(args.environment) if args.environment else None
    with new_job_folder() as workspace, display:
        taken = _take(args.source, args.ref, workspace / "source")
        if taken.dirty:
            display.note("the work tree has changes that are not committed: the commit is judged, not they")
        report = check(taken, engine=engine, workspace=workspace, listener=display, environment=kept)
        if args.report:
            _keep(report, workspace, args.report)
    return report


def _take(source: str, ref: str | None, into: Path) -> Snapshot:
    if "://" in source:
        return fetch(source, ref or "HEAD", into)
    path = Path(source)
    if not path.is_dir():
        raise UsageError(f"{source} is no folder and no URL", hint="give the folder of an ADP, or an https URL")
    return snapshot(path.resolve(), into, ref)


def _keep(report: Report, workspace: Path, into: Path) -> None:
    """The products, the pictures of their comparisons, the report as JSON and as a page."""
    into.mkdir(parents=True, exist_ok=True)
    files = [Path("products") / p.path for p in report.products]
    files += [p.relative_to(workspace) for p in (workspace / "pictures").glob("*.png")]
    for file in files:
        (into / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(workspace / file, into / file)
    _put(into / "report.json", json.dumps(report.to_dict(), indent=1))
    _put(into / "report.html", check_page(report, "pictures/"))


def _put(path: Path, text: str) -> None:
    """There whole or not at all."""
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, delete=False, encoding="utf-8", errors="backslashreplace"
    ) as stream:
        stream.write(text)
    written = Path(stream.name)
    written.chmod(0o644)
    written.replace(path)


def _print(report: Report, display: Display, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(report.to_dict(), indent=1))
    else:
        print_report(report, plain=display.is_plain)
