"""What the machine already knows about a question: read from the version's report and manifest, never a judgement."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from adp.report import Report, StageResult, Verdict

Manifest = Mapping[str, Any]

MARKS = {Verdict.PASSED: "pass", Verdict.FAILED: "fail", Verdict.ERROR: "unsure", Verdict.SKIPPED: "wait"}
BAD = {"fail", "failed", "differs", "error"}
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Evidence:
    """`mark` names a status of the design: pass, fail, unsure, wait, note."""

    mark: str
    text: str


Gather = Callable[[Report, Manifest], Evidence]


def nothing(report: Report, manifest: Manifest) -> Evidence:
    return Evidence("note", "not measured; read and judge")


def table(manifest: Manifest, name: str) -> Mapping[str, Any]:
    found = manifest.get(name)
    return found if isinstance(found, Mapping) else {}


def rows(manifest: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = manifest.get(name) or ()
    return [row for row in found if isinstance(row, Mapping)]


def stage(report: Report, name: str) -> StageResult:
    return next((s for s in report.stages if s.name == name), StageResult(name=name, verdict=Verdict.SKIPPED))


def _said(result: StageResult, what: str) -> str:
    errors = [f.message for f in result.findings if f.is_error]
    return f"{what} {result.verdict.value}" + (f": {errors[0]}" if errors else f" in {result.seconds:.1f} s")


def install(report: Report, manifest: Manifest) -> Evidence:
    environment = table(manifest, "environment")
    built, version = stage(report, "build"), stage(report, "version")
    worst = next((s for s in (built, version) if s.verdict is not Verdict.PASSED), built)
    source = environment.get("requirements") or environment.get("dockerfile") or environment.get("image")
    made_of = f"from {source}" if source else f"on {environment.get('base') or 'no stated base'}, its default packages"
    return Evidence(MARKS[worst.verdict], f"{_said(worst, worst.name)}; built {made_of}; engine {report.engine}")


def unit_tests(report: Report, manifest: Manifest) -> Evidence:
    result = stage(report, "unit")
    return Evidence(MARKS[result.verdict], _said(result, "unit tests"))


def steps(report: Report, manifest: Manifest) -> Evidence:
    declared = ", ".join(f"{s.get('name')} ({s.get('kind')})" for s in rows(manifest, "steps")) or "no step"
    relations = of_kind(report, "relation")
    if not relations:
        return Evidence("note", f"{declared}; no relation between levels is declared")
    differs = [str(c.get("name", "")) for c in relations if c.get("verdict") in BAD]
    kept = f"{len(relations)} declared relations hold" if len(relations) > 1 else "the declared relation holds"
    told = f"relation broken: {', '.join(differs)}" if differs else kept
    return Evidence("fail" if differs else "pass", f"{declared}; {told}")


def documentation(report: Report, manifest: Manifest) -> Evidence:
    product = table(manifest, "product")
    link = table(product, "links").get("documentation")
    where = f"documentation at {link}" if link else "the manifest names no documentation"
    return Evidence("note", f"{where}; science case in {product.get('science_case') or 'no file'}")


def parameters(report: Report, manifest: Manifest) -> Evidence:
    file = table(manifest, "parameters").get("file")
    carried = sorted({k for p in rows(manifest, "products") for k in p.get("requires_keywords") or ()})
    kept = f"products must carry {', '.join(carried)}" if carried else "no keyword is required of the products"
    recorded = f"recorded from {file}" if file else "no parameter file is declared"
    return Evidence("pass" if file and carried else "note", f"{recorded}; {kept}")


def determinism(report: Report, manifest: Manifest) -> Evidence:
    found = [f.message for f in report.findings if f.reason == "NONREPRODUCIBLE"]
    if found:
        return Evidence("fail", found[0])
    tests = table(manifest, "tests")
    if not tests.get("deterministic", True):
        return Evidence(
            "note", f"declared not deterministic: {tests.get('nondeterministic_reason') or 'no reason given'}"
        )
    second = of_kind(report, "agree")
    if not second:
        return Evidence("wait", "no second run was compared")
    return Evidence(
        _mark(second),
        f"the steps ran twice; {len(second)} product{'s' if len(second) > 1 else ''} of both runs compared",
    )


def licence(report: Report, manifest: Manifest) -> Evidence:
    result = stage(report, "standards")
    named = table(manifest, "product").get("license") or "no licence"
    return Evidence(MARKS[result.verdict], f"{named}; {_said(result, 'files every ADP needs:')}")


def cost(report: Report, manifest: Manifest) -> Evidence:
    cpu, peak = report.cost.get("cpu_seconds"), report.cost.get("peak_memory_bytes")
    if cpu is None or peak is None:
        return Evidence("wait", "the report gives no cost")
    asked = table(manifest, "resources").get("memory")
    of = f" of {asked / MIB:.0f} MiB asked" if isinstance(asked, int | float) else ""
    return Evidence("note", f"{cpu:.1f} s CPU, {peak / MIB:.0f} MiB at most{of}")


def purpose(report: Report, manifest: Manifest) -> Evidence:
    product = table(manifest, "product")
    return Evidence("note", f"{product.get('summary') or 'no summary'} Science case: {product.get('science_case')}")


def levels(report: Report, manifest: Manifest) -> Evidence:
    lost = ", ".join(f"{s.get('name')}: {s.get('loss')}" for s in rows(manifest, "steps") if s.get("loss") != "none")
    reached = ", ".join(f"{p.name} at {p.calib_level}" for p in report.products) or "no product"
    return Evidence("note", f"calib_level: {reached}; loss of information: {lost or 'none stated'}")


def reference(report: Report, manifest: Manifest) -> Evidence:
    kinds = [str(t.get("kind")) for t in rows(table(manifest, "tests"), "data")]
    data = {str(d.get("name")): str(d.get("role")) for d in rows(manifest, "data")}
    roles = ", ".join(f"{name} ({role})" for name, role in data.items() if role != "input") or "no reference data"
    independent = sum(kind == "independent" for kind in kinds)
    return Evidence("pass" if independent else "note", f"{independent} of {len(kinds)} data tests independent; {roles}")


def tolerance(report: Report, manifest: Manifest) -> Evidence:
    ruled = [r for c in of_kind(report, "compare") for r in _rules(c)]
    if not ruled:
        return Evidence("wait", "no rule was applied")
    broken = sum(r.get("verdict") in BAD for r in ruled)
    margins = [
        f"{r.get('scope')} would pass at {r['would_pass_at']}" for r in ruled if r.get("would_pass_at") is not None
    ]
    told = f"{len(ruled) - broken} of {len(ruled)} rules hold"
    return Evidence("fail" if broken else "pass", "; ".join((told, *margins[:3])))


def units(report: Report, manifest: Manifest) -> Evidence:
    codes = {"UNIT", "FRAME", "WCS", "TIME_SCALE", "SPECTRAL"}
    found = [f for f in report.findings if f.code in codes]
    if found:
        return Evidence("fail" if any(f.is_error for f in found) else "note", found[0].message)
    return Evidence(MARKS[stage(report, "data").verdict], "no finding about units, frames or time scales")


def uncertainty(report: Report, manifest: Manifest) -> Evidence:
    products = rows(manifest, "products")
    with_variance = [str(p.get("name")) for p in products if p.get("variance") or p.get("covariance")]
    if not with_variance:
        return Evidence("note", "no product declares a variance, mask or covariance")
    return Evidence(
        "pass", f"variance declared by {', '.join(with_variance)} ({len(with_variance)} of {len(products)})"
    )


def citation(report: Report, manifest: Manifest) -> Evidence:
    people = rows(manifest, "contributors")
    known = sum(bool(p.get("orcid")) for p in people)
    paper = table(table(manifest, "product"), "links").get("paper")
    return Evidence("note", f"{known} of {len(people)} contributors with ORCID; paper: {paper or 'none named'}")


def of_kind(report: Report, kind: str) -> list[Mapping[str, Any]]:
    """`compare`: against a reference; `relation`: what a step promised; `agree`: a second run (adp.judging.tasks)."""
    return [c for c in report.comparisons if c.get("kind") == kind]


def _mark(comparisons: list[Mapping[str, Any]]) -> str:
    return "fail" if any(c.get("verdict") in BAD for c in comparisons) else "pass"


def _rules(comparison: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return rows(comparison, "rules")
