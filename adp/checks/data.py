"""Stage `data`: products are what they claim, keep their promises, agree with their references and with themselves."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from adp.checks import steps
from adp.checks.bench import Bench, Notes
from adp.checks.tolerances import spec_of
from adp.comparison.result import DIFFERS
from adp.environment.build import judge_root
from adp.errors import AuthorError
from adp.finding import Finding, Reason, Where
from adp.judging.judge import judge
from adp.judging.tasks import Result, Task
from adp.manifest.model import Data, DataTest, ProductFile

MEANING = {
    "compare": "against the reference",
    "relation": "the declared relation",
    "agree": "a second run",
    "describe": "format and metadata",
}


def run(bench: Bench, notes: Notes) -> None:
    """Raises PlatformError when the judge failed, never for what it read."""
    tasks = tuple(_tasks(bench))
    judgement = judge(bench.engine, judge_root(notes.say), tasks, bench.workspace / "judge", notes.say)
    for outcome in judgement.outcomes:
        notes.ran(outcome)
    for result in judgement.results:
        _record(bench, notes, result)


def _record(bench: Bench, notes: Notes, result: Result) -> None:
    differs = result.comparison is not None and result.comparison.verdict == DIFFERS
    notes.say(f"{result.name}: {MEANING[result.kind]}: {'differs' if differs else 'read'}")
    if result.comparison is not None:
        extra = {"name": result.name, "kind": result.kind, "evidence": _evidence_of(bench, result)}
        bench.comparisons.append(result.comparison.to_dict() | extra)
    notes.find(*(_named(bench, result, finding) for finding in result.findings))
    if result.kind == "describe":
        notes.find(*_keywords(bench, result))


def _tasks(bench: Bench) -> Iterator[Task]:
    manifest = bench.declared
    for product in manifest.products:
        yield Task(f"describe {product.name}", "describe", _file(bench, product))
    for product in manifest.products:
        if product.relation is not None:
            relation = product.relation
            before = _before(bench, relation.source)
            name = f"relation {product.name}"
            yield Task.relation(name, before, _file(bench, product), relation.invariant, relation.transform)
    for test in manifest.tests.data:
        yield _comparison(bench, test)
    if manifest.tests.deterministic:
        for product in manifest.products:
            again = bench.workspace / steps.SECOND / product.path
            yield Task(f"second run {product.name}", "agree", again, _file(bench, product))


def _comparison(bench: Bench, test: DataTest) -> Task:
    manifest = bench.declared
    product = next(p for p in manifest.products if p.name == test.product)
    reference = next(d for d in manifest.data if d.name == test.reference)
    spec = spec_of(test, bench.snapshot.path)
    return Task(test.name, "compare", _file(bench, product), _data_file(bench, reference), spec)


def _file(bench: Bench, product: ProductFile) -> Path:
    return bench.workspace / steps.FIRST / product.path


def _before(bench: Bench, name: str) -> Path:
    """The level before: a product of this run, or an input."""
    manifest = bench.declared
    for product in manifest.products:
        if product.name == name:
            return _file(bench, product)
    return _data_file(bench, next(d for d in manifest.data if d.name == name))


def _data_file(bench: Bench, data: Data) -> Path:
    if data.path:
        return bench.snapshot.path / data.path
    packages = bench.built.packages
    if data.package and packages is not None:
        return packages / data.package.replace(":", "/", 1)
    raise AuthorError(
        Finding(
            Reason.REFERENCE_INVALID,
            "DATA_NOT_HELD",
            f"the data {data.name} is not on this node",
            where=Where(file="adp.toml"),
            hint="keep it in the repository, or name a package of the pinned environment",
        )
    )


def _named(bench: Bench, result: Result, finding: Finding) -> Finding:
    """The finding with its product's file as place, and, where a second run differs, with that as its reason."""
    reason = Reason.NONREPRODUCIBLE if result.kind == "agree" and finding.reason is Reason.MISMATCH else finding.reason
    where = finding.where if finding.where.file else replace(finding.where, file=_path_of(bench, result))
    evidence = dict(finding.evidence) | {"test": result.name, "repeat": bench.repeat}
    return replace(finding, reason=reason, where=where, evidence=evidence)


def _path_of(bench: Bench, result: Result) -> str:
    return _product_of(bench, result).path


def _product_of(bench: Bench, result: Result) -> ProductFile:
    manifest = bench.declared
    name = next((t.product for t in manifest.tests.data if t.name == result.name), result.name.rpartition(" ")[2])
    return next(p for p in manifest.products if p.name == name)


def _evidence_of(bench: Bench, result: Result) -> str:
    """independent, regression … as the author says; a relation or a second run speaks for itself."""
    declared = {t.name: t.kind for t in bench.declared.tests.data}
    return declared.get(result.name, result.kind)


def _keywords(bench: Bench, result: Result) -> Iterator[Finding]:
    product = _product_of(bench, result)
    there = {str(k).casefold() for k in result.facts.get("keywords", ())}
    missing = [k for k in product.requires_keywords if k.casefold() not in there]
    if missing and result.facts:
        yield Finding(
            Reason.OUTPUT_INVALID,
            "KEYWORD_MISSING",
            f"{product.path} does not say {', '.join(missing)}",
            where=Where(file=product.path),
            hint="write method and configuration into the product: FITS header cards, or the meta of a table",
            evidence={"repeat": bench.repeat},
        )
