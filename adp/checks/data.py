"""Stage `data`: products are what they claim, keep their promises, agree with their references and with themselves."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from adp.checks import given, steps
from adp.checks.bench import Bench, Notes
from adp.checks.tolerances import spec_of
from adp.comparison.picture import NAMED
from adp.comparison.result import DIFFERS, Comparison
from adp.environment.build import judge_root
from adp.errors import PlatformError
from adp.finding import Finding, Reason, Where
from adp.judging.drawing import illustrate
from adp.judging.judge import judge
from adp.judging.tasks import Result, Task
from adp.manifest.model import DataTest, ProductFile

MEANING = {
    "compare": "against the reference",
    "relation": "the declared relation",
    "agree": "a second run",
    "describe": "format and metadata",
}
HINTS = {
    "compare": "if the product is right, say in tests.data how close it must be; if not, correct the step that made it",
    "relation": "keep what products.relation promises, or promise what the steps really do",
    "agree": "fix seeds, threads and time stamps, or say deterministic = false and why",
}
BY_REASON = {
    Reason.OUTPUT_INVALID: "write a complete file of the declared format, one that astropy opens without a warning",
    Reason.REFERENCE_INVALID: "correct the reference: against this one nothing can be judged",
    Reason.MANIFEST_INVALID: "correct it in adp.toml, or in the spec it names",
}
UNREADABLE = "unknown"


def run(bench: Bench, notes: Notes) -> None:
    """Raises PlatformError when the judge failed, never for what it read."""
    tasks, root, folder = tuple(_tasks(bench)), judge_root(notes.say), bench.workspace / "judge"
    judgement = judge(bench.engine, root, tasks, folder, notes.say)
    for outcome in judgement.outcomes:
        notes.ran(outcome)
    judgement, drawn = illustrate(bench.engine, root, tasks, judgement, folder / "drawing", notes.say)
    if drawn is not None:
        notes.ran(drawn)
    for result in judgement.results:
        _record(bench, notes, result)


OURS = "UNSUPPORTED"  # what this version cannot judge says nothing about the ADP


def _record(bench: Bench, notes: Notes, result: Result) -> None:
    for finding in result.findings:
        if finding.code == OURS:
            raise PlatformError(f"{result.name}: {finding.message}", hint=finding.hint)
    differs = result.comparison is not None and result.comparison.verdict == DIFFERS
    notes.say(f"{result.name}: {MEANING[result.kind]}: {'differs' if differs else 'read'}")
    if result.comparison is not None:
        extra = {"name": result.name, "kind": result.kind, "evidence": _evidence_of(bench, result)}
        bench.comparisons.append(_with_pictures_kept(bench, result.comparison).to_dict() | extra)
    notes.find(*(_named(bench, result, finding) for finding in result.findings))
    if result.facts.get("format", UNREADABLE) != UNREADABLE:
        notes.find(*_format(bench, result), *_keywords(bench, result))


def _with_pictures_kept(bench: Bench, found: Comparison) -> Comparison:
    """Its pictures as files of the bench, under names that are their own in the whole report."""
    number = len(bench.comparisons) + 1
    pictures = tuple(replace(p, name=f"{number:02d}-{p.name}"[:NAMED]) for p in found.pictures)
    if pictures:
        bench.pictures.mkdir(exist_ok=True)
    for picture in pictures:
        (bench.pictures / picture.file).write_bytes(picture.png)
    return replace(found, pictures=pictures)


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
    return Task(test.name, "compare", _file(bench, product), given.file_of(bench, reference), spec)


def _file(bench: Bench, product: ProductFile) -> Path:
    return bench.workspace / steps.FIRST / product.path


def _before(bench: Bench, name: str) -> Path:
    """The level before: a product of this run, or an input."""
    manifest = bench.declared
    for product in manifest.products:
        if product.name == name:
            return _file(bench, product)
    return given.file_of(bench, next(d for d in manifest.data if d.name == name))


def _named(bench: Bench, result: Result, finding: Finding) -> Finding:
    """The finding with its product's path as place (a reader knows only the name) and a next step. Which row of a file
    differs between two runs is chance: it stays in the sentence, and out of the place, which the digest covers."""
    reason, product = finding.reason, _product_of(bench, result).path
    of_product = finding.where.file == Path(product).name and reason is not Reason.REFERENCE_INVALID
    where = replace(finding.where, file=product if of_product else finding.where.file or product)
    if result.kind == "agree":
        where = Where(file=where.file, hdu=where.hdu, column=where.column)
        reason = Reason.NONREPRODUCIBLE if reason is Reason.MISMATCH else reason
    hint = finding.hint or BY_REASON.get(reason) or HINTS.get(result.kind, "")
    return replace(finding, reason=reason, where=where, hint=hint, evidence={**finding.evidence, "test": result.name})


def _product_of(bench: Bench, result: Result) -> ProductFile:
    manifest = bench.declared
    name = next((t.product for t in manifest.tests.data if t.name == result.name), result.name.rpartition(" ")[2])
    return next(p for p in manifest.products if p.name == name)


def _evidence_of(bench: Bench, result: Result) -> str:
    """independent, regression … as the author says; a relation or a second run speaks for itself."""
    declared = {t.name: t.kind for t in bench.declared.tests.data}
    return declared.get(result.name, result.kind)


def _format(bench: Bench, result: Result) -> Iterator[Finding]:
    product, found = _product_of(bench, result), result.facts["format"]
    if found != product.format:
        yield Finding(
            Reason.OUTPUT_INVALID,
            "FORMAT",
            f"{product.path} is {found}, but adp.toml says {product.format}",
            where=Where(file=product.path),
            hint="write it in the declared format, or declare the format it has",
        )


def _keywords(bench: Bench, result: Result) -> Iterator[Finding]:
    product = _product_of(bench, result)
    there = {str(k).casefold() for k in result.facts.get("keywords", ())}
    missing = [k for k in product.requires_keywords if k.casefold() not in there]
    if missing:
        yield Finding(
            Reason.OUTPUT_INVALID,
            "KEYWORD_MISSING",
            f"{product.path} does not say {', '.join(missing)}",
            where=Where(file=product.path),
            hint="write method and configuration into the product: FITS header cards, or the meta of a table",
        )
