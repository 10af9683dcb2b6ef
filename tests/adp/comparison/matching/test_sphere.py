"""Positions find each other as brute force would pair them, wherever on the sky and however many."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adp.comparison.matching.closest import CrowdedError, along
from adp.comparison.matching.sphere import match, separations

ARCSEC = 1 / 3600


def brute(ra, dec, ra2, dec2, radius):
    """All pairs within the radius, the closest first, every row once."""
    apart = separations(*(v.ravel() for v in np.broadcast_arrays(ra[:, None], dec[:, None], ra2[None], dec2[None])))
    pairs = sorted((d, i, j) for (i, j), d in np.ndenumerate(apart.reshape(len(ra), len(ra2))) if d <= radius)
    mine, theirs = {}, {}
    for _, i, j in pairs:
        if i not in mine and j not in theirs:
            mine[i], theirs[j] = j, i
    return sorted(mine.items())


def reflected(dec):
    """Beyond a pole the way goes down again; where exactly at it, all right ascensions are one place."""
    return np.where(np.abs(dec) > 90, np.sign(dec) * 180 - dec, dec)


FIELDS = {
    "across RA 0": (0.0, 0.0, 0.01), "the north pole": (0.0, 90.0, 0.01), "the south pole": (123.0, -90.0, 0.01),
    "near a pole": (200.0, 89.99, 0.02), "high declination": (359.99, 80.0, 0.01), "the whole sky": (180.0, 0.0, 180.0),
}  # fmt: skip


@pytest.mark.parametrize(("ra", "dec", "size"), FIELDS.values(), ids=list(FIELDS))
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32), radius=st.sampled_from([1e-9, 1e-4, 3e-3, 0.02, 1.0]), rows=st.integers(0, 40))
def test_a_match_is_what_brute_force_finds(ra, dec, size, seed, radius, rows):
    random = np.random.default_rng(seed)
    scatter = radius if radius < size else size / 10
    ra2 = (ra + random.uniform(-1, 1, rows) * (180 if abs(dec) > 89.9 else size)) % 360
    dec2 = reflected(dec + random.uniform(-1, 1, rows) * min(size, 90))
    order = random.permutation(rows)[: max(0, rows - 2)]
    ra1 = (
        ra2[order]
        + random.uniform(-1, 1, len(order)) * scatter / np.cos(np.radians(np.clip(dec2[order], -89.99, 89.99)))
    ) % 360
    dec1 = reflected(dec2[order] + random.uniform(-1, 1, len(order)) * scatter)

    found = match(ra1, dec1, ra2, dec2, radius)

    assert sorted(zip(found.product.tolist(), found.reference.tolist(), strict=True)) == brute(
        ra1, dec1, ra2, dec2, radius
    )
    assert (np.diff(found.reference) > 0).all()
    assert (found.apart <= radius).all()


@pytest.mark.parametrize(("radius", "pairs"), [(1.0000001, 1), (0.9999999, 0)])
def test_the_radius_holds_to_the_last_digit_even_across_the_border_of_a_zone(radius, pairs):
    """Positions 1 arc second apart in every direction from points all over a zone."""
    for height in np.linspace(0, 16, 33) * ARCSEC:
        for dec, ra in ((ARCSEC, 0.0), (-ARCSEC, 0.0), (0.0, ARCSEC), (0.0, -ARCSEC)):
            found = match(
                np.array([ra]), np.array([height + dec]), np.array([0.0]), np.array([height]), radius * ARCSEC
            )
            if abs(height) < 1e-9 or dec:
                assert len(found.product) == pairs


def test_a_full_turn_more_is_the_same_position():
    found = match(np.array([360.0, -0.25, 719.5]), np.zeros(3), np.array([0.0, 359.75, 359.5]), np.zeros(3), ARCSEC)

    assert found.product.tolist() == [0, 1, 2]


def test_right_ascensions_in_float32_are_matched_as_coarse_as_they_are():
    """At 150 degrees float32 has steps of 55 mas."""
    ra = np.linspace(150, 151, 1000)
    coarse = ra.astype("f4").astype("f8")

    assert len(match(coarse, np.zeros(1000), ra, np.zeros(1000), 28e-3 * ARCSEC).product) == 1000
    assert len(match(coarse, np.zeros(1000), ra, np.zeros(1000), 10e-3 * ARCSEC).product) < 500


def test_positions_that_are_none_have_no_partner():
    ra = np.array([np.nan, 10.0, 20.0])
    dec = np.array([0.0, np.inf, 95.0])

    assert len(match(ra, dec, ra, dec, 1.0).product) == 0


def test_of_two_candidates_the_closer_one_is_taken_and_the_other_is_named():
    found = match(np.array([10.0, 10.0001]), np.zeros(2), np.array([10.00002]), np.zeros(1), ARCSEC)

    assert (found.product.tolist(), found.reference.tolist(), found.ambiguous) == ([0], [0], 1)
    assert (found.near.tolist(), found.near_to.tolist()) == ([1], [0])


def test_a_crowd_is_refused_before_its_pairs_are_built():
    ra = np.zeros(200_000)

    with pytest.raises(CrowdedError):
        match(ra, ra, ra, ra, ARCSEC)
    with pytest.raises(CrowdedError):
        along(ra, ra, 1.0)


def test_a_long_chain_of_neighbours_ends():
    """Each is a little closer to the next: pairs are mutual one after the other only."""
    steps = 1e-4 * (1 - np.linspace(0, 0.5, 600))
    ra = np.concatenate([[0], np.cumsum(steps)])

    found = match(ra[::2], np.zeros(301), ra[1::2], np.zeros(300), 1.1e-4)

    assert len(found.product) == len(brute(ra[::2], np.zeros(301), ra[1::2], np.zeros(300), 1.1e-4))


@settings(max_examples=50, deadline=None)
@given(
    one=st.lists(st.floats(-10, 10), max_size=30), other=st.lists(st.floats(-10, 10), max_size=30),
    most=st.sampled_from([0.0, 1e-3, 0.5, 3.0]),
)  # fmt: skip
def test_times_find_each_other_as_brute_force_would_pair_them(one, other, most):
    p, r = np.array(one, dtype=float), np.array(other, dtype=float)
    found = along(p, r, most)

    pairs = sorted((abs(a - b), i, j) for i, a in enumerate(one) for j, b in enumerate(other) if abs(a - b) <= most)
    mine, theirs = {}, {}
    for _, i, j in pairs:
        if i not in mine and j not in theirs:
            mine[i], theirs[j] = j, i
    assert dict(zip(found.product.tolist(), found.reference.tolist(), strict=True)) == mine
