"""Quantities that a spec derives from columns: each becomes one more column of both tables, and is judged like one."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from adp.comparison.model import Field, Getter, Part, Rows, Source, Values
from adp.comparison.spec import expression
from adp.comparison.spec.statistical import DerivedRule
from adp.comparison.values.units import factor
from adp.finding import Finding, Reason, Where

Derived = Mapping[str, DerivedRule]


def with_derived(
    product: Part, reference: Part, rules: Derived, own: frozenset[str]
) -> tuple[Part, Part, list[Finding]]:
    """Both tables with the derived columns that the reference's columns allow, each column of the product first brought
    to the reference's unit. `own`: names that must be derivable in this very table."""
    findings = [_taken(reference, name) for name in rules if name in product.by_name or name in reference.by_name]
    findings += [f for n in rules if n in own for f in _lacking(reference, n, rules[n])]
    made = {n: r for n, r in rules.items() if all(_is_usable(side, r) for side in (product, reference))}
    if findings or not made:
        return product, reference, findings
    factors = {n: _factor(product.by_name[n], reference.by_name[n]) for r in made.values() for n in names(r)}
    return _extended(product, made, factors), _extended(reference, made, {}), []


def names(rule: DerivedRule) -> frozenset[str]:
    return expression.names(expression.parse(rule.expression))


def has_columns(part: Part, rule: DerivedRule) -> bool:
    return names(rule) <= part.by_name.keys()


def _is_usable(part: Part, rule: DerivedRule) -> bool:
    """Numbers, of one shape."""
    fields = [part.by_name[n] for n in names(rule) if n in part.by_name]
    numeric = all(f.kind in {"int", "float", "bool"} and not f.ragged for f in fields)
    return numeric and has_columns(part, rule) and len({f.cell for f in fields}) == 1


def _lacking(part: Part, name: str, rule: DerivedRule) -> Iterator[Finding]:
    if not _is_usable(part, rule):
        needed = ", ".join(sorted(names(rule)))
        what = f"{part.scope()}: derived.{name} needs {needed} as columns of numbers of one shape"
        hint = f"its columns: {', '.join(list(part.by_name)[:20])}"
        where = Where(hdu=part.label, column=name)
        yield Finding(Reason.MANIFEST_INVALID, "SPEC_UNKNOWN_COLUMN", what, where=where, hint=hint)


def _taken(part: Part, name: str) -> Finding:
    message = f"{part.scope()}: derived.{name} is the name of a column that is there"
    return Finding(Reason.MANIFEST_INVALID, "SPEC_CONFLICT", message, where=Where(hdu=part.label, column=name))


def _factor(product: Field, reference: Field) -> float:
    """A unit that does not convert is a finding about the column itself."""
    if product.soft or reference.soft or product.unit == reference.unit:
        return 1.0
    return factor(product.unit, reference.unit) or 1.0


def _extended(part: Part, rules: Derived, factors: Mapping[str, float]) -> Part:
    nodes = {name: expression.parse(rule.expression) for name, rule in rules.items()}
    cells = {name: part.by_name[next(iter(names(rule)))].cell for name, rule in rules.items()}
    fields = tuple(Field(n, np.dtype(np.float64), r.unit, cells[n]) for n, r in rules.items())
    source = _Deriving(part.source, nodes, factors)
    return replace(part, fields=(*part.fields, *fields), source=source)


class _Deriving:
    """A source with more columns than are stored."""

    def __init__(
        self,
        inner: Source,
        nodes: Mapping[str, expression.Node],
        factors: Mapping[str, float],
    ) -> None:
        self._inner, self._nodes, self._factors = inner, nodes, factors

    def read(self, rows: Rows) -> Getter:
        get = self._inner.read(rows)
        return lambda name: self._made(self._nodes[name], get) if name in self._nodes else get(name)

    def _made(self, node: expression.Node, get: Getter) -> Values:
        read = {name: get(name) for name in expression.names(node)}
        columns = {n: v.data * self._factors[n] if self._factors.get(n, 1) != 1 else v.data for n, v in read.items()}
        size = len(next(iter(columns.values())))
        made = np.broadcast_to(expression.evaluate(node, columns), (size,))
        masks = [v.mask for v in read.values() if v.mask is not None]
        return Values(made, np.logical_or.reduce(masks) if masks else None)
