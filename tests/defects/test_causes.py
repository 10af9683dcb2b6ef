"""A false cause is worse than none: noise of any kind is given none, and a pattern in part of the data neither."""

from typing import Any

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adp.comparison.causes import columns, fills, formulas, images, known, rows, storage
from adp.comparison.causes.pairs import Pairs
from adp.comparison.model import Field, Getter, Part, Rows, Values

SEEDS = st.integers(0, 2**32 - 1)
FLOATS = st.sampled_from(["f4", "f8", ">f4", ">f8"])
UNITS = st.sampled_from(["", "Jy", "mJy", "deg", "d", "s", "Angstrom", "km/s", "mag"])
WIDTHS = st.sampled_from([1e-6, 1e-3, 0.1, 1.0, 100.0])


class Held:
    """A source over one array."""

    def __init__(self, data: Any) -> None:
        self.data = data.ravel()

    def read(self, rows: Rows) -> Getter:
        return lambda _: Values(self.data[rows])


def image(data: Any) -> Part:
    return Part("image", 0, Held(data), "SCI", fields=(Field("", data.dtype),), rows=data.size, shape=data.shape)


def sentences(p: Any, r: Any, unit: str = "") -> list[str]:
    field = Field("v", r.dtype.newbyteorder("="), unit)
    pairs = Pairs(p, r, field, field)
    swapped = storage.swapped(pairs)
    found = [*storage.conversions(pairs), *formulas.patterns(pairs)]
    return found + ([swapped.sentence] if swapped else [])


def signal(random: Any, kind: str, size: int) -> Any:
    """What an instrument sees: a sky level, sources, a range of decades."""
    level = random.choice([0.0, 1.0, 1e3, 5e4, 2.4e6])
    return (level + random.standard_normal(size) * random.choice([1e-3, 1.0, 300.0])).astype(kind)


@given(SEEDS, FLOATS, WIDTHS, UNITS, st.integers(8, 500))
def test_added_noise_has_no_cause(seed: int, kind: str, width: float, unit: str, size: int) -> None:
    random = np.random.default_rng(seed)
    r = signal(random, kind, size)
    p = (r + width * r.astype("f8").std() * random.standard_normal(size)).astype(kind)

    assert sentences(p, r, unit) == []


@given(SEEDS, FLOATS, UNITS, st.integers(8, 500))
def test_independent_values_have_no_cause(seed: int, kind: str, unit: str, size: int) -> None:
    random = np.random.default_rng(seed)

    assert sentences(signal(random, kind, size), signal(random, kind, size), unit) == []


@given(SEEDS, st.sampled_from(["u1", "i2", ">i2", "i4", "i8"]), st.integers(1, 120), st.integers(30, 500))
def test_counts_of_two_exposures_have_no_cause(seed: int, kind: str, rate: int, size: int) -> None:
    random = np.random.default_rng(seed)
    p, r = (random.poisson(rate, size).astype(kind) for _ in range(2))

    assert sentences(p, r) == []


@given(SEEDS, st.integers(1, 3), st.integers(20, 200))
def test_few_wrong_values_are_no_pattern(seed: int, bad: int, size: int) -> None:
    random = np.random.default_rng(seed)
    r = signal(random, "f8", size)
    p = r.copy()
    p[random.integers(0, size, bad)] *= 1000

    assert sentences(p, r, "Jy") == []


@given(SEEDS, st.sampled_from(["factor", "offset", "sign", "float32", "square"]))
def test_a_pattern_in_half_of_the_values_is_none(seed: int, what: str) -> None:
    random = np.random.default_rng(seed)
    r = random.uniform(1, 100, 60)
    made = {"factor": r * 1000, "offset": r + 5, "sign": -r, "float32": r.astype("f4"), "square": r**2}[what]

    assert sentences(np.where(np.arange(60) < 30, made, r + random.standard_normal(60)), r, "Jy") == []


@given(SEEDS, st.tuples(st.integers(1, 3), st.integers(4, 24), st.integers(4, 24)), WIDTHS)
def test_noisy_images_went_nowhere(seed: int, shape: tuple[int, ...], width: float) -> None:
    random = np.random.default_rng(seed)
    r = (1000 + 30 * random.standard_normal(shape)).astype("f4")
    p = (r + width * 30 * random.standard_normal(shape)).astype("f4")

    assert images.geometry(image(p), image(r)) == []


@given(SEEDS, st.integers(8, 40))
def test_a_source_more_is_no_shift(seed: int, size: int) -> None:
    """Smooth images, in which a gradient explains much."""
    random = np.random.default_rng(seed)
    y, x = np.indices((size, size))
    r = np.exp(-((x - size / 2) ** 2 + (y - size / 3) ** 2) / 20).astype("f4")
    at = random.uniform(0, size, 2)
    p = (r + 0.1 * np.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / 20)).astype("f4")

    assert images.geometry(image(p), image(r)) == []


@given(SEEDS, st.integers(1, 8), st.integers(8, 60))
def test_noisy_tables_keep_their_rows(seed: int, number: int, size: int) -> None:
    random = np.random.default_rng(seed)
    made = {f"c{n}": (random.normal(100, 10, size), random.normal(100, 10, size)) for n in range(number)}

    assert rows.of_rows(made, {}) is None
    assert columns.exchanged(made) is None
    assert list(columns.frames(made, {})) == []


@given(SEEDS, st.integers(3, 60), st.floats(1e-9, 3))
def test_scattered_stars_are_in_no_other_frame(seed: int, size: int, degrees: float) -> None:
    random = np.random.default_rng(seed)
    ra, dec = random.uniform(0, 360, size), random.uniform(-80, 80, size)
    moved = {"ra": (ra + random.normal(0, degrees, size), ra), "dec": (dec + random.normal(0, degrees, size), dec)}

    assert list(columns.frames(moved, {"ra": "deg", "dec": "deg"})) == []


ANY = st.sampled_from(["f2", "f4", ">f8", "i1", "u1", ">i2", "i4", "u4", "i8", "u8", "b1"])


@given(st.data(), ANY, ANY, st.integers(0, 30), UNITS, st.sampled_from([1.0, 1000.0, 1e-300]))
def test_whatever_the_values_are_looking_for_a_cause_does_not_fail(
    data: Any, one: str, other: str, size: int, unit: str, factor: float
) -> None:
    p, r = data.draw(arrays.arrays(one, size)), data.draw(arrays.arrays(other, size))
    field = Field("v", r.dtype.newbyteorder("="), unit)
    pairs = Pairs(p, r, field, field, factor)

    assert isinstance([*storage.conversions(pairs), *formulas.patterns(pairs), storage.swapped(pairs)], list)
    assert isinstance(list(fills.fills(Values(p), Values(r))), list)
    made = {"a": (p, r), "b": (r, p)}
    assert isinstance([rows.of_rows(made, {}), columns.exchanged(made), *columns.frames(made, {})], list)


@given(st.data(), ANY, ANY, st.tuples(st.integers(1, 3), st.integers(1, 9), st.integers(1, 9)))
def test_whatever_the_pixels_are_looking_for_a_cause_does_not_fail(
    data: Any, one: str, other: str, shape: tuple[int, ...]
) -> None:
    p, r = data.draw(arrays.arrays(one, shape)), data.draw(arrays.arrays(other, shape))

    assert isinstance(images.geometry(image(p), image(r)), list)


@given(SEEDS, st.integers(3, 100))
def test_missing_values_that_were_measured_anew_are_not_filled(seed: int, size: int) -> None:
    random = np.random.default_rng(seed)
    r = np.full(size, np.nan)

    assert list(fills.fills(Values(random.standard_normal(size)), Values(r))) == []


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (1000.0, "Jy", "mJy"), (1e-10, "Angstrom", "m"), (0.1, "Angstrom", "nm"), (1e-3, "m/s", "km/s"),
        (3600.0, "deg", "arcsec"), (86400.0, "d", "s"), (1.0000003, "Jy", ""), (2.0, "Jy", ""), (1000.0, "ct", ""),
    ],
)  # fmt: skip
def test_a_factor_is_named_by_the_unit_it_stands_for(value: float, unit: str, said: str) -> None:
    found = known.factor(value, unit)

    assert found == (f"values in {said} under the unit {unit}?" if said else "")


@pytest.mark.parametrize(
    ("seconds", "mjd", "said"),
    [
        (37, 58000.0, "37 s, what TAI"), (37, 48823.0, ""), (27, 48823.0, "27 s, what TAI"), (18, 58000.0, "GPS"),
        (69.184, 2458000.5, "what TT"), (-37, 58000.0, "opposite sign"), (36.9, 58000.0, ""), (37, 100.0, ""),
    ],
)  # fmt: skip
def test_an_offset_of_time_is_named_by_its_date(seconds: float, mjd: float, said: str) -> None:
    found = known.offset(seconds / 86400, "d", mjd)

    assert said in found
    assert bool(said) == bool(found)
