"""A spectrum on another grid holds the same flux, and its variance follows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adp.comparison.spectra.resampling import edges, overlap

RISING = st.lists(st.floats(0.5, 3.0), min_size=2, max_size=40).map(lambda steps: 4000 + np.cumsum(steps))


def whole(centres, densities):
    return float((np.diff(edges(centres)) * densities).sum())


@settings(max_examples=60, deadline=None)
@given(old=RISING, new=RISING, level=st.floats(-1e3, 1e3))
def test_a_flat_spectrum_stays_flat_on_any_grid(old, new, level):
    shares = overlap(old, new)

    made = shares.mean(np.full(len(old), level))

    assert made[shares.covered] == pytest.approx(np.full(int(shares.covered.sum()), level), rel=1e-9, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(st.integers(1, 5), min_size=2, max_size=20), seed=st.integers(0, 99))
def test_the_flux_in_new_bins_that_share_the_ends_is_what_it_was(steps, seed):
    """Every new bin is made of whole old ones, and then of halves."""
    fine = np.arange(sum(steps)) + 0.5
    borders = np.concatenate([[0], np.cumsum(steps)])
    flux = np.random.default_rng(seed).normal(10, 3, len(fine))
    coarse = (borders[1:] + borders[:-1]) / 2
    if not np.allclose(edges(coarse), borders):
        return

    shares = overlap(fine, coarse)

    assert shares.covered.all()
    assert whole(coarse, shares.mean(flux)) == pytest.approx(whole(fine, flux), rel=1e-12)


def test_pairs_of_samples_are_averaged_and_their_variances_quartered():
    shares = overlap(np.arange(8.0), np.arange(4) * 2 + 0.5)

    assert shares.mean(np.arange(8.0)).tolist() == [0.5, 2.5, 4.5, 6.5]
    assert shares.variance(np.ones(8)).tolist() == [0.5, 0.5, 0.5, 0.5]
    assert shares.covered.all()


def test_the_same_grid_is_left_as_it_is_to_the_bit():
    grid = np.linspace(4750, 9300, 1000)
    flux = np.random.default_rng(1).normal(size=1000)

    assert (overlap(grid, grid * (1 + 1e-15)).mean(flux) == flux).all()


def test_a_hole_stays_a_hole_and_no_larger():
    flux = np.where(np.arange(8) == 3, np.nan, 1.0)

    assert np.isnan(overlap(np.arange(8.0), np.arange(4) * 2 + 0.5).mean(flux)).tolist() == [False, True, False, False]


def test_samples_beyond_the_ends_are_not_covered():
    assert overlap(np.arange(10.0), np.arange(-2.0, 12.0)).covered.sum() == 10
    assert overlap(np.arange(10.0), np.arange(100.0, 110.0)).covered.sum() == 0
