"""The words of a comparison spec (DESIGN §6) as frozen values: which rule holds for which HDU, header and column."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from adp.comparison.spec.amounts import Amount
from adp.comparison.spec.places import RowMatch, SpectrumRule, WcsRule
from adp.comparison.spec.statistical import DerivedRule, DistributionRule, Noise, StatisticsRule


@dataclass(frozen=True, slots=True)
class Sigma:
    """At most `max` standard errors; from a variance plane or column, or from an error column, of the reference."""

    max: float
    variance: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Bitmask:
    """Integers judged bit by bit. `ignore`: the bits that may differ, as one number; `names`: flags by the value of
    their bit (1, 2, 4 …)."""

    ignore: int = 0
    names: Mapping[int, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"bitmask but 0x{self.ignore:x}" if self.ignore else "bitmask"


@dataclass(frozen=True, slots=True)
class TimeColumn:
    """The time scale and the format (astropy's names) that both sides are brought to before they are compared."""

    scale: str
    format: str = "mjd"


@dataclass(frozen=True, slots=True)
class ValueRule:
    """How values of one field are held against the reference. Nothing set: equal."""

    abs: Amount | None = None
    rel: float | None = None
    exact: bool = False
    bits: bool = False
    ulp: int | None = None
    sigma: Sigma | None = None
    bitmask: Bitmask | None = None
    time: TimeColumn | None = None
    nan: str = "equal"
    units: str = "convert"
    dtype: str = "widening"

    @property
    def label(self) -> str:
        """The rule in words that do not depend on the data: part of the report's digest."""
        if self.bits:
            return "bits"
        if self.bitmask is not None:
            return str(self.bitmask)
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
    variance_positive: bool = False


Keys = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TableRule:
    """`key`: the columns that tell which row is which; or `match`, where no column does; neither: rows in order.
    `extra`: columns of the product that the reference does not have are a difference ("fail"), or are left alone
    ("ignore")."""

    key: tuple[str, ...] = ()
    match: RowMatch | None = None
    extra: str = "fail"


@dataclass(frozen=True, slots=True)
class Scope:
    """The sections written for the whole file, or for one HDU: keys as parsed, absent when not written."""

    data: Keys = field(default_factory=dict)
    columns: Mapping[str, Keys] = field(default_factory=dict)
    header: Keys = field(default_factory=dict)
    table: Keys = field(default_factory=dict)
    wcs: Keys | None = None
    statistics: Keys = field(default_factory=dict)
    column_statistics: Mapping[str, Keys] = field(default_factory=dict)
    distributions: Mapping[str, DistributionRule] = field(default_factory=dict)
    derived: Mapping[str, DerivedRule] = field(default_factory=dict)
    spectrum: Keys | None = None


WHOLE_RULE = frozenset({"abs", "rel", "exact", "bits", "ulp", "sigma", "bitmask"})


@dataclass(frozen=True, slots=True)
class Spec:
    """What counts as the same: sections for the whole file, for single HDUs, or one relation."""

    match: str = "name"
    general: Scope = field(default_factory=Scope)
    hdus: Mapping[str, Scope] = field(default_factory=dict)
    relation: RelationRule | None = None
    integrity: IntegrityRule = IntegrityRule()

    def values(self, names: tuple[str, ...], column: str = "") -> ValueRule:
        """The rule of a column (or of the data) of the HDU that answers to `names`. A section that says how values are
        compared (abs, rel, exact, bits, ulp, sigma, bitmask) says all of it; nan, units, dtype and time are inherited
        one by one."""
        return ValueRule(**_values(self._data(names, column)))

    def clocks(self, names: tuple[str, ...], columns: Iterable[str]) -> dict[str, TimeColumn]:
        """The columns that have a rule about their time scale."""
        found = {c: self.values(names, c).time for c in columns}
        return {c: rule for c, rule in found.items() if rule is not None}

    def has_own_rule(self, names: tuple[str, ...], column: str) -> bool:
        """Whether a section of its own says how this column is judged, value by value or as a whole."""
        return any(
            WHOLE_RULE & s.columns.get(column, {}).keys() or column in s.column_statistics or column in s.distributions
            for s in (self.general, *self._own(names))
        )

    def statistics(self, names: tuple[str, ...], column: str = "") -> StatisticsRule:
        """What is asked of the differences of one field as a whole; inherited key by key."""
        return StatisticsRule(**_merged(self._statistics(names, column)))

    def asked(self, names: tuple[str, ...], column: str = "") -> frozenset[str]:
        """The keys of `statistics` that a section of this very image or column asks for, so that they must be judged
        here; a key of the general [statistics], or of a whole table, holds where it can."""
        if column in self.derived(names):
            own = [self.derived(names)[column].statistics]
        elif not column:
            own = [s.statistics for s in self._own(names)]
        else:
            own = [s.column_statistics.get(column, {}) for s in (self.general, *self._own(names))]
        return frozenset(key for keys in own for key in keys)

    def noise(self, names: tuple[str, ...], column: str = "") -> Noise | None:
        """Whose standard errors a field is held against: those of its sigma rule, else those of its statistics."""
        return noise_of(self.values(names, column).sigma, self.statistics(names, column), self.asked(names, column))

    def distribution(self, names: tuple[str, ...], column: str) -> DistributionRule | None:
        found = [s.distributions.get(column) for s in (self.general, *self._own(names))]
        return next((rule for rule in reversed(found) if rule is not None), None)

    def derived(self, names: tuple[str, ...]) -> Mapping[str, DerivedRule]:
        """The derived quantities of an HDU's table by name; like columns they have a rule, statistics and errors."""
        return _merged(s.derived for s in (self.general, *self._own(names)))

    def own_derived(self, names: tuple[str, ...]) -> frozenset[str]:
        """Those of a section of this very HDU, which must be derivable here; others are where their columns are."""
        return frozenset(name for scope in self._own(names) for name in scope.derived)

    def header(self, names: tuple[str, ...]) -> HeaderRule:
        return HeaderRule(**_merged(s.header for s in (self.general, *self._own(names))))

    def required(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Cards that this HDU itself must have; those of the general [header] may stand in any HDU."""
        return tuple(key for scope in self._own(names) for key in scope.header.get("exists", ()))

    def table(self, names: tuple[str, ...]) -> TableRule:
        """A section that says how rows find each other (key or match) says all of it."""
        merged: dict[str, Any] = {}
        for keys in (s.table for s in (self.general, *self._own(names))):
            if {"key", "match"} & keys.keys():
                merged = {k: v for k, v in merged.items() if k == "extra"}
            merged.update(keys)
        return TableRule(**merged)

    def wcs(self, names: tuple[str, ...]) -> WcsRule | None:
        """None where no section says anything about the WCS."""
        found = [s.wcs for s in (self.general, *self._own(names)) if s.wcs is not None]
        return WcsRule(**_merged(found)) if found else None

    def spectrum(self, names: tuple[str, ...]) -> SpectrumRule | None:
        found = [s.spectrum for s in (self.general, *self._own(names)) if s.spectrum is not None]
        return SpectrumRule(**_merged(found)) if found else None

    def _own(self, names: tuple[str, ...]) -> list[Scope]:
        return [self.hdus[n] for n in names if n in self.hdus]

    def _data(self, names: tuple[str, ...], column: str = "") -> list[Keys]:
        """From the most general section to the most specific one."""
        scopes = (self.general, *self._own(names))
        found = [s.data for s in scopes]
        if column in self.derived(names):
            return [*found, self.derived(names)[column].keys]
        return found + [s.columns.get(column, {}) for s in scopes] if column else found

    def _statistics(self, names: tuple[str, ...], column: str = "") -> list[Keys]:
        scopes = (self.general, *self._own(names))
        found = [s.statistics for s in scopes]
        if column in self.derived(names):
            return [*found, self.derived(names)[column].statistics]
        return found + [s.column_statistics.get(column, {}) for s in scopes] if column else found


def noise_of(sigma: Sigma | None, statistics: StatisticsRule, asked: Iterable[str]) -> Noise | None:
    if sigma is not None:
        return Noise(sigma.variance or sigma.error, bool(sigma.variance), statistics.noise)
    name = statistics.variance or statistics.error
    needed = bool({"variance", "error", "pull_std", "outliers"} & set(asked))
    return Noise(name, bool(statistics.variance), statistics.noise, needed) if name else None


def _values(chain: Iterable[Keys]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for keys in chain:
        if WHOLE_RULE & keys.keys():
            merged = {k: v for k, v in merged.items() if k not in WHOLE_RULE}
        merged.update(keys)
    return merged


def _merged(chain: Iterable[Keys]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for keys in chain:
        merged.update(keys)
    return merged


EXACT = Spec()
