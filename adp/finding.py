"""One sentence about one thing that is wrong: a code for programs, a place, a sentence, the next step."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Self


class Reason(StrEnum):
    """Closed: who must act. DESIGN §5."""

    TEST_FAIL = "TEST_FAIL"
    MISMATCH = "MISMATCH"
    NONREPRODUCIBLE = "NONREPRODUCIBLE"
    CRASH = "CRASH"
    TIME_LIMIT = "TIME_LIMIT"
    MEMORY_LIMIT = "MEMORY_LIMIT"
    PROCESS_LIMIT = "PROCESS_LIMIT"
    DISK_LIMIT = "DISK_LIMIT"
    LOG_LIMIT = "LOG_LIMIT"
    OUTPUT_INVALID = "OUTPUT_INVALID"
    MANIFEST_INVALID = "MANIFEST_INVALID"
    POLICY = "POLICY"
    BUILD_FAIL = "BUILD_FAIL"
    BUILD_LIMIT = "BUILD_LIMIT"
    REFERENCE_INVALID = "REFERENCE_INVALID"
    INFRA = "INFRA"
    CANCELLED = "CANCELLED"


CURATOR_REASONS = frozenset({Reason.REFERENCE_INVALID})
PLATFORM_REASONS = frozenset({Reason.INFRA, Reason.CANCELLED})


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a file (`file`, `line`, `column` 1-based), in data (FITS conventions, 1-based; `index` is the
    0-based Python index beside `row` or `pixel`) or in the pipeline (`step`)."""

    file: str | None = None
    line: int | None = None
    column: int | str | None = None
    hdu: str | None = None
    row: int | None = None
    pixel: tuple[int, ...] | None = None
    index: tuple[int, ...] | None = None
    world: str | None = None
    step: str | None = None

    def to_dict(self) -> dict[str, Any]:
        found = {f.name: getattr(self, f.name) for f in fields(self)}
        return {k: list(v) if isinstance(v, tuple) else v for k, v in found.items() if v is not None}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        known = {f.name for f in fields(cls)}
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in raw.items() if k in known}
        return cls(**values)


NOWHERE = Where()


@dataclass(frozen=True, slots=True)
class Finding:
    """`evidence` is volatile and free: limit and peak, log excerpt, value pair, likely cause, repeating command."""

    reason: Reason
    code: str
    message: str
    severity: Severity = Severity.ERROR
    where: Where = NOWHERE
    hint: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    def to_dict(self) -> dict[str, Any]:
        return {
            "reason": self.reason.value,
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "where": self.where.to_dict(),
            "hint": self.hint,
            "evidence": dict(self.evidence),
        }

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        return cls(
            reason=Reason(raw["reason"]),
            code=raw["code"],
            message=raw["message"],
            severity=Severity(raw["severity"]),
            where=Where.from_dict(raw.get("where", {})),
            hint=raw.get("hint", ""),
            evidence=dict(raw.get("evidence", {})),
        )
