"""Which way rows find each other: by key, on the sky, in time, or in the order they stand."""

from adp.comparison.matching import columns
from adp.comparison.matching.instants import by_time
from adp.comparison.matching.pairing import Pairing, in_order
from adp.comparison.matching.positions import by_position
from adp.comparison.matching.rows import by_key
from adp.comparison.model import Part
from adp.comparison.spec.places import SkyMatch, TimeMatch
from adp.comparison.spec.terms import TableRule
from adp.finding import Finding


def paired(product: Part, reference: Part, rule: TableRule, size: int) -> Pairing:
    """Pairs of rows; `size` rows are read at a time. A key column that is missing is a finding, and rows are taken in
    order."""
    if isinstance(rule.match, SkyMatch):
        return by_position(product, reference, rule.match, size)
    if isinstance(rule.match, TimeMatch):
        return by_time(product, reference, rule.match, size)
    absent = [k for k in rule.key if k not in product.by_name or k not in reference.by_name]
    if rule.key and not absent:
        return by_key(product, reference, rule.key, size)
    found = in_order(product, reference)
    return Pairing(found.count, findings=(*(_absent(reference, k) for k in absent), *found.findings))


def _absent(part: Part, name: str) -> Finding:
    return columns.missing(part, name, "the key column is not on both sides")
