"""How a run elsewhere agrees with the first: product by product, as frozen values that survive JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from adp.manifest.model import DataTest, Manifest

SCHEMA = "adp-replication/1"
EXACT = "exact: no tolerance is declared"
SAME_CODE = "regression"
ABOUT_NOISE = "statistics"


class Agreement(StrEnum):
    """In falling order. `within`: bytes differ, and every value is as close as the version itself asks for."""

    IDENTICAL = "bit-identical"
    WITHIN = "within tolerance"
    DIFFERS = "differs"


ORDER = tuple(Agreement)


@dataclass(frozen=True, slots=True)
class ProductAgreement:
    """One product file of both runs. `held_to` names the tolerances and `comparisons` are adp-comparison/1 objects, the
    first run as the reference, where something was compared: not where bytes are equal, or `sha256` is "" because the
    second run made no such file."""

    name: str
    path: str
    first: str
    sha256: str
    agreement: Agreement
    held_to: str = ""
    comparisons: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        given = {**raw, "agreement": Agreement(raw["agreement"]), "comparisons": tuple(raw["comparisons"])}
        return cls(**given)


@dataclass(frozen=True, slots=True)
class Replication:
    """The products of the first run, in their order, as the second made them."""

    products: tuple[ProductAgreement, ...]

    @property
    def agreement(self) -> Agreement:
        """As the worst of them; no vote is taken. A run without products has nothing that agrees."""
        return max((p.agreement for p in self.products), key=ORDER.index, default=Agreement.DIFFERS)

    def to_dict(self) -> dict[str, Any]:
        products = [asdict(p) | {"agreement": p.agreement.value} for p in self.products]
        return {"schema": SCHEMA, "agreement": self.agreement.value, "products": products}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Raises KeyError, TypeError or ValueError when `raw` is no adp-replication/1 document."""
        if raw["schema"] != SCHEMA:
            raise ValueError(f"not an {SCHEMA} document")
        made = cls(tuple(ProductAgreement.from_dict(p) for p in raw["products"]))
        if made.agreement != raw["agreement"]:
            raise ValueError(f"its products say {made.agreement}, it says {raw['agreement']}")
        return made


def held_to(manifest: Manifest, product: str) -> tuple[DataTest, ...]:
    """The version's own tolerances for two runs of the same code: those of the product's regression tests, else of its
    other data tests; none means exact."""
    tests = [t for t in manifest.tests.data if t.product == product]
    same_code = [t for t in tests if t.kind == SAME_CODE]
    return tuple(same_code or tests)


def between_runs(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The spec of a data test for two runs of the same steps. How noise is distributed says nothing there (the runs
    share it: a pull has no width), so rules of statistics are left out."""
    return {
        key: between_runs(value) if isinstance(value, Mapping) else value
        for key, value in spec.items()
        if key != ABOUT_NOISE and not key.endswith(f".{ABOUT_NOISE}") and not key.startswith(f"{ABOUT_NOISE}.")
    }


def in_words(tests: Sequence[DataTest]) -> str:
    return ", ".join(t.name for t in tests) or EXACT
