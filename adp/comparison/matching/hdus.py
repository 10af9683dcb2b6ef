"""Which HDU (or table) of the product stands for which of the reference: by name and version, or by index."""

from collections import Counter
from collections.abc import Sequence

from adp.comparison.model import Document, Part
from adp.finding import Finding, Reason, Where

Pairs = list[tuple[Part, Part]]


def paired(product: Document, reference: Document, match: str) -> tuple[Pairs, list[Finding]]:
    """(product's part, reference's part), and findings for the ones without a partner."""
    if product.format != reference.format:
        return _across(product, reference)
    if match == "index":
        return _by_index(product.parts, reference.parts)
    return _by_name(product.parts, reference.parts)


def names(part: Part) -> tuple[str, ...]:
    """What a spec may call this part, from the most general name to the most specific one; in capitals, as the spec's
    own names are: a section holds for all paths of HDF5 or ASDF that differ in nothing else."""
    if part.name is None:
        return (f"#{part.index}",)
    name = part.name.upper()
    return (f"#{part.index}", name, f"{name},{part.version}")


def _across(product: Document, reference: Document) -> tuple[Pairs, list[Finding]]:
    """Different formats: tables are taken in order, images by name, or where there is but one."""
    mine, theirs = product.tables, reference.tables
    pairs = list(zip(mine, theirs, strict=False))
    findings = [_lost(part, "table") for part in theirs[len(mine) :]]
    images, lost = _images(product, reference)
    if pairs or images:
        return pairs + images, findings + [_lost(part, "image") for part in lost]
    what = f"the product is {product.format}, the reference {reference.format}, and they have nothing in common"
    return [], [*findings, _finding("FORMAT", None, what)]


def _images(product: Document, reference: Document) -> tuple[Pairs, list[Part]]:
    """Pairs of images, and the reference's without a partner, if the formats have images in common."""
    mine, theirs = ([p for p in d.parts if p.kind == "image"] for d in (product, reference))
    if len(mine) == len(theirs) == 1:
        return [(mine[0], theirs[0])], []
    named = {(part.name or "").upper(): part for part in mine}
    pairs = [(named[name], part) for part in theirs if (name := (part.name or "").upper()) in named]
    return pairs, [part for part in theirs if (part.name or "").upper() not in named] if mine else []


def _by_index(product: Sequence[Part], reference: Sequence[Part]) -> tuple[Pairs, list[Finding]]:
    pairs = list(zip(product, reference, strict=False))
    findings = [_lost(p, "HDU") for p in reference[len(product) :]]
    findings += [_new(p) for p in product[len(reference) :]]
    for p, r in pairs:
        if _identity(p) != _identity(r):
            message = f"HDU #{r.index} is {p.label}, the reference has {r.label} there"
            findings.append(_finding("HDU_ORDER", r, message))
    return pairs, findings


def _by_name(product: Sequence[Part], reference: Sequence[Part]) -> tuple[Pairs, list[Finding]]:
    mine, theirs = _numbered(product), _numbered(reference)
    pairs = [(mine[k], r) for k, r in theirs.items() if k in mine]
    findings = [_lost(r, "HDU") for k, r in theirs.items() if k not in mine]
    for (identity, count), part in mine.items():
        if (identity, count) not in theirs:
            findings.append(_twice(part) if count and (identity, 0) in theirs and identity[0] else _new(part))
    return pairs, findings


def _numbered(parts: Sequence[Part]) -> dict[tuple[tuple[str, int], int], Part]:
    """Parts by identity, and how many of the same identity came before."""
    seen: Counter[tuple[str, int]] = Counter()
    found = {}
    for part in parts:
        identity = _identity(part)
        found[identity, seen[identity]] = part
        seen[identity] += 1
    return found


def _identity(part: Part) -> tuple[str, int]:
    return (part.name or "", part.version)


def _lost(part: Part, kind: str) -> Finding:
    return _finding("HDU_MISSING", part, f"the {kind} {part.label or part.index} is missing")


def _new(part: Part) -> Finding:
    return _finding("HDU_EXTRA", part, f"the reference has no HDU {part.label or part.index}")


def _twice(part: Part) -> Finding:
    return _finding(
        "HDU_DUPLICATE", part, f"the HDU {part.label or part.index} is there once more than in the reference"
    )


def _finding(code: str, part: Part | None, message: str) -> Finding:
    return Finding(Reason.MISMATCH, code, message, where=Where(hdu=part.label if part else None))
