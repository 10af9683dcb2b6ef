"""Columns by name: which belong together, which are missing, extra or only renamed."""

import difflib

import numpy as np

from adp.comparison.formats.limits import ReadLimits
from adp.comparison.model import Field, Part
from adp.comparison.values.measures import same_bits
from adp.finding import Finding, Reason, Where

RENAME_ROWS = 1 << 14


def paired(
    product: Part, reference: Part, extra: str, limits: ReadLimits
) -> tuple[list[tuple[Field, Field]], list[Finding]]:
    """(product's field, reference's field) for all that can be compared, and what is wrong with the names. `extra`:
    whether a column of the product alone is a difference ("fail") or not ("ignore")."""
    pairs = [(product.by_name[f.name], f) for f in reference.fields if f.name in product.by_name]
    lost = [f for f in reference.fields if f.name not in product.by_name]
    new = [f for f in product.fields if f.name not in reference.by_name]
    findings = []
    for field in lost:
        twin = next((n for n in new if _is_renamed(product, n, reference, field)), None)
        if twin is None:
            near = difflib.get_close_matches(field.name, [n.name for n in new], 1)
            hint = f"is it the column '{near[0]}'?" if near else ""
            findings.append(missing(reference, field.name, "the column is missing", hint))
        else:
            new.remove(twin)
            pairs.append((twin, field))
            message = f"{reference.scope(field.name)}: the column is called {twin.name}"
            findings.append(_finding("COLUMN_RENAMED", reference, field.name, message))
    for field in new if extra == "fail" else ():
        message = f"{reference.scope(field.name)}: the reference has no such column"
        hint = 'where the reference holds only some columns, say so in the spec: [table] extra = "ignore"'
        findings.append(_finding("COLUMN_EXTRA", reference, field.name, message, hint))
    return pairs, findings


def missing(part: Part, name: str, what: str, hint: str = "") -> Finding:
    return _finding("COLUMN_MISSING", part, name, f"{part.scope(name)}: {what}", hint)


def _finding(code: str, part: Part, column: str, message: str, hint: str = "") -> Finding:
    return Finding(Reason.MISMATCH, code, message, where=Where(hdu=part.label, column=column), hint=hint)


def _is_renamed(product: Part, mine: Field, reference: Part, theirs: Field) -> bool:
    """The same type and, in the first rows, the same values under another name (or only other capitals)."""
    if mine.kind != theirs.kind or mine.cell != theirs.cell or mine.ragged or theirs.ragged:
        return False
    if mine.name.casefold() == theirs.name.casefold():
        return True
    count = min(product.rows, reference.rows, RENAME_ROWS)
    if not count:
        return False
    p, r = (part.source.read(slice(0, count))(f.name).data for part, f in ((product, mine), (reference, theirs)))
    same = same_bits(p, r)
    return bool(np.array_equal(p, r) if same is None else same.all())
