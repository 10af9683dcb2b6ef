"""What we found at an address, before anything is stored: row by row, and what stands in the way."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from adp.comparison.words.numbers import number, seconds, size
from adp.comparison.words.text import visible
from adp.errors import AdpError, AuthorError
from adp.finding import Finding
from adp.manifest.model import Manifest
from adp.source.inspect import Inspection
from registry.ledger.access import Verdict, can
from registry.models import Handle, Product
from registry.people import Person
from registry.web.present.wording import EVIDENCE
from registry.web.sheets.report import count


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    lamp: str
    word: str
    text: str


@dataclass(frozen=True, slots=True)
class Sight:
    """`may`: nothing stands in the way of submitting `tag`; else `why` or the findings say what does."""

    rows: tuple[Row, ...] = ()
    findings: tuple[Finding, ...] = ()
    facts: tuple[tuple[str, Any], ...] = ()
    tag: str = ""
    may: bool = False
    why: str = ""
    at: datetime = field(default_factory=timezone.now)


def of(inspection: Inspection, actor: Person) -> Sight:
    manifest = inspection.manifest
    rows = [_repository(inspection), _manifest(inspection)]
    if manifest is None:
        return Sight(tuple(rows), inspection.findings)
    standing, owner = _owner(manifest, actor)
    rows += [owner, *_parts(manifest)]
    return Sight(
        rows=tuple(rows),
        findings=inspection.findings,
        facts=_facts(manifest),
        tag=inspection.tag or inspection.ref,
        may=bool(standing) and not inspection.errors,
        why="" if inspection.errors else standing.why,
    )


def refused(error: AuthorError) -> Sight:
    """The proposal is at fault, and the findings say where."""
    return Sight(rows=(Row("Repository", "fail", "refused", "nothing was stored"),), findings=error.findings)


def failed(error: AdpError) -> Sight:
    """We could not look; that says nothing about the proposal."""
    text = visible(f"{error}. {error.hint}".strip())
    return Sight(rows=(Row("Repository", "stalled", "could not be looked at", f"Our fault, not yours: {text}"),))


def forbidden(why: str) -> Sight:
    return Sight(rows=(Row("Product", "fail", "not yours", visible(why)),), why=why)


def _repository(seen: Inspection) -> Row:
    what = f"tag {visible(seen.tag)}, commit {seen.commit[:7]}" if seen.tag else f"commit {seen.commit[:7]}, no tag"
    return Row("Repository", "met", "reachable", what)


def _manifest(seen: Inspection) -> Row:
    found = f"{len(seen.text.splitlines())} lines; {count(seen.findings)} found"
    if seen.errors:
        return Row("Manifest", "failed", "not accepted", found)
    return Row("Manifest", "revise" if seen.findings else "met", "read", found)


def _owner(manifest: Manifest, actor: Person) -> tuple[Verdict, Row]:
    given = manifest.product
    name = given.owner or actor.username
    handle = Handle.objects.filter(name=name).first()
    if handle is None:
        why = f"product.owner is {visible(name)}, and nobody of that handle is registered here"
        return Verdict(False, why), Row("Product", "failed", "no such owner", why)
    standing = can(actor, "version.submit", handle)
    known = Product.objects.visible_to(actor).filter(owner=handle, name=given.name).exists()
    what = f"{visible(name)}/{visible(given.name)} {visible(given.version)}, {'known here' if known else 'new here'}"
    if standing:
        return standing, Row("Product", "met", "known" if known else "new", what)
    return standing, Row("Product", "failed", "not yours", f"{what}; {standing.why}")


def _parts(manifest: Manifest) -> tuple[Row, ...]:
    kinds = Counter(EVIDENCE.get(t.kind, t.kind) for t in manifest.tests.data)
    data = ", ".join(f"{n} × {kind}" for kind, n in kinds.items())
    steps = ", ".join(visible(s.name) for s in manifest.steps)
    again = "; run twice to see whether they repeat themselves" if manifest.tests.deterministic else ""
    return (
        Row("Inputs", "met", number(len(manifest.data)), ", ".join(visible(d.name) for d in manifest.data) or "none"),
        Row("Steps", "met", number(len(manifest.steps)), steps + again),
        Row("Tests", "met", number(len(manifest.tests.data) + 2), f"version, unit, data: {data}"),
    )


def _facts(manifest: Manifest) -> tuple[tuple[str, Any], ...]:
    wants = manifest.resources
    asked = f"{number(wants.cpus)} CPU, {size(wants.memory)} of memory, {size(wants.disk)} of disk"
    return (
        ("Limits asked for", f"{asked}, {seconds(wants.time)} for each step"),
        ("Network", "none while it runs"),
        ("What we keep", "the source at the commit, the log and the report; seen by its authors until it is published"),
    )
