"""A row of the tables: what is done to which product, in which formats, and what the judge must say of it."""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from adp.comparison.compare import compare
from adp.comparison.result import Comparison
from adp.comparison.spec.reader import parse
from tests.defects.products import Product
from tests.defects.writing_tables import WRITERS, untouched

IMAGES = "fits fits.gz tiles"
ARRAYS = f"{IMAGES} hdf5 asdf"
TABLES = "fits ecsv csv votable votable-binary2"
EVERY = f"{TABLES} parquet hdf5 asdf"  # two of these are read in a process of its own, which takes its time
TYPED = "fits ecsv votable votable-binary2"  # formats that know types; all but CSV know units, too
UNITED = TYPED


@dataclass(frozen=True)
class Change:
    """`reference` replaces the base; `spoil` works on the product's bytes; `place` is what `where` must say."""

    product: Product
    place: Mapping[str, Any] = field(default_factory=dict)
    reference: Product | None = None
    spoil: Callable[[bytes], bytes] | None = None


Random = np.random.Generator
Deed = Callable[[Random, Product], Change]


@dataclass(frozen=True)
class Row:
    """`codes` are all error codes of the judgement, `but` those of single formats; `cause` words of the likely cause.
    A format may be two, reference>product."""

    name: str
    base: Callable[[], Product]
    deed: Deed
    formats: str
    codes: str = ""
    spec: Mapping[str, Any] = field(default_factory=dict)
    cause: str = ""
    but: Mapping[str, str] = field(default_factory=dict)

    @property
    def cases(self) -> list[tuple["Row", str]]:
        return [(self, form) for form in self.formats.split()]

    def expected(self, form: str) -> frozenset[str]:
        return frozenset(self.but.get(form, self.codes).split())

    def judge(self, form: str, folder: Path) -> tuple[Comparison, Change]:
        """Both files written and compared."""
        reference, product, change = self.write(form, folder)
        return compare(reference, product, parse(self.spec)), change

    def write(self, form: str, folder: Path) -> tuple[Path, Path, Change]:
        """Reference and product; the seed is the name's, so a row is the same wherever it stands."""
        first, _, second = form.partition(">")
        change = self.deed(np.random.default_rng(zlib.crc32(self.name.encode())), self.base())
        content = WRITERS[second or first](change.product)
        kept = untouched(self.base, first) if change.reference is None else WRITERS[first](change.reference)
        reference, product = folder / "reference", folder / "product"
        reference.write_bytes(kept)
        product.write_bytes(change.spoil(content) if change.spoil else content)
        return reference, product, change


def plain(deed: Callable[[Product], Product]) -> Deed:
    """A deed without chance or place."""
    return lambda _, base: Change(deed(base))


def both(deed: Callable[[Product], tuple[Product, Product]]) -> Deed:
    """A deed that makes the reference, too."""

    def done(_: Random, base: Product) -> Change:
        reference, product = deed(base)
        return Change(product, reference=reference)

    return done
