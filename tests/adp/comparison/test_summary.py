"""The summary of a field: right against plain numpy, and the same for every cut of the data."""

from typing import Any

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from adp.comparison.model import Values
from adp.comparison.values.measures import Sigmas, Within
from adp.comparison.values.numbers import Numbers
from adp.comparison.values.places import BINS, Places
from adp.comparison.values.sample import KEPT, Sample, multiples, prime_from
from adp.comparison.values.summary import Summary
from adp.comparison.values.sums import Histogram, Sum

RNG = np.random.default_rng(3)
SHAPE = (6, 5, 7)
REFERENCE = RNG.normal(100, 10, SHAPE).astype(">f4").reshape(-1)
NEAR = Within(0.6)
PRODUCT = (REFERENCE + RNG.normal(0.5, 0.1, REFERENCE.shape)).astype(">f4")


def summed(product: Any, reference: Any, shape: Any, size: int, error: Any = None, measure: Any = NEAR) -> Summary:
    numbers = Numbers(len(reference), measure, shape=shape)
    for at in range(0, len(reference), size):
        part = slice(at, at + size)
        numbers.update(at, Values(product[part]), Values(reference[part]), None if error is None else error[part])
    return numbers.summary


def test_the_statistics_are_those_of_plain_numpy() -> None:
    found = summed(PRODUCT, REFERENCE, SHAPE, 11)
    d = PRODUCT.astype("f8") - REFERENCE.astype("f8")

    assert found.bias == pytest.approx(d.mean(), rel=1e-9)
    assert found.rms == pytest.approx(np.sqrt((d**2).mean()), rel=1e-9)
    assert found.max_abs == np.abs(d).max()
    assert found.scatter == pytest.approx(stats.median_abs_deviation(d, scale="normal"), rel=1e-12)
    assert found.total_product == pytest.approx(PRODUCT.astype("f8").sum(), rel=1e-9)
    for q in (0.5, 0.9, 0.99):
        assert found.differences.histogram.quantile(q) == pytest.approx(np.quantile(np.abs(d), q), rel=0.04)


def test_pulls_give_chi_square_and_its_probability() -> None:
    error = np.full(len(REFERENCE), 0.5)
    error[3] = np.nan
    found = summed(PRODUCT, REFERENCE, SHAPE, 50, error, Sigmas(3.0))
    pulls = ((PRODUCT.astype("f8") - REFERENCE.astype("f8")) / error)[~np.isnan(error)]

    assert (found.pulls, found.pull_mean) == (len(pulls), pytest.approx(pulls.mean()))
    assert found.pull_width == pytest.approx(pulls.std(ddof=1))
    assert found.chi2_p == pytest.approx(stats.chi2.sf((pulls**2).sum(), len(pulls)))


def test_the_place_of_the_violations_is_told() -> None:
    product = REFERENCE.copy().reshape(SHAPE)
    product[2, 1:3, 4] += 10
    product[4, 3, 0] = np.nan
    found = summed(product.reshape(-1), REFERENCE, SHAPE, 13).to_dict(2)

    assert found["box"] == [[2, 2], [1, 2], [4, 4]]
    assert found["planes"] == [0, 0, 2]
    assert found["columns"] == [0, 0, 0, 0, 2]
    assert found["states"] == {"finite → finite": REFERENCE.size - 1, "finite → NaN": 1}


@given(st.integers(1, 300), st.integers(0, 2))
def test_no_cut_of_the_data_changes_a_word(size: int, nans: int) -> None:
    product = PRODUCT.copy()
    product[:nans] = np.nan
    product[70:140] = REFERENCE[70:140]

    assert summed(product, REFERENCE, SHAPE, size).to_dict() == summed(product, REFERENCE, SHAPE, 10**6).to_dict()


def test_small_terms_are_not_lost_beside_large_ones() -> None:
    total = Sum()
    for value in (1e16, *[1.0] * 1000, -1e16):
        total.add(value)

    assert total.value == 1000.0


def test_a_sum_beyond_all_numbers_is_infinite_and_no_error() -> None:
    total = Sum()
    for value in (1e308, 1e308, 1.0):
        total.add(value)

    assert total.value == np.inf


@given(arrays.arrays("f8", 60, elements=st.floats(-1e300, 1e300)), st.integers(1, 59))
def test_histograms_merge_in_any_order(values: Any, cut: int) -> None:
    whole, first, second = Histogram(), Histogram(), Histogram()
    whole.add(values)
    first.add(values[:cut])
    second.add(values[cut:])
    second.merge(first)

    assert [second.quantile(q) for q in (0.1, 0.5, 0.9)] == [whole.quantile(q) for q in (0.1, 0.5, 0.9)]
    assert second.count == len(values)


def test_many_values_are_binned_as_few_are() -> None:
    values = np.random.default_rng(1).normal(0, 1, 50_000)
    values[:100], values[100:200] = 0.0, -0.0
    whole, parts = Histogram(), Histogram()
    whole.add(values)
    for at in range(0, len(values), 1000):
        parts.add(values[at : at + 1000])

    assert (whole.zeros, whole.above.first, whole.below.first) == (200, parts.above.first, parts.below.first)
    assert [whole.above.counts.tolist(), whole.below.counts.tolist()] == [
        parts.above.counts.tolist(),
        parts.below.counts.tolist(),
    ]


@given(st.integers(1, 10**7), st.integers(0, 10**6), st.integers(0, 3000))
def test_the_sample_is_chosen_by_place_alone(total: int, start: int, count: int) -> None:
    sample = Sample(total)
    chosen = [i for i in range(start, start + count) if i % sample.stride == 0]

    assert multiples(start, count, sample.stride) == len(chosen)
    assert total // (sample.stride * sample.thin) <= KEPT
    assert sample.stride in {1, prime_from(sample.stride)}


def test_long_axes_are_counted_in_groups() -> None:
    places = Places((10 * BINS + 1,))
    places.add(np.array([0, 1, 10 * BINS]))

    assert (len(places.planes), places.plane_group) == (3724, 11)
    assert places.planes.sum() == 3
