"""What a file holds, without judging it: for the checks that ask for rows, columns, units and keywords."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from adp.comparison.compare import digest
from adp.comparison.conformance.remark import Remark
from adp.comparison.conformance.standard import remarks
from adp.comparison.formats.fits_cards import STRUCTURAL
from adp.comparison.formats.limits import LIMITS, ReadLimits, Unreadable
from adp.comparison.formats.opening import open_document
from adp.comparison.model import Document, Part
from adp.finding import Finding, Reason, Severity, Where

KEYWORDS = 10_000


def describe(path: Path, *, limits: ReadLimits = LIMITS) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """Format, size, sha256, parts and metadata keywords; what is wrong with the file by itself, and what the standard
    of its format says of it (STANDARD), as findings."""
    size, sha256 = digest(path)
    facts: dict[str, Any] = {"format": "unknown", "bytes": size, "sha256": sha256, "parts": [], "keywords": []}
    try:
        document = open_document(path, limits)
    except Unreadable as error:
        return facts, (_finding(path, error.code, str(error), error.hdu),)
    try:
        keywords = sorted({*_cards(document), *_keys(document.meta)})[:KEYWORDS]
        found = (*document.problems, *document.late())
        facts |= {"format": document.format, "parts": [_part(p) for p in document.parts], "keywords": keywords}
    finally:
        document.close()
    problems = tuple(_finding(path, p.code, p.message, p.hdu) for p in found)
    if any(p.code == "FORMAT" for p in found):  # broken is worse than not standard
        return facts, problems
    return facts, (*problems, *(_standard(path, remark) for remark in remarks(path, limits)))


def _standard(path: Path, remark: Remark) -> Finding:
    """What a standard says: an error where it breaks readers, else a warning."""
    severity = Severity.ERROR if remark.breaks else Severity.WARNING
    return replace(_finding(path, "STANDARD", remark.message, remark.hdu), severity=severity)


def _part(part: Part) -> dict[str, Any]:
    columns = [{"name": f.name, "type": f.type_name, "unit": f.unit, "shape": list(f.cell)} for f in part.fields]
    return {
        "kind": part.kind,
        "name": part.label,
        "index": part.index,
        "rows": part.rows if part.kind == "table" else None,
        "shape": list(part.shape),
        "columns": columns,
    }


def _cards(document: Document) -> set[str]:
    return {c.key for p in document.parts for c in p.cards if c.key and not STRUCTURAL.fullmatch(c.key)}


def _keys(meta: Mapping[str, Any], prefix: str = "") -> set[str]:
    """Keys of nested metadata, dotted; a mapping's own key counts as well."""
    found = set()
    for key, value in meta.items():
        found.add(f"{prefix}{key}")
        found |= _keys(value, f"{prefix}{key}.") if isinstance(value, Mapping) else set()
    return found


def _finding(path: Path, code: str, message: str, hdu: str | None) -> Finding:
    where = Where(file=path.name, hdu=hdu)
    return Finding(Reason.OUTPUT_INVALID, code, f"{path.name}: {message}", where=where)
