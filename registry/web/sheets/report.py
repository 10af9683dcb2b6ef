"""The page of one report: the sentence, the evidence, every rule with what it allowed, the command that repeats it."""

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from adp.comparison.words.allowed import allowed, margin
from adp.comparison.words.numbers import number, seconds, short, size
from adp.comparison.words.text import place, visible
from adp.finding import Finding, Reason, Severity
from adp.report import Report, StageResult, Verdict
from registry.web.present.wording import EVIDENCE
from registry.web.sheets.gallery import Shown, gallery, notes

FAILED = {
    Reason.TEST_FAIL: "a test failed",
    Reason.MISMATCH: "not reproduced as declared",
    Reason.NONREPRODUCIBLE: "did not repeat itself",
    Reason.CRASH: "a command crashed",
    Reason.TIME_LIMIT: "time limit",
    Reason.MEMORY_LIMIT: "memory limit",
    Reason.PROCESS_LIMIT: "process limit",
    Reason.DISK_LIMIT: "disk limit",
    Reason.LOG_LIMIT: "log limit",
    Reason.OUTPUT_INVALID: "a product is not valid",
    Reason.MANIFEST_INVALID: "the manifest is not valid",
    Reason.POLICY: "against the rules of the registry",
    Reason.BUILD_FAIL: "the environment could not be built",
    Reason.BUILD_LIMIT: "the environment needed too much to build",
    Reason.REFERENCE_INVALID: "the reference data is not valid",
}
ORDER = (Severity.ERROR, Severity.WARNING, Severity.INFO)
NAMES = {
    Severity.ERROR: ("error", "errors"),
    Severity.WARNING: ("warning", "warnings"),
    Severity.INFO: ("note", "notes"),
}
UNTOLD = "none"
OWN = frozenset({"relation", "agree"})  # compares the product with itself


@dataclass(frozen=True, slots=True)
class Rule:
    scope: str
    verdict: str
    differ: str
    bias: str
    scatter: str
    worst: str
    where: str
    allowed: str
    passes_at: str
    margin: str

    has_margin: bool

    @property
    def is_bad(self) -> bool:
        return self.verdict in {"fail", "error", "differs"}


@dataclass(frozen=True, slots=True)
class Comparison:
    """`kind`: independent, simulation-truth or regression as the author declared it; relation; agree, a second run."""

    name: str
    kind: str
    caption: str
    verdict: str
    rules: tuple[Rule, ...]
    pictures: tuple[Shown, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def told(self) -> tuple[Rule, ...]:
        """What failed, and what passed with a margin worth reading."""
        return tuple(r for r in self.rules if r.is_bad or r.has_margin)

    @property
    def quiet(self) -> int:
        """How many rules only say that all is equal."""
        return len(self.rules) - len(self.told)

    @property
    def evidence(self) -> str:
        """The kind in the words every page uses."""
        return EVIDENCE.get(self.kind, self.kind)


@dataclass(frozen=True, slots=True)
class Sheet:
    report: Report
    word: str
    say: str
    findings: tuple[Finding, ...]
    count: str
    comparisons: tuple[Comparison, ...]
    stages: tuple[StageResult, ...]
    facts: tuple[tuple[str, Any], ...]
    cost: tuple[tuple[str, str], ...]

    @property
    def against(self) -> str:
        """What the numbers were compared with."""
        return ", ".join(dict.fromkeys(c.evidence for c in self.comparisons if c.kind not in OWN))

    @property
    def compared(self) -> tuple[Comparison, ...]:
        """All but second runs that agree: those are one sentence."""
        return tuple(c for c in self.comparisons if c.kind != "agree" or c.verdict != "agrees")

    @property
    def repeated(self) -> int:
        return len(self.comparisons) - len(self.compared)

    @property
    def logs(self) -> tuple[StageResult, ...]:
        """The logs of what did not pass first; nobody reads the others before."""
        return tuple(sorted((s for s in self.stages if s.log), key=lambda s: s.verdict is Verdict.PASSED))


def lay_out(report: Report, manifest: Mapping[str, Any], pictures: Mapping[str, str] = MappingProxyType({})) -> Sheet:
    """`pictures`: where those the reader may see are served, by name."""
    findings = tuple(sorted(report.findings, key=lambda f: ORDER.index(f.severity)))
    return Sheet(
        report=report,
        word=_word(report, findings),
        say=_say(report, findings),
        findings=findings,
        count=count(findings),
        comparisons=tuple(_comparison(c, manifest, pictures) for c in report.comparisons),
        stages=report.stages,
        facts=_facts(report),
        cost=cost(report),
    )


def count(findings: Sequence[Finding]) -> str:
    """`2 errors, 1 note`."""
    found = Counter(f.severity for f in findings)
    return ", ".join(f"{found[s]} {NAMES[s][found[s] != 1]}" for s in ORDER if found[s]) or "none"


def repeat(url: str, ref: str) -> str:
    """The exact command that gives the same verdict on the reader's machine."""
    return f"adp check {shlex.quote(visible(url))} --ref {shlex.quote(visible(ref))}"


def cost(report: Report) -> tuple[tuple[str, str], ...]:
    """What the run needed, beside what it asked for."""
    limits: Mapping[str, Any] = report.declared.get("limits", {})
    spent = report.cost
    peak = size(spent.get("peak_memory_bytes"))
    asked = f" of {size(limits['memory'])} asked" if limits.get("memory") else ""
    return (
        ("CPU", seconds(spent.get("cpu_seconds"))),
        ("Wall", seconds(spent.get("wall_seconds"))),
        ("Memory, peak", peak + asked),
        ("Output", size(spent.get("output_bytes"))),
    )


def _word(report: Report, findings: Sequence[Finding]) -> str:
    if report.verdict is not Verdict.FAILED:
        return ""
    first = next((f for f in findings if f.is_error), None)
    return f"failed: {FAILED[first.reason]}" if first is not None and first.reason in FAILED else "failed"


def _say(report: Report, findings: Sequence[Finding]) -> str:
    first = next((f for f in findings if f.is_error), None)
    if first is not None:
        return visible(first.message)
    agree = sum(c.get("verdict") == "agrees" for c in report.comparisons)
    if not agree:
        return "Every stage passed."
    return f"Every stage passed, and {'the one comparison agrees' if agree == 1 else f'all {agree} comparisons agree'}."


def _comparison(raw: Mapping[str, Any], manifest: Mapping[str, Any], pictures: Mapping[str, str]) -> Comparison:
    tests = {t["name"]: t for t in manifest.get("tests", {}).get("data", ())}
    test = tests.get(raw.get("name", ""), {})
    pair = [visible(raw.get(k) or test.get(k, "")) for k in ("reference", "product")]
    files = raw.get("files") or {}
    facts = [f"{visible(f.get('path', ''))} ({size(f.get('bytes'))})" for f in files.values()]
    return Comparison(
        name=visible(raw.get("name") or "comparison").replace("-", " "),
        kind=visible(raw.get("evidence") or test.get("kind") or raw.get("kind", "")),
        caption=" → ".join(p for p in pair if p) or " → ".join(facts),
        verdict=raw.get("verdict", ""),
        rules=tuple(_rule(r) for r in raw.get("rules", ())),
        pictures=gallery(raw, pictures),
        notes=notes(raw),
    )


def _rule(raw: Mapping[str, Any]) -> Rule:
    limit = allowed(raw["rule"])
    failed = raw["verdict"] in {"fail", "differs"}
    return Rule(
        scope=visible(raw["scope"]),
        verdict=raw["verdict"],
        differ=_differ(raw),
        bias=_number(raw.get("bias")),
        scatter=_number(raw.get("scatter")),
        worst=_number(raw.get("worst")),
        where=place({k: v for k, v in (raw.get("where") or {}).items() if k != "index"}),
        allowed=limit.text,
        passes_at="never" if failed and raw.get("would_pass_at") is None else _number(raw.get("would_pass_at")),
        margin=margin(limit, raw.get("would_pass_at")),
        has_margin=bool(raw.get("would_pass_at")),
    )


def _differ(raw: Mapping[str, Any]) -> str:
    violations, fraction = raw.get("violations") or 0, raw.get("fraction") or 0
    return f"{number(violations)} of {number(round(violations / fraction))}" if fraction else number(violations)


def _number(value: Any) -> str:
    return UNTOLD if value is None else short(value)


def _facts(report: Report) -> tuple[tuple[str, Any], ...]:
    environment = report.environment
    limits = report.declared.get("limits", {})
    asked = [
        f"{number(limits['cpus'])} CPU" if "cpus" in limits else "",
        size(limits.get("memory", 0)) if limits else "",
    ]
    return (
        ("Engine", visible(report.engine)),
        ("Sandbox", ", ".join(["no network", *asked])),
        ("Environment", visible(environment.get("name", ""))),
    )
