"""The words of a comparison spec (DESIGN §6) as frozen values: which rule holds for which HDU, header and column."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from adp.finding import Finding


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in the data's own unit (unit "") or in a unit of its own."""

    value: float
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.value:g} {self.unit}".strip()


@dataclass(frozen=True, slots=True)
class Sigma:
    """At most `max` standard errors; from a variance plane or column, or from an error column, of the reference."""

    max: float
    variance: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class ValueRule:
    """How values of one field are held against the reference. Nothing set: equal."""

    abs: Amount | None = None
    rel: float | None = None
    exact: bool = False
    bits: bool = False
    ulp: int | None = None
    sigma: Sigma | None = None
    nan: str = "equal"
    units: str = "convert"
    dtype: str = "widening"

    @property
    def label(self) -> str:
        """The rule in words that do not depend on the data: part of the report's digest."""
        if self.bits:
            return "bits"
        if self.ulp is not None:
            return f"ulp {self.ulp}"
        if self.sigma is not None:
            return f"sigma {self.sigma.max:g} ({self.sigma.variance or self.sigma.error})"
        parts = [f"abs {self.abs}"] if self.abs is not None else []
        parts += [f"rel {self.rel:g}"] if self.rel is not None else []
        return " + ".join(parts) or "exact"


@dataclass(frozen=True, slots=True)
class HeaderRule:
    """Cards by keyword; the lists may use * and ?."""

    ignore: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    exists: tuple[str, ...] = ()
    rel: float = 0.0


@dataclass(frozen=True, slots=True)
class RelationRule:
    """Level N to N+1: `invariant` columns keep every bit, `transform` gives the others as expressions of the source."""

    invariant: tuple[str, ...] = ()
    transform: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IntegrityRule:
    checksum: bool = True
    trailing_bytes: bool = False


Keys = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TableRule:
    """`key`: the columns that tell which row is which; none: rows in order. `extra`: columns of the product that the
    reference does not have are a difference ("fail"), or are left alone ("ignore")."""

    key: tuple[str, ...] = ()
    extra: str = "fail"


@dataclass(frozen=True, slots=True)
class Scope:
    """The sections written for the whole file, or for one HDU: keys as parsed, absent when not written."""

    data: Keys = field(default_factory=dict)
    columns: Mapping[str, Keys] = field(default_factory=dict)
    header: Keys = field(default_factory=dict)
    table: Keys = field(default_factory=dict)


WHOLE_RULE = frozenset({"abs", "rel", "exact", "bits", "ulp", "sigma"})


@dataclass(frozen=True, slots=True)
class Spec:
    """What counts as the same. `unsupported` holds a finding per section this version cannot judge: then the verdict
    is error, for a rule that is not applied must never read as one that passed."""

    match: str = "name"
    general: Scope = field(default_factory=Scope)
    hdus: Mapping[str, Scope] = field(default_factory=dict)
    relation: RelationRule | None = None
    integrity: IntegrityRule = IntegrityRule()
    unsupported: tuple[Finding, ...] = ()

    def values(self, names: tuple[str, ...], column: str = "") -> ValueRule:
        """The rule of a column (or of the data) of the HDU that answers to `names`. A section that says how values are
        compared (abs, rel, exact, bits, ulp, sigma) says all of it; nan, units and dtype are inherited one by one."""
        merged: dict[str, Any] = {}
        for keys in self._chain(names, column):
            if WHOLE_RULE & keys.keys():
                merged = {k: v for k, v in merged.items() if k not in WHOLE_RULE}
            merged.update(keys)
        return ValueRule(**merged)

    def header(self, names: tuple[str, ...]) -> HeaderRule:
        merged = dict(self.general.header)
        for name in names:
            merged.update(self.hdus[name].header if name in self.hdus else {})
        return HeaderRule(**merged)

    def required(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Cards that this HDU itself must have; those of the general [header] may stand in any HDU."""
        return tuple(key for n in names if n in self.hdus for key in self.hdus[n].header.get("exists", ()))

    def table(self, names: tuple[str, ...]) -> TableRule:
        merged = dict(self.general.table)
        for name in names:
            merged.update(self.hdus[name].table if name in self.hdus else {})
        return TableRule(**merged)

    def _chain(self, names: tuple[str, ...], column: str) -> Iterator[Keys]:
        """From the most general section to the most specific one."""
        own = [self.hdus[n] for n in names if n in self.hdus]
        yield self.general.data
        yield from (s.data for s in own)
        if column:
            yield self.general.columns.get(column, {})
            yield from (s.columns.get(column, {}) for s in own)


EXACT = Spec()
