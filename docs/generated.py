"""Pages of the reference that are drawn from the tables the program itself obeys: states and manifest keys."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

OUT = Path(__file__).parent / "reference"


def write() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    (OUT / "states.md").write_text("\n".join(states()) + "\n", "utf-8")
    (OUT / "manifest-keys.md").write_text("\n".join(keys()) + "\n", "utf-8")


def states() -> Iterator[str]:
    from registry.lifecycle import VERSION
    from reviews.lifecycle import ASSIGNMENT, ROUND
    from runners.lifecycle import RUN

    yield from ("# States", "", "Drawn from the tables that `advance()` obeys. The door is also the permission, the event and the API's verb.")
    for title, machine in (("Version", VERSION), ("Run", RUN), ("Round", ROUND), ("Assignment", ASSIGNMENT)):
        yield from ("", f"## {title}", "", f"Begins as `{machine.initial}`.", "", "| door | from | to |", "|---|---|---|")
        for move in machine.moves.values():
            yield f"| `{move.name}` | {', '.join(sorted(move.sources))} | {move.target} |"


def keys() -> Iterator[str]:
    from adp.manifest.schema import json_schema

    yield from ("# Keys of adp.toml", "", "Drawn from the loader's own table; `adp schema` prints the same as JSON Schema.")
    yield from ("", "| key | required | what |", "|---|---|---|")
    yield from _rows(json_schema(), "")


def _rows(schema: dict[str, Any], prefix: str) -> Iterator[str]:
    required = set(schema.get("required", ()))
    for name, inner in schema.get("properties", {}).items():
        many = inner.get("type") == "array" and "properties" in inner.get("items", {})
        path = f"{prefix}{name}{'[]' if many else ''}"
        text = str(inner.get("description", "")).replace("|", "\\|")
        yield f"| `{path}` | {'yes' if name in required else ''} | {text} |"
        below = inner["items"] if many else inner
        if "properties" in below:
            yield from _rows(below, f"{path}.")
