"""What was done to every value alike: a factor, an offset, a formula that people know."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from adp.comparison.causes import known
from adp.comparison.causes.cause import ENOUGH, FEW
from adp.comparison.causes.pairs import FAR, Pairs
from adp.comparison.values.numbers import real
from adp.comparison.values.sums import Floats

FORMULAS: Mapping[str, Callable[[Floats], Floats]] = {
    "the square of the reference: a variance for a standard deviation?": np.square,
    "the square root of the reference: a standard deviation for a variance?": np.sqrt,
    "the reciprocal of the reference: a weight for a variance?": np.reciprocal,
    "the reciprocal square of the reference: a weight for a standard deviation?": lambda r: 1 / np.square(r),
    "log10 of the reference": np.log10,
    "the natural logarithm of the reference": np.log,
    "10 to the power of the reference: a logarithm taken back": lambda r: np.power(10.0, r),
    "the exponential of the reference: a logarithm taken back": np.exp,
    "the absolute value of the reference": np.abs,
    "-2.5 log10 of the reference": lambda r: -2.5 * np.log10(r),
    "10 to the power of -0.4 times the reference: fluxes for magnitudes": lambda r: np.power(10.0, -0.4 * r),
}
WAVES = frozenset({"", "Angstrom", "angstrom", "AA", "0.1nm", "0.1 nm", "nm", "um"})
TO_ANGSTROM = {"nm": 10.0, "um": 1e4}
SPECTRAL = (2000.0, 25000.0)  # Angstrom
AIR = 3e-6  # the formulas for the refraction of air agree to this


def patterns(pairs: Pairs) -> Iterator[str]:
    """Sentences; the first that fits is the likely one."""
    if not pairs.different:
        return
    with np.errstate(all="ignore"):
        yield from _labels(pairs)
        yield from _factor(pairs)
        yield from _offset(pairs)
        yield from _refracted(pairs)
        if pairs.different >= ENOUGH:
            for sentence, formula in FORMULAS.items():
                if pairs.follows(formula(pairs.r)):
                    yield f"the product is {sentence}"
            yield from _magnitudes(pairs)


def _labels(pairs: Pairs) -> Iterator[str]:
    same = np.array_equal(real(pairs.raw_product)[pairs.both], real(pairs.raw_reference)[pairs.both])
    if pairs.factor != 1 and same:
        ratio = f"the product is {pairs.factor:.9g} times the reference"
        yield f"{ratio}: the numbers are the same, only the unit changed from {pairs.field.unit} to {pairs.own.unit}"


def _factor(pairs: Pairs) -> Iterator[str]:
    nonzero = pairs.r != 0
    ratio = float(np.median(pairs.p[nonzero] / pairs.r[nonzero])) if nonzero.any() else 0.0
    size = np.unique(pairs.r[nonzero])
    if not np.isfinite(ratio) or abs(ratio) in {0.0, np.inf} or len(size) < FEW or not pairs.follows(ratio * pairs.r):
        return
    if ratio == -1:
        yield "the values have the opposite sign"
    elif abs(ratio - 1) > FAR * pairs.epsilon:
        name = known.factor(ratio, pairs.field.unit)
        if name or len(size) >= ENOUGH:
            yield f"the product is {ratio:.9g} times the reference: {name or 'another unit or scale?'}"


def _offset(pairs: Pairs) -> Iterator[str]:
    offset = float(np.median(pairs.p - pairs.r))
    large = abs(offset) > FAR * pairs.epsilon * float(np.median(np.abs(pairs.r)))
    if not large or not pairs.follows(pairs.r + offset, float(np.abs(pairs.r).max())):
        return
    name = known.offset(offset, pairs.field.unit, float(pairs.r[0]))
    if name:
        yield f"the product is the reference plus {offset:.12g}: {name}"
    elif pairs.different >= ENOUGH:
        yield f"the product is the reference plus {offset:.9g}"


def _refracted(pairs: Pairs) -> Iterator[str]:
    """Wavelengths in air and in vacuum (Morton 1991, ApJS 77, 119)."""
    unit = pairs.field.unit
    scale = TO_ANGSTROM.get(unit, 1.0)
    wave = pairs.r * scale
    if unit not in WAVES or pairs.different < FEW or not (SPECTRAL[0] <= wave.min() and wave.max() <= SPECTRAL[1]):
        return
    index = 1.0 + 2.735182e-4 + 131.4182 / wave**2 + 2.76249e8 / wave**4
    for made, what in ((wave / index, "air for vacuum"), (wave * index, "vacuum for air")):
        if np.all(np.abs(pairs.p * scale / made - 1) < AIR):
            yield f"the wavelengths are {what} wavelengths"


def _magnitudes(pairs: Pairs) -> Iterator[str]:
    """Magnitudes with a zero point."""
    zero = pairs.p + 2.5 * np.log10(pairs.r)
    middle = float(np.median(zero))
    if np.isfinite(middle) and pairs.follows(middle - 2.5 * np.log10(pairs.r), abs(middle)):
        yield f"the product is -2.5 log10 of the reference plus {middle:.6g}: magnitudes for fluxes"
