"""The whole comparison of two files: open both, pair their parts, judge each part, say what was found."""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from adp.comparison.derived import has_columns
from adp.comparison.formats.limits import LIMITS, ReadLimits, Unreadable, open_regular
from adp.comparison.formats.opening import open_document
from adp.comparison.headers import compare_headers, compare_meta, required
from adp.comparison.matching import hdus
from adp.comparison.model import Document, Part, Problem
from adp.comparison.parts import Context, compare_images, compare_tables
from adp.comparison.progress import Meter, Progress, silent
from adp.comparison.relation import compare_relation
from adp.comparison.result import AGREES, DIFFERS, ERROR, Comparison, FileFacts, RuleResult
from adp.comparison.sampled import compare_spectra, unsampled
from adp.comparison.sided import sided
from adp.comparison.spec.terms import EXACT, Spec
from adp.comparison.statistics.asked import unused
from adp.comparison.statistics.variances import variances
from adp.comparison.words.text import named
from adp.comparison.world.judge import compare_words, compare_world
from adp.comparison.world.place import located
from adp.finding import Finding, Reason, Where

REFERENCE, PRODUCT = "reference", "product"
BLAME = {REFERENCE: Reason.REFERENCE_INVALID, PRODUCT: Reason.OUTPUT_INVALID}
CARDED = frozenset({"fits", "hdf5", "asdf"})  # formats whose metadata are read as cards
UNJUDGED = frozenset({Reason.MANIFEST_INVALID, Reason.REFERENCE_INVALID})


@dataclass
class _Outcome:
    findings: list[Finding] = field(default_factory=list)
    rules: list[RuleResult] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        return verdict_of(self.findings)


def verdict_of(findings: Sequence[Finding]) -> str:
    """What could not be judged is an error, whatever else differs."""
    errors = [f for f in findings if f.is_error]
    if any(f.reason in UNJUDGED or f.code == "UNSUPPORTED" for f in errors):
        return ERROR
    return DIFFERS if errors else AGREES


def compare(
    reference: Path,
    product: Path,
    spec: Spec = EXACT,
    *,
    limits: ReadLimits = LIMITS,
    progress: Progress = silent,
    digests: bool = False,
) -> Comparison:
    """Whether `product` is the same as `reference` by `spec`; with the sha256 of both if `digests`. Never raises
    for what the files hold: a file that cannot be read is a finding, OUTPUT_INVALID (differs) for the product and
    REFERENCE_INVALID (error) for the reference."""
    outcome = _Outcome()
    paths = {REFERENCE: reference, PRODUCT: product}
    with _hashed(paths, digests=digests) as hashes, _opened(paths, outcome, limits) as documents:
        if len(documents) == len(paths):
            meter = Meter(progress, sum(decoded(d) for d in documents.values()))
            _judge(documents[PRODUCT], documents[REFERENCE], spec, limits, outcome, meter)
            meter.finish()
        formats = {side: document.format for side, document in documents.items()}
        facts = {s: FileFacts(named(p), *hashes[s](), formats.get(s, "unknown")) for s, p in paths.items()}
    return Comparison(outcome.verdict, tuple(outcome.findings), tuple(outcome.rules), facts)


def digest(path: Path) -> tuple[int, str]:
    """Size and sha256 of a file's bytes; (0, "") when it cannot be read."""
    try:
        descriptor = open_regular(path)
    except Unreadable:
        return 0, ""
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), found


@contextmanager
def _hashed(paths: dict[str, Path], *, digests: bool) -> Iterator[dict[str, Callable[[], tuple[int, str | None]]]]:
    """Size and sha256 by side; hashed beside the comparison, by threads that nobody needs otherwise."""
    if not digests:
        yield {side: partial(_size, path) for side, path in paths.items()}
        return
    with ThreadPoolExecutor(2) as pool:
        yield {side: pool.submit(digest, path).result for side, path in paths.items()}


def _size(path: Path) -> tuple[int, None]:
    try:
        return path.stat().st_size, None
    except OSError:
        return 0, None


@contextmanager
def _opened(paths: dict[str, Path], outcome: _Outcome, limits: ReadLimits) -> Iterator[dict[str, Document]]:
    """Documents by side, without those that cannot be read."""
    documents = {}
    with ExitStack() as closing:
        for side, path in paths.items():
            try:
                document = open_document(path, limits)
            except Unreadable as error:
                outcome.findings.append(_unreadable(side, path, error))
                continue
            closing.callback(document.close)
            documents[side] = replace(document, path=path, parts=tuple(sided(side, part) for part in document.parts))
        yield documents


def decoded(document: Document) -> int:
    """Bytes of all values, unpacked: what there is to compare. Heaps of variable length are not counted."""
    return sum(part.rows * sum(f.dtype.itemsize * f.per_row for f in part.fields) for part in document.parts)


def _judge(
    product: Document, reference: Document, spec: Spec, limits: ReadLimits, outcome: _Outcome, meter: Meter
) -> None:
    sides, places = ((REFERENCE, reference), (PRODUCT, product)), []
    for side, document in sides:
        outcome.findings += _problems(side, document, document.problems, spec)
        places.append(len(outcome.findings))
    if outcome.verdict != ERROR:
        _judge_contents(product, reference, spec, limits, outcome, meter)
    if not spec.integrity.checksum:
        return
    late = [list(_problems(side, document, document.late(), spec)) for side, document in sides]
    if late[0]:  # a reference that is not what it says judges nobody
        del outcome.findings[places[1] :]
        outcome.rules.clear()
    for place, found in zip(reversed(places), reversed(late), strict=True):
        outcome.findings[place:place] = found


def _judge_contents(
    product: Document, reference: Document, spec: Spec, limits: ReadLimits, outcome: _Outcome, meter: Meter
) -> None:
    try:
        if spec.relation is not None:
            findings, rules = compare_relation(product, reference, spec.relation, spec, limits)
            outcome.findings += findings
            outcome.rules += rules
        else:
            outcome.findings += _unknown_scopes(product, reference, spec)
            _judge_parts(product, reference, spec, limits, outcome, meter)
            # where something differs already, what could not be judged is told by that
            outcome.findings += unused(spec, outcome.rules) if outcome.verdict == AGREES else ()
            outcome.findings += unsampled(spec, outcome.rules)
        if spec.integrity.variance_positive:
            findings, rules = variances(product, spec, limits)
            outcome.findings += findings
            outcome.rules += rules
    except Unreadable as error:
        side = error.side or PRODUCT
        outcome.findings.append(_unreadable(side, (reference if side == REFERENCE else product).path, error))


def _judge_parts(
    product: Document, reference: Document, spec: Spec, limits: ReadLimits, outcome: _Outcome, meter: Meter
) -> None:
    pairs, findings = hdus.paired(product, reference, spec.match)
    broken = any(p.code in {"TRUNCATED", "FORMAT", "UNSUPPORTED"} for p in product.problems)
    outcome.findings += [f for f in findings if not (broken and f.code == "HDU_MISSING")]  # said already
    planes, own = ({p.name: p for p in document.parts if p.name} for document in (reference, product))
    for mine, theirs in pairs:
        context = Context(spec, limits, hdus.names(theirs), planes, meter, own)
        spectrum = spec.spectrum(context.names)
        sampled = compare_spectra(mine, theirs, spectrum, context) if spectrum and mine.kind == theirs.kind else None
        if product.format == reference.format and (mine.cards or theirs.cards):
            files = product.parts, reference.parts
            _judge_header(mine, theirs, context, files, outcome, sampled=sampled is not None)
        if mine.kind != theirs.kind:
            outcome.findings.append(_other_kind(mine, theirs))
        elif mine.kind != "empty":
            judged = sampled or (compare_images if mine.kind == "image" else compare_tables)(mine, theirs, context)
            outcome.findings += located(judged.findings, theirs)
            outcome.rules += judged.rules
    if product.format in CARDED:
        outcome.findings += required(product.parts, spec.general.header.get("exists", ()))
    else:
        outcome.findings += compare_meta("metadata", product.meta, reference.meta, spec.header(()))


def _judge_header(
    mine: Part,
    theirs: Part,
    context: Context,
    files: tuple[Sequence[Part], Sequence[Part]],
    outcome: _Outcome,
    *,
    sampled: bool,
) -> None:
    """Where pixels fall, and the cards that say anything else. `sampled`: spectra that need not share a grid."""
    header, names = context.spec.header(context.names), context.names
    converts = bool(context.spec.clocks(names, theirs.by_name))
    if sampled:
        world = compare_words(mine, theirs, header)
    else:
        world = compare_world(mine, theirs, header, context.spec.wcs(names), files, converts=converts)
    cards, rule = compare_headers(mine, theirs, header, world.cards)
    outcome.findings += [*required([mine], context.spec.required(names), theirs), *cards, *world.findings]
    outcome.rules += [rule, *world.rules]


def _problems(side: str, document: Document, problems: Sequence[Problem], spec: Spec) -> Iterator[Finding]:
    """What is wrong with the file by itself, as far as the spec asks for it."""
    for problem in problems:
        if problem.code == "CHECKSUM" and not spec.integrity.checksum:
            continue
        if problem.code == "TRAILING" and spec.integrity.trailing_bytes:
            continue
        yield _problem(side, document, problem)


def _problem(side: str, document: Document, problem: Problem) -> Finding:
    name = named(document.path.name)
    message = f"{side} {name}: {problem.message}"
    return Finding(BLAME[side], problem.code, message, where=Where(file=name, hdu=problem.hdu))


def _unreadable(side: str, path: Path, error: Unreadable) -> Finding:
    where = Where(file=named(path.name), line=error.line, hdu=error.hdu)
    return Finding(BLAME[side], error.code, f"{side} {named(path.name)}: {error}", where=where)


def _other_kind(mine: Part, theirs: Part) -> Finding:
    message = f"{theirs.scope()}: is {_article(mine.kind)}, the reference has {_article(theirs.kind)}"
    code = "SHAPE" if "empty" in {mine.kind, theirs.kind} else "FORMAT"
    return Finding(Reason.MISMATCH, code, message, where=Where(hdu=theirs.label))


def _article(kind: str) -> str:
    return {"image": "an image", "table": "a table", "empty": "an HDU without data"}[kind]


def _unknown_scopes(product: Document, reference: Document, spec: Spec) -> Iterator[Finding]:
    """Sections of the spec about HDUs and columns that neither file has: a slip that would loosen nothing, silently."""
    parts = (*product.parts, *reference.parts)
    known = {n for p in parts for n in hdus.names(p)}
    for name in spec.hdus:
        if name not in known:
            yield _slip(f"hdu.{name}", "HDU", known)
    fields = {f.name for p in parts for f in p.fields if f.name}
    asked = {c for scope in (spec.general, *spec.hdus.values()) for c in scope.columns}
    for column in sorted(asked - fields):
        yield _slip(f"column.{column}", "column", fields)
    for name, rule in spec.general.derived.items():
        if not any(has_columns(part, rule) for part in reference.parts):
            yield _slip(f"derived.{name}", "column", fields)


def _slip(section: str, kind: str, known: Sequence[str] | set[str]) -> Finding:
    hint = f"known: {', '.join(sorted(known)[:20]) or 'none'}"
    message = f"the spec's section [{section}] is about {kind}s that neither file has"
    return Finding(Reason.MANIFEST_INVALID, f"SPEC_UNKNOWN_{kind.upper()}", message, hint=hint)
