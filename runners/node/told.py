"""What the operator of a node says: one file, the environment before it, the command line before both."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adp.environment.place import var
from adp.errors import UsageError
from runners.node.config import Config, config
from runners.node.identity import beside

KEYS: Mapping[str, type] = {
    "registry": str,
    "key_file": str,
    "engine": str,
    "slots": int,
    "data_budget": int,
    "data_reserve": int,
    "data_authorities": str,
}
FOR_THE_STORE = ("data_budget", "data_reserve", "data_authorities")
PREFIX = "PHAROS_NODE_"


@dataclass(frozen=True, slots=True)
class Told:
    """`key_file` holds the key with which the node speaks; beside it lies the one with which it signs."""

    registry: str
    key_file: Path
    engine: str = "auto"
    slots: int = 1

    @property
    def attest_file(self) -> Path:
        return beside(self.key_file)

    def config(self) -> Config:
        """Raises UsageError or OSError."""
        if self.key_file.stat().st_mode & 0o077:
            raise UsageError(f"others can read {self.key_file}", hint=f"chmod 600 {self.key_file}")
        key = self.key_file.read_text(encoding="ascii").strip()
        policy = os.environ.get("PHAROS_SOURCE_POLICY", "")
        return config(registry=self.registry, key=key, engine=self.engine, policy=policy, slots=self.slots)


def default_file() -> Path:
    """PHAROS_NODE_CONFIG, or node/node.toml below PHAROS_VAR."""
    named = os.environ.get(f"{PREFIX}CONFIG")
    return Path(named) if named else var() / "node" / "node.toml"


def told(file: Path | None, given: Mapping[str, Any]) -> Told:
    """`given`: the command line's words, None where it says nothing. What is said of the store of reference data goes
    into the environment, where jobs find it (PHAROS_DATA_…)."""
    place = file or default_file()
    said = _file(place) if file or place.exists() else {}
    said |= {name: _typed(name, os.environ[env]) for name in KEYS if (env := PREFIX + name.upper()) in os.environ}
    said |= {name: value for name, value in given.items() if value is not None}
    for name in FOR_THE_STORE:
        if name in said:
            os.environ.setdefault(f"PHAROS_{name.upper()}", str(said.pop(name)))
    if lacking := [name for name in ("registry", "key_file") if name not in said]:
        hint = "pharos-node register --registry URL writes both"
        raise UsageError(f"nobody said {' and '.join(lacking)}: not {place}, not the environment", hint=hint)
    return Told(**(said | {"key_file": Path(said["key_file"])}))


def _file(place: Path) -> dict[str, Any]:
    try:
        said = tomllib.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{place} cannot be read: {error}", hint="it is TOML, with " + ", ".join(KEYS)) from error
    for name, value in said.items():
        if name not in KEYS or not isinstance(value, KEYS[name]):
            raise UsageError(f"{place}: {name} = {value!r} means nothing", hint="it knows " + ", ".join(KEYS))
    return said | ({"key_file": place.parent / said["key_file"]} if "key_file" in said else {})


def _typed(name: str, text: str) -> Any:
    try:
        return KEYS[name](text)
    except ValueError:
        raise UsageError(f"{PREFIX}{name.upper()}={text!r} is no number", hint="such as 2") from None
