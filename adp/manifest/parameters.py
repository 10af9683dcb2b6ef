"""The parameter file (TOML or JSON), and whether its JSON Schema agrees with it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from adp.finding import Finding
from adp.manifest import toml, tree
from adp.manifest.load import finding
from adp.manifest.model import Parameters
from adp.manifest.positions import Place, Positions

LIMIT = 64 << 10
DEEPEST = 64  # of JSON, as of TOML: what walks the values later must come back

Which = Literal["file", "schema"]


class ParametersError(ValueError):
    """The file or the schema itself cannot be used; `key` of [parameters] names which."""

    def __init__(self, key: Which, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.key, self.code, self.hint = key, code, hint


def read(root: Path, declared: Parameters) -> Any:
    """The values of the parameter file, for the record. Raises ParametersError."""
    return _read(root, declared.file, "file")[0]


def findings(root: Path, declared: Parameters) -> Iterator[Finding]:
    """What the schema says against the file, at the place in the file. Raises ParametersError."""
    values, positions = _read(root, declared.file, "file")
    if not declared.schema:
        return
    schema, _ = _read(root, declared.schema, "schema")
    from adp.manifest import frugal  # noqa: PLC0415 (jsonschema takes a second to import; few ADPs have a schema)

    try:
        errors = frugal.errors(schema, values)
    except frugal.SchemaError as e:
        raise ParametersError(
            "schema", "PARAMETERS_SCHEMA", f"the schema cannot be used: {e}", "make it simpler"
        ) from e
    for path, sentence in errors:
        place = positions.value(path) if positions is not None else Place()
        name = ".".join(str(p) for p in path) or "the file"
        message = f"`{name}` does not fit the schema: {sentence}"
        yield finding(declared.file, place, "PARAMETERS_INVALID", message, f"the schema is {declared.schema}")


def _read(root: Path, path: str, key: Which) -> tuple[Any, Positions | None]:
    wanted = "JSON" if path.endswith(".json") else "TOML"
    try:
        text = _text(root, path)
        if wanted == "JSON":
            return _shallow(json.loads(text, parse_constant=_no_constant)), None
        document = toml.read(text)
    except tree.FileError as e:
        raise ParametersError(key, e.code, str(e), e.hint) from e
    except (RecursionError, ValueError) as e:
        raise ParametersError(key, "PARAMETERS_UNREADABLE", f"`{path}` cannot be read as {wanted}: {e}") from e
    return document.values, document.positions


def _text(root: Path, path: str) -> bytes:
    with tree.opened(root, path) as stream:
        text = stream.read(LIMIT + 1)
    if len(text) > LIMIT:
        raise tree.FileError("TOO_LARGE", f"`{path}` has more than {LIMIT >> 10} KiB", "keep tables in data files")
    return text


def _shallow(values: Any) -> Any:
    level, depth = [values], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise ValueError("it is nested too deep")
        level = [
            inner
            for part in level
            if isinstance(part, dict | list)
            for inner in (part.values() if isinstance(part, dict) else part)
        ]
    return values


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")
