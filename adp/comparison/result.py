"""The outcome of one comparison as frozen values, and as the JSON object `adp-comparison/1` (DESIGN §6)."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from adp.comparison.picture import Picture
from adp.comparison.words.notebook import fragment
from adp.comparison.words.summary import summary
from adp.finding import NOWHERE, Finding, Where

SCHEMA = "adp-comparison/1"
AGREES, DIFFERS, ERROR = "agrees", "differs", "error"
PASS, FAIL, NOT_APPLICABLE = "pass", "fail", "not applicable"
EXIT_CODES = {AGREES: 0, DIFFERS: 1, ERROR: 2}


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule on one scope. `worst` is ``|p - r|`` where the rule is most strained (in σ and ulp for those), and
    `would_pass_at` the smallest value of the rule's own number that would pass; None where no number would.
    `statistics`: what else the pass learned of the field (values/summary.py); volatile, like all but the verdict."""

    scope: str
    rule: str
    verdict: str
    violations: int = 0
    fraction: float = 0.0
    worst: float | None = None
    where: Where = NOWHERE
    bias: float | None = None
    scatter: float | None = None
    would_pass_at: float | None = None
    statistics: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        named = {name: getattr(self, name) for name in ("scope", "rule", "verdict", "violations")}
        numbers = {n: number(getattr(self, n)) for n in ("fraction", "worst", "bias", "scatter", "would_pass_at")}
        return named | numbers | {"where": self.where.to_dict(), "statistics": plain(self.statistics)}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        known = ("scope", "rule", "verdict", "violations", "fraction", "worst", "bias", "scatter", "would_pass_at")
        where, statistics = Where.from_dict(raw["where"]), raw.get("statistics", {})
        return cls(where=where, statistics=statistics, **{k: raw[k] for k in known})


@dataclass(frozen=True, slots=True)
class FileFacts:
    """`sha256` is None where nobody asked for it: it costs more than the comparison."""

    path: str
    bytes: int
    sha256: str | None
    format: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcome for one pair of files, or for two folders: then `comparisons` has the outcome of each file by its
    relative name, and the lists above hold all of theirs. `pictures` are there when they were asked for; `notes` say
    what could not be drawn. None of these three is in a digest. As text and in a notebook it shows itself."""

    verdict: str
    findings: tuple[Finding, ...] = ()
    rules: tuple[RuleResult, ...] = ()
    files: Mapping[str, FileFacts] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()
    notes: tuple[str, ...] = ()
    comparisons: Mapping[str, "Comparison"] = field(default_factory=dict)

    @property
    def agrees(self) -> bool:
        """False also where it could not be judged: see `verdict`."""
        return self.verdict == AGREES

    @property
    def exit_code(self) -> int:
        """0, 1 or 2, as `adp compare` ends."""
        return EXIT_CODES[self.verdict]

    @property
    def statistics(self) -> Mapping[str, Mapping[str, Any]]:
        """By scope ("SCI", "CAT.flux"), what the pass over the values learned besides the verdict."""
        return {r.scope: r.statistics for r in self.rules if r.statistics}

    def __str__(self) -> str:
        return summary(self)

    def _repr_html_(self) -> str:
        return fragment(self, self.pictures)

    def to_dict(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "schema": SCHEMA,
            "verdict": self.verdict,
            "findings": [plain(f.to_dict()) for f in self.findings],
            "rules": [r.to_dict() for r in self.rules],
            "files": {side: asdict(facts) for side, facts in self.files.items()},
        }
        if self.pictures or self.notes:
            document |= {"pictures": [p.to_dict() for p in self.pictures], "notes": list(self.notes)}
        if self.comparisons:
            document["comparisons"] = {name: found.to_dict() for name, found in self.comparisons.items()}
        return document

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Raises KeyError, TypeError or ValueError when `raw` is no adp-comparison/1 document."""
        if raw["schema"] != SCHEMA or raw["verdict"] not in EXIT_CODES:
            raise ValueError(f"not an {SCHEMA} document")
        return cls(
            verdict=raw["verdict"],
            findings=tuple(Finding.from_dict(f) for f in raw["findings"]),
            rules=tuple(RuleResult.from_dict(r) for r in raw["rules"]),
            files={side: FileFacts(**facts) for side, facts in raw["files"].items()},
            pictures=tuple(Picture.from_dict(p) for p in raw.get("pictures", ())),
            notes=tuple(str(n) for n in raw.get("notes", ())),
            comparisons={name: cls.from_dict(found) for name, found in raw.get("comparisons", {}).items()},
        )


def number(value: float | None) -> float | None:
    """JSON has no NaN and no infinity: there they are null."""
    return None if value is None or not math.isfinite(value) else value


def plain(value: Any) -> Any:
    """The same value made of JSON's types only; NaN and infinities as the words people use for them."""
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return plain(value.item()) if hasattr(value, "item") else str(value)
