"""The report as a node sends it: its shape is checked here, before anything of it is believed."""

from dataclasses import asdict
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError as SchemaError

from adp.comparison.result import Comparison
from adp.replication import Replication
from adp.report import SCHEMA, STAGES, Report
from runners.api.refusals import UnprocessableError

TEXT = {"type": "string", "maxLength": 300}
LONG = {"type": "string", "maxLength": 1 << 20}
MAP = {"type": "object"}
COUNT = {"type": "integer", "minimum": 0}
SECONDS = {"type": "number", "minimum": 0}
HEX = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def _record(fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": sorted(fields), **more}


FINDING = _record({"reason": TEXT, "code": TEXT, "severity": TEXT, "message": LONG, "where": MAP, "hint": LONG})
STAGE = _record(
    {
        "name": {"enum": list(STAGES)},
        "verdict": {"enum": ["passed", "failed", "error", "skipped"]},
        "seconds": SECONDS,
        "cpu_seconds": SECONDS,
        "peak_memory_bytes": COUNT,
        "findings": {"type": "array", "maxItems": 10_000, "items": FINDING},
        "log": LONG,
    },
    additionalProperties=False,
)
PRODUCT = _record(
    {
        "name": TEXT,
        "path": TEXT,
        "format": TEXT,
        "bytes": COUNT,
        "sha256": HEX,
        "level": {"type": ["integer", "null"]},
        "calib_level": COUNT,
        "type": TEXT,
    },
    additionalProperties=False,
)
SHAPE = _record(
    {
        "schema": {"const": SCHEMA},
        "verdict": {"enum": ["passed", "failed", "error"]},
        "digest": HEX,
        **dict.fromkeys(("commit", "tree", "product", "version", "engine", "started_at", "finished_at"), TEXT),
        "stages": {"type": "array", "minItems": len(STAGES), "maxItems": len(STAGES), "items": STAGE},
        "comparisons": {"type": "array", "maxItems": 1000, "items": MAP},
        "products": {"type": "array", "maxItems": 1000, "items": PRODUCT},
        **dict.fromkeys(("environment", "parameters", "declared", "cost", "provenance"), MAP),
    },
    additionalProperties=False,
)
REPLICATED = Draft202012Validator(
    _record(
        {"name": TEXT, "path": TEXT, "first": HEX, "sha256": {"type": "string", "pattern": "^([0-9a-f]{64})?$"}}
        | {"held_to": LONG}
    )
)
VALIDATOR = Draft202012Validator(SHAPE)


def parse(raw: Any) -> Report:
    """The report, or UnprocessableError that says where it is none."""
    for error in VALIDATOR.iter_errors(raw):
        raise UnprocessableError(f"the report is not an {SCHEMA} document: {error.json_path}: {error.message[:300]}")
    try:
        report = Report.from_dict(raw)
        digest = report.digest
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnprocessableError(f"the report is not an {SCHEMA} document: {error}") from error
    if digest != raw["digest"]:
        raise UnprocessableError(f"the report's digest is {digest}, it says {raw['digest']}")
    return Report.from_dict(storable(raw))


def parse_replication(raw: Any) -> Replication | None:
    """None for None; UnprocessableError where it is no adp-replication/1 document."""
    if raw is None:
        return None
    try:
        found = Replication.from_dict(storable(raw))
        for product in found.products:
            REPLICATED.validate(asdict(product))
            for comparison in product.comparisons:
                Comparison.from_dict(comparison)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, SchemaError) as error:
        raise UnprocessableError(f"this is no adp-replication/1 document: {str(error)[:300]}") from error
    return found


def storable(value: Any) -> Any:
    """Without what PostgreSQL cannot keep in JSON: NUL and lone surrogates become visible."""
    if isinstance(value, str):
        return value.replace("\0", "␀").encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {storable(k): storable(v) for k, v in value.items()}
    return [storable(v) for v in value] if isinstance(value, list) else value
