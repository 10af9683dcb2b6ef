"""What the registry asks a node to do, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

ABOUT = {"purpose": "check", "node": "", "centre": ""}
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
class FirstProduct:
    """One product file as the first run made it."""

    name: str
    path: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class First:
    """The run a replication is held against: digest of its report, and its products."""

    digest: str
    products: tuple[FirstProduct, ...]

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        products = (
            FirstProduct(str(p["name"]), str(p["path"]), str(p["sha256"]), int(p["bytes"])) for p in raw["products"]
        )
        return cls(str(raw["digest"]), tuple(products))


@dataclass(frozen=True, slots=True)
class Order:
    """One attempt of one run, the token of the attempt, and how often to give a sign of life (seconds). `node` and
    `centre` are what the book calls this machine."""

    run: str
    attempt: int
    token: str
    beat: float
    source: Source
    purpose: str = "check"
    node: str = ""
    centre: str = ""
    first: First | None = None

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Raises KeyError, TypeError or ValueError when the answer is no order."""
        source = Source.from_dict(raw["source"])
        first = First.from_dict(raw["first"]) if raw.get("first") else None
        purpose, node, centre = (str(raw.get(name, default)) for name, default in ABOUT.items())
        own = (str(raw["run"]), int(raw["attempt"]), str(raw["token"]), float(raw["beat"]))
        return cls(*own, source, purpose, node, centre, first)

    @property
    def at(self) -> str:
        return f"runs/{self.run}/"
