"""All of one run as frozen values that survive JSON, and the digest of what must not depend on the machine."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

from adp.finding import Finding

SCHEMA = "adp-report/1"
STAGES = ("manifest", "standards", "build", "version", "unit", "steps", "data")


class Verdict(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class StageResult:
    """One of STAGES. Times in seconds, memory in bytes; `log` is an excerpt (first and last part) of the output."""

    name: str
    verdict: Verdict
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory_bytes: int = 0
    findings: tuple[Finding, ...] = ()
    log: str = ""

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"verdict": self.verdict.value, "findings": [f.to_dict() for f in self.findings]}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        findings = tuple(Finding.from_dict(f) for f in raw["findings"])
        return cls(**{**raw, "verdict": Verdict(raw["verdict"]), "findings": findings})


@dataclass(frozen=True, slots=True)
class ProductFile:
    """One product as it came out. `sha256` of the bytes; `calib_level` as in ObsCore §3.3.2."""

    name: str
    path: str
    format: str
    bytes: int
    sha256: str
    level: int | None
    calib_level: int
    type: str


@dataclass(frozen=True, slots=True)
class Report:
    """`comparisons` are adp-comparison/1 objects (adp.comparison); `declared` is the part of the manifest that the
    digest covers: {"manifest": sha256, "inputs": {name: sha256}, "lock": sha256, "limits": {…}}."""

    verdict: Verdict
    tree: str
    product: str
    version: str
    engine: str
    started_at: str
    finished_at: str
    commit: str | None = None
    stages: tuple[StageResult, ...] = ()
    comparisons: tuple[Mapping[str, Any], ...] = ()
    products: tuple[ProductFile, ...] = ()
    environment: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    declared: Mapping[str, Any] = field(default_factory=dict)
    cost: Mapping[str, Any] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return self.verdict is Verdict.PASSED

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(f for stage in self.stages for f in stage.findings)

    @property
    def digest(self) -> str:
        """sha256 of the canonical stable part (DESIGN §5): equal on every engine and machine for one tree."""
        stable = {
            "verdict": self.verdict.value,
            "stages": [[s.name, s.verdict.value] for s in self.stages],
            "findings": sorted(_canonical(_stable(f)) for f in self.findings),
            "rules": sorted(_canonical(r) for c in self.comparisons for r in _rules(c)),
            "tree": self.tree,
            "declared": dict(self.declared),
        }
        return hashlib.sha256(_canonical(stable).encode()).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        plain = {
            "schema": SCHEMA,
            "verdict": self.verdict.value,
            "digest": self.digest,
            "stages": [s.to_dict() for s in self.stages],
            "comparisons": [dict(c) for c in self.comparisons],
            "products": [asdict(p) for p in self.products],
        }
        names = ("commit", "tree", "product", "version", "engine", "started_at", "finished_at")
        maps = ("environment", "parameters", "declared", "cost", "provenance")
        return plain | {n: getattr(self, n) for n in names} | {n: dict(getattr(self, n)) for n in maps}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Raises KeyError, TypeError or ValueError when `raw` is no adp-report/1 document."""
        try:
            report = cls._read(raw)
            report.to_dict()  # reads what `_read` leaves as it is: comparisons and maps
        except AttributeError as error:
            raise TypeError(f"not an {SCHEMA} document: {error}") from error
        return report

    @classmethod
    def _read(cls, raw: Mapping[str, Any]) -> Self:
        if raw["schema"] != SCHEMA:
            raise ValueError(f"not an {SCHEMA} document")
        values = {k: v for k, v in raw.items() if k not in {"schema", "digest"}}
        values["verdict"] = Verdict(raw["verdict"])
        values["stages"] = tuple(StageResult.from_dict(s) for s in raw["stages"])
        values["comparisons"] = tuple(raw["comparisons"])
        values["products"] = tuple(ProductFile(**p) for p in raw["products"])
        return cls(**values)


def _stable(finding: Finding) -> list[Any]:
    return [finding.reason.value, finding.code, finding.where.to_dict(), finding.severity.value]


def _rules(comparison: Mapping[str, Any]) -> list[list[Any]]:
    name = comparison.get("name", "")
    return [[name, r["scope"], r["rule"], r["verdict"]] for r in comparison.get("rules", ())]


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
