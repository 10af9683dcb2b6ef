"""The table a relation promises, made of its source: what the product is drawn against."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from adp.comparison.model import Document, Getter, Part, Rows, Values
from adp.comparison.relation import STEPS, table_of
from adp.comparison.spec import expression
from adp.comparison.spec.terms import RelationRule, Spec


def promised(product: Document, source: Document, rule: RelationRule) -> tuple[Part, Part] | None:
    """(the product's table, what it should be): invariant columns as they are, the others by their formulas. None
    where there is no table, or a formula speaks of a column that is not there."""
    mine, theirs = table_of(product), table_of(source)
    if mine is None or theirs is None:
        return None
    nodes = {name: expression.parse(text) for name, text in rule.transform.items() if name in mine.by_name}
    nodes = {name: node for name, node in nodes.items() if expression.names(node)}
    if any(expression.names(node) - theirs.by_name.keys() for node in nodes.values()):
        return None
    kept = [theirs.by_name[name] for name in rule.invariant if name in theirs.by_name and name in mine.by_name]
    made = [mine.by_name[name] for name in nodes]
    formulas = _Made(theirs, nodes, {f.name: f.dtype for f in made})
    return mine, replace(theirs, source=formulas, fields=(*kept, *made), kind="table")


def allowing(spec: Spec, rule: RelationRule, product: Part) -> Spec:
    """The rules of the columns themselves, with what a formula without one is allowed."""
    floats = {f.name for f in product.fields if f.kind == "float"}
    usual = {name: {"ulp": STEPS} for name in rule.transform if name in floats}
    return replace(spec, relation=None, general=replace(spec.general, columns=usual | dict(spec.general.columns)))


@dataclass(frozen=True)
class _Made:
    """A constant formula is not drawn: it has no rows of its own."""

    part: Part
    nodes: dict[str, expression.Node]
    kinds: dict[str, np.dtype[Any]]

    def read(self, rows: Rows) -> Getter:
        get = self.part.source.read(rows)
        return lambda name: self._formula(name, get) if name in self.nodes else get(name)

    def _formula(self, name: str, get: Getter) -> Values:
        read = {column: get(column) for column in expression.names(self.nodes[name])}
        made = expression.evaluate(self.nodes[name], {column: values.data for column, values in read.items()})
        masks = [values.mask for values in read.values() if values.mask is not None]
        return Values(np.asarray(made, dtype=self.kinds[name]), np.logical_or.reduce(masks) if masks else None)
