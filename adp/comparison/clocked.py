"""Columns of times that a spec wants in one scale and format: both tables with these converted as they are read."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from adp.comparison.model import Field, Getter, Part, Rows, Source, Values
from adp.comparison.spec.terms import TimeColumn
from adp.comparison.values.judge import fits_type
from adp.comparison.world.clocks import Clock, clock_of, plain, target
from adp.finding import Finding, Reason, Severity, Where

LOOKED_AT = 4096  # rows in which equal numbers under other names show
NUMBERS = frozenset({"int", "float"})


def with_clocks(product: Part, reference: Part, rules: Mapping[str, TimeColumn]) -> tuple[Part, Part, list[Finding]]:
    """Both tables with the columns of `rules` as numbers in the rule's scale and format. Scales and formats that differ
    are information, equal numbers under different ones the defect itself."""
    findings: list[Finding] = []
    clocks: list[dict[str, tuple[Clock, Clock]]] = [{}, {}]
    for name, rule in rules.items():
        fields = [part.by_name.get(name) for part in (product, reference)]
        if fields[0] is None or fields[1] is None:
            continue
        found = [clock_of(part, part.by_name[name], rule) for part in (product, reference)]
        findings += _judged(product, reference, name, found)
        if found[0] is not None and found[1] is not None and all(_is_time(f) for f in fields if f is not None):
            for side, clock in zip(clocks, found, strict=True):
                side[name] = (clock, target(rule))  # type: ignore[assignment]  # neither is None
    return _converted(product, clocks[0]), _converted(reference, clocks[1]), findings


def _is_time(field: Field) -> bool:
    return field.kind in {*NUMBERS, "string"} and not field.ragged


def _judged(product: Part, reference: Part, name: str, clocks: list[Clock | None]) -> Iterator[Finding]:
    mine, theirs = (part.by_name[name] for part in (product, reference))
    where = Where(hdu=reference.label, column=name)
    scope = reference.scope(name)
    if {mine.kind, theirs.kind} <= NUMBERS and not fits_type(mine, theirs, widening=True):
        message = f"{scope}: the type is {mine.type_name}, the reference has {theirs.type_name}"
        yield Finding(Reason.MISMATCH, "DTYPE", message, where=where)
    if not (_is_time(mine) and _is_time(theirs)):
        message = f"{scope}: the rule 'time' is about numbers or texts, this column holds {mine.type_name}"
        yield Finding(Reason.MANIFEST_INVALID, "SPEC_TYPE", message, where=where)
        return
    p, r = clocks
    if p is None or r is None:
        message = f"{scope}: times are in a scale that cannot be converted (UT1, LOCAL or an unknown one)"
        yield Finding(Reason.MISMATCH, "TIME_SCALE", message, where=where)
    elif (p.scale, p.format) != (r.scale, r.format):
        same = _same_numbers(product, reference, name)
        message = f"{scope}: times are {p}, the reference's {r}"
        message += ", but the numbers are the same: the times are not" if same else "; both are converted"
        yield Finding(Reason.MISMATCH, "TIME_SCALE", message, Severity.ERROR if same else Severity.INFO, where)


def _same_numbers(product: Part, reference: Part, name: str) -> bool:
    rows = slice(0, min(product.rows, reference.rows, LOOKED_AT))
    p, r = (plain(part.source.read(rows)(name)) for part in (product, reference))
    return len(p) > 0 and np.array_equal(p, r, equal_nan=True)


def _converted(part: Part, clocks: Mapping[str, tuple[Clock, Clock]]) -> Part:
    if not clocks:
        return part
    fields = tuple(_field(f, clocks[f.name][1]) if f.name in clocks else f for f in part.fields)
    return replace(part, fields=fields, source=_Converting(part.source, clocks))


def _field(field: Field, clock: Clock) -> Field:
    return Field(field.name, np.dtype(np.float64), clock.unit, field.cell)


class _Converting:
    """A source whose columns of times come in another scale and format."""

    def __init__(self, inner: Source, clocks: Mapping[str, tuple[Clock, Clock]]) -> None:
        self._inner, self._clocks = inner, clocks

    def read(self, rows: Rows) -> Getter:
        get = self._inner.read(rows)

        def converted(name: str) -> Values:
            values = get(name)
            if name not in self._clocks:
                return values
            one, other = self._clocks[name]
            return Values(other.days(one, plain(values)), values.mask)

        return converted

    def span(self, name: str) -> Any:
        """Where a column lies in the file, for kernels that read it there: nowhere, when it is converted."""
        inner = getattr(self._inner, "span", None)
        return None if name in self._clocks or inner is None else inner(name)
