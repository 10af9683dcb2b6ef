"""The measures of distance a rule may use: for each pair of finite values, is it bad, and what would it have needed."""

from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from adp.comparison.model import Array
from adp.comparison.values.tally import Floats

EPS = 8 * np.finfo(np.float64).eps  # so that a stated need, used as tolerance, passes through every rounding
BITS = {1: "u1", 2: "u2", 4: "u4", 8: "u8"}


class Judged(NamedTuple):
    """`need` is the smallest value of the rule's own number that this pair would pass with."""

    bad: npt.NDArray[np.bool_]
    difference: Floats
    need: Floats


class Measure(Protocol):
    """`product` and `reference` are finite values of one length; `error` is a standard error for each, if asked for."""

    def __call__(self, product: Array, reference: Array, error: Floats | None = None) -> Judged: ...


@dataclass(frozen=True, slots=True)
class Within:
    """|p - r| <= abs + rel * |r|, decided in float64, for wide integers in integers. `of_rel`: need is a rel."""

    abs: float = 0.0
    rel: float = 0.0
    of_rel: bool = False

    def __call__(self, product: Array, reference: Array, error: Floats | None = None) -> Judged:
        difference, magnitude = distance(product, reference)
        size = np.abs(reference.astype(np.float64))
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            allowed = self.abs + (self.rel * size if self.rel else 0.0)
            bad = _exceeds(magnitude, np.broadcast_to(allowed, magnitude.shape))
            far = magnitude.astype(np.float64)
            if self.of_rel:
                need = np.where(far > self.abs, (far - self.abs) / size, 0.0)
            else:
                need = far - (self.rel * size if self.rel else 0.0)
            need = np.fmax(need, 0.0) * (1 + EPS)
        return Judged(bad, difference, need)


@dataclass(frozen=True, slots=True)
class Ulps:
    """Steps between neighbouring floats; integers and other types count as themselves."""

    most: int

    def __call__(self, product: Array, reference: Array, error: Floats | None = None) -> Judged:
        difference, _ = distance(product, reference)
        if product.dtype.kind == "f":
            wide = np.promote_types(product.dtype, reference.dtype).newbyteorder("=")
            product, reference = ordinal(product.astype(wide)), ordinal(reference.astype(wide))
        _, steps = distance(product, reference)
        return Judged(_exceeds(steps, np.full(steps.shape, float(self.most))), difference, steps.astype(np.float64))


@dataclass(frozen=True, slots=True)
class Neighbours:
    """At most so many steps of the product's own float type, around the larger of the two values."""

    steps: int
    dtype: np.dtype[Any]

    def __call__(self, product: Array, reference: Array, error: Floats | None = None) -> Judged:
        difference, magnitude = distance(product, reference)
        with np.errstate(over="ignore", invalid="ignore"):
            larger = np.fmax(np.abs(product.astype(self.dtype)), np.abs(reference.astype(self.dtype)))
            step = np.spacing(larger).astype(np.float64)
            need = np.where(magnitude > 0, magnitude / step, 0.0)
        return Judged(magnitude > self.steps * step, difference, np.fmax(need, 0.0))


@dataclass(frozen=True, slots=True)
class Sigmas:
    """|p - r| in standard errors. An error that is not positive and finite is a violation of its own (VARIANCE)."""

    most: float

    def __call__(self, product: Array, reference: Array, error: Floats | None = None) -> Judged:
        difference, magnitude = distance(product, reference)
        sigma = error if error is not None else np.zeros(len(difference))
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            need = np.where(magnitude > 0, magnitude / sigma, 0.0)
            bad = magnitude > self.most * sigma
            known = np.isfinite(sigma) & (sigma > 0)
            need = np.where(known, need, 0.0) * (1 + EPS)
        return Judged(bad & known, difference, need)


def distance(product: Array, reference: Array) -> tuple[Floats, Array]:
    """p - r in float64, and |p - r| exactly: in float64, or in uint64 where float64 would lose digits."""
    kinds = product.dtype.kind + reference.dtype.kind
    wide = max(product.dtype.itemsize, reference.dtype.itemsize) == 8  # noqa: PLR2004 (bytes of the widest integers)
    if wide and set(kinds) <= {"i", "u"}:
        return _wide(product, reference)
    with np.errstate(over="ignore", invalid="ignore"):
        difference = product.astype(np.float64) - reference.astype(np.float64)
    return difference, np.abs(difference)


def _wide(product: Array, reference: Array) -> tuple[Floats, Array]:
    if product.dtype.kind != reference.dtype.kind:
        return _mixed(product, reference)
    native = np.int64 if product.dtype.kind == "i" else np.uint64
    p, r = product.astype(native), reference.astype(native)
    larger = p > r
    size = np.where(larger, p, r).view(np.uint64) - np.where(larger, r, p).view(np.uint64)
    return np.where(larger, 1.0, -1.0) * size.astype(np.float64), size


def _mixed(product: Array, reference: Array) -> tuple[Floats, Array]:
    """One signed, one unsigned: where the signed one is negative the distance may pass 2**64, and saturates."""
    is_product = product.dtype.kind == "i"
    signed = (product if is_product else reference).astype(np.int64)
    unsigned = (reference if is_product else product).astype(np.uint64)
    below = signed < 0
    other = signed.view(np.uint64)
    larger = other > unsigned
    positive = np.where(larger, other - unsigned, unsigned - other)
    negative = unsigned + (~other + np.uint64(1))
    size = np.where(below, np.where(negative < unsigned, np.uint64(2**64 - 1), negative), positive)
    sign = np.where(below | ~larger, -1.0, 1.0) * (1.0 if is_product else -1.0)
    return sign * size.astype(np.float64), size


def _exceeds(magnitude: Array, allowed: Floats) -> npt.NDArray[np.bool_]:
    if magnitude.dtype != np.uint64:
        return np.greater(magnitude, allowed)
    inside = allowed < 2.0**64
    floor = np.floor(np.where(inside, allowed, 0.0)).astype(np.uint64)
    return np.asarray(inside & (magnitude > floor), dtype=np.bool_)


def ordinal(values: Array) -> Array:
    """Floats as integers in the same order, neighbours one apart; -0.0 and 0.0 are the same."""
    size = values.dtype.itemsize
    bits = values.view(f"i{size}").astype(np.int64)
    floor = np.iinfo(f"i{size}").min
    return np.where(bits < 0, floor - bits, bits)


def same_bits(product: Array, reference: Array) -> npt.NDArray[np.bool_] | None:
    """Element by element, whether every bit is the same; None when the types differ by more than byte order."""
    if product.dtype.newbyteorder("=") != reference.dtype.newbyteorder("="):
        return None
    if product.dtype.byteorder != reference.dtype.byteorder:
        native = product.dtype.newbyteorder("=")
        product, reference = product.astype(native), reference.astype(native)
    code = BITS.get(product.dtype.itemsize)
    if code is None or product.dtype.kind in "SU":
        return np.asarray(product == reference, dtype=np.bool_)
    return np.asarray(product.view(code) == reference.view(code), dtype=np.bool_)
