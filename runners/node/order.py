"""What the registry asks a node to do, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

SOURCE = ("url", "ref", "commit", "tree", "product", "version")


@dataclass(frozen=True, slots=True)
class Source:
    """Which commit to check; `product` and `version` are what the book calls it."""

    url: str
    ref: str
    commit: str
    tree: str
    product: str
    version: str

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        return cls(**{name: str(raw[name]) for name in SOURCE})


@dataclass(frozen=True, slots=True)
class Order:
    """One attempt of one run, the token of the attempt, and how often to give a sign of life (seconds)."""

    run: str
    attempt: int
    token: str
    beat: float
    source: Source

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Raises KeyError, TypeError or ValueError when the answer is no order."""
        source = Source.from_dict(raw["source"])
        return cls(str(raw["run"]), int(raw["attempt"]), str(raw["token"]), float(raw["beat"]), source)

    @property
    def at(self) -> str:
        return f"runs/{self.run}/"
