"""What the judge is asked and what it answers, as values that cross the wall of the judge's sandbox as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from adp.comparison.result import Comparison
from adp.finding import Finding

KINDS = ("compare", "relation", "agree", "describe")
NAMED = 64


@dataclass(frozen=True, slots=True)
class Task:
    """compare: `product` against `reference` by `spec`. relation: `reference` is the level before, `spec` holds
    [relation] and perhaps tolerances of columns. agree: the same product of two runs. describe: `product` alone.
    `spec` is TOML text or a mapping, as adp.comparison.spec.reader.parse takes it; parse it outside first."""

    name: str
    kind: str
    product: Path
    reference: Path | None = None
    spec: Mapping[str, Any] | str = field(default_factory=dict)

    @classmethod
    def relation(
        cls,
        name: str,
        source: Path,
        product: Path,
        invariant: tuple[str, ...],
        transform: Mapping[str, str],
    ) -> Self:
        """What [products.relation] of a manifest promises of `product` against `source`."""
        rules = {"invariant": list(invariant), "transform": dict(transform)}
        return cls(name, "relation", product, source, {"relation": rules})


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to one task. `comparison` is None for describe, and when the judge did not get through; `facts` is
    what describe saw: format, bytes, sha256, parts (kind, name, rows, shape, columns), keywords. `findings` are all
    there are, those of the comparison included."""

    name: str
    kind: str
    comparison: Comparison | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        compared = self.comparison.to_dict() if self.comparison else None
        own = self.comparison.findings if self.comparison else ()
        rest = [f.to_dict() for f in self.findings if f not in own]
        return {"comparison": compared, "facts": dict(self.facts), "findings": rest}

    @classmethod
    def from_dict(cls, task: Task, raw: Mapping[str, Any]) -> Self:
        """Raises KeyError, TypeError or ValueError when `raw` is no answer."""
        compared = Comparison.from_dict(raw["comparison"]) if raw["comparison"] is not None else None
        own = compared.findings if compared else ()
        rest = tuple(Finding.from_dict(f) for f in raw["findings"])
        if not isinstance(raw["facts"], Mapping):
            raise TypeError("facts must be an object")
        return cls(task.name, task.kind, compared, raw["facts"], (*own, *rest))
