"""The report of a check as one page that needs no server: verdict, findings, every comparison with its pictures."""

from collections.abc import Iterator, Mapping
from typing import Any

from adp.comparison.page.folder import document
from adp.comparison.page.html import Markup, el, facts, join, table
from adp.comparison.page.marks import status
from adp.comparison.page.rules import judged
from adp.comparison.page.sections import WORDS, figures, findings
from adp.comparison.result import AGREES, ERROR, Comparison
from adp.comparison.words.numbers import number, seconds, size
from adp.comparison.words.text import visible
from adp.report import Report, StageResult, Verdict

KINDS = {Verdict.PASSED: "agrees", Verdict.FAILED: "differs", Verdict.ERROR: "error", Verdict.SKIPPED: "none"}
SEEN = {Verdict.PASSED: "pass", Verdict.FAILED: "fail", Verdict.ERROR: "unsure", Verdict.SKIPPED: "none"}
OURS = "It could not be checked. This says nothing about the product."


def check_page(report: Report, pictures: str) -> str:
    """`pictures`: the folder of the pictures, relative to the page."""
    name = " ".join(visible(w) for w in (report.product, report.version) if w) or "this ADP"
    compared = [(raw, Comparison.from_dict(raw)) for raw in report.comparisons]
    body = (
        el("h1", name, el("span", ", report", class_="soft")),
        _verdict(report),
        findings(report.findings),
        *_comparisons(compared, pictures),
        _products(report),
        _stages(report),
        _facts(report),
    )
    return document(name, join(body))


def _verdict(report: Report) -> Markup:
    say = next((f.message for f in report.findings if f.is_error), "")
    if report.verdict is Verdict.ERROR:
        say = OURS
    agree = sum(raw.get("verdict") == AGREES for raw in report.comparisons)
    said = f"Every stage passed, and {number(agree)} comparison{'s agree' if agree != 1 else ' agrees'}."
    glyph = status(SEEN[report.verdict], report.verdict.value)
    return el("div", glyph, el("p", say or said, class_="say"), class_=f"verdict {KINDS[report.verdict]}")


def _comparisons(compared: list[tuple[Mapping[str, Any], Comparison]], pictures: str) -> Iterator[Markup]:
    """All but second runs that agree: those are one sentence."""
    again = [raw for raw, found in compared if raw.get("kind") == "agree" and found.verdict == AGREES]
    for raw, found in compared:
        if raw in again:
            continue
        title = (str(raw.get("name", "comparison")), el("span", str(raw.get("evidence", ""))))
        kind = "unsure" if found.verdict == ERROR else found.verdict
        line = el("p", status(kind, WORDS[found.verdict]), f" · {_files(found)}", class_="small")
        shown = figures(found.pictures, found.notes, pictures)
        yield el("section", el("h2", *title), line, judged(found), shown)
    if again:
        many = (
            f"A second run of the steps gave the same for {number(len(again))} product{'s' if len(again) != 1 else ''}."
        )
        yield el("section", el("h2", "Repeats itself"), el("p", many))


def _files(found: Comparison) -> str:
    return ", ".join(f"{side} {visible(f.path)} ({size(f.bytes)})" for side, f in found.files.items())


def _products(report: Report) -> Markup:
    if not report.products:
        return Markup("")
    rows = [
        (p.name, p.path, p.format, number(p.calib_level), size(p.bytes), el("code", p.sha256)) for p in report.products
    ]
    heads = ("product", "file", "format", "calib_level", "size", "sha256")
    return el("section", el("h2", "Products"), table(heads, rows, caption="What came out", numbers=frozenset({3, 4})))


def _stages(report: Report) -> Markup:
    rows = [_stage(s) for s in report.stages]
    whole = table(("stage", "result", "time", "peak memory"), rows, caption="In this order", numbers=frozenset({2, 3}))
    logs = [_log(s) for s in report.stages if s.log and s.verdict is not Verdict.SKIPPED]
    return el("section", el("h2", "Stages"), el("div", whole, class_="fit"), *logs)


def _log(stage: StageResult) -> Markup:
    """Open where it is wanted."""
    text = el("pre", stage.log, class_="cmd", tabindex=0)
    is_open = stage.verdict in {Verdict.FAILED, Verdict.ERROR}
    return el("details", el("summary", f"Log of {stage.name}"), text, open=is_open)


def _stage(stage: StageResult) -> tuple[object, ...]:
    peak = size(stage.peak_memory_bytes) if stage.peak_memory_bytes else "none"
    return stage.name, status(SEEN[stage.verdict], stage.verdict.value), seconds(stage.seconds), peak


def _facts(report: Report) -> Markup:
    cost = report.cost
    told = (
        ("Commit", report.commit or "not a commit"), ("Tree", report.tree), ("Engine", report.engine),
        ("Environment", str(report.environment.get("name", ""))), ("Started", report.started_at),
        ("CPU", seconds(cost.get("cpu_seconds"))), ("Memory, peak", size(cost.get("peak_memory_bytes"))),
        ("Digest", el("code", report.digest)),
    )  # fmt: skip
    return el("section", el("h2", "What ran where"), facts((name, value) for name, value in told if value))
