"""Rules about many values at once: a bias, a pattern, pulls, totals and outliers are found, chance is not."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from adp.comparison.compare import compare
from adp.comparison.result import NOT_APPLICABLE, Comparison
from adp.comparison.spec.reader import parse
from tests.adp.comparison.making import ecsv, hdus, image, table

RNG = np.random.default_rng(3)
SKY = RNG.normal(100, 1, (6, 40, 48))
NOISE = RNG.normal(0, 1, SKY.shape)


def judged(tmp_path: Path, reference: list[Any], product: list[Any], spec: str) -> Comparison:
    hdus(*reference)(tmp_path / "r.fits")
    hdus(*product)(tmp_path / "p.fits")
    return compare(tmp_path / "r.fits", tmp_path / "p.fits", parse(spec))


def cubes(tmp_path: Path, difference: Any, spec: str, *, variance: Any = 1.0, dtype: str = "f8") -> Comparison:
    """A cube SCI and its product, that differ by `difference`; both with the same HDU STAT."""
    planes = [SKY.astype(dtype), (SKY + difference).astype(dtype)]
    stat = image(np.broadcast_to(np.asarray(variance, dtype=float), SKY.shape), name="STAT")
    return judged(tmp_path, [image(planes[0]), stat], [image(planes[1]), stat], spec)


def codes(found: Comparison) -> list[str]:
    return [f.code for f in found.findings if f.is_error]


def rule(found: Comparison, label: str, scope: str = "SCI") -> Any:
    return next(r for r in found.rules if r.scope == scope and r.rule.startswith(label))


LOOSE = "[hdu.SCI.data]\nabs = 10\n[hdu.SCI.statistics]\n"


def test_a_bias_below_the_tolerance_of_every_value_is_found(tmp_path: Path) -> None:
    found = cubes(tmp_path, NOISE + 0.1, LOOSE + "mean_bias_sigma = 5\n")

    assert codes(found) == ["BIAS"]
    assert "no single value breaks its rule" in found.findings[0].message
    mean, error = (NOISE + 0.1).mean(), NOISE.std(ddof=1) / np.sqrt(NOISE.size)
    chance = stats.t.logsf(mean / error, NOISE.size - 1)
    assert stats.norm.logsf(rule(found, "mean bias").worst) == pytest.approx(chance, rel=1e-4)
    assert rule(found, "mean bias").would_pass_at == pytest.approx(mean / error, rel=5e-3)


def test_noise_alone_is_no_bias_and_no_pattern(tmp_path: Path) -> None:
    spec = (
        LOOSE
        + 'mean_bias_sigma = 5\nbinned_bias_sigma = 5\npull_std = [0.95, 1.05]\nvariance = "STAT"\nchi2_p = 1e-3\n'
    )

    assert cubes(tmp_path, NOISE, spec).verdict == "agrees"


def test_correlated_noise_is_given_its_effective_number_of_values(tmp_path: Path) -> None:
    smooth = np.repeat(np.repeat(RNG.normal(0, 1, (6, 10, 12)), 4, axis=1), 4, axis=2)
    spec = LOOSE + "mean_bias_sigma = 3\nbinned_bias_sigma = 5\n"

    assert "PATTERN" in codes(cubes(tmp_path, smooth, spec))
    (tmp_path / "r.fits").unlink(), (tmp_path / "p.fits").unlink()
    assert codes(cubes(tmp_path, smooth, spec + "correlation = 16\n")) == []


def test_a_bias_in_one_block_of_one_plane_is_named(tmp_path: Path) -> None:
    difference = NOISE.copy()
    difference[3, 10:15, 24:30] += 4

    found = cubes(tmp_path, difference, LOOSE + "binned_bias_sigma = 5\n")

    assert codes(found) == ["PATTERN"]
    assert "x 25–30, y 11–15, planes 4" in found.findings[0].message
    assert found.findings[0].evidence["block"] == {"x": [25, 30], "y": [11, 15], "planes": [4, 4]}
    assert found.findings[0].where.pixel == (27, 13, 4)


def test_a_bias_of_one_spectral_plane_is_named(tmp_path: Path) -> None:
    difference = NOISE.copy()
    difference[2] += 0.4

    found = cubes(tmp_path, difference, LOOSE + "binned_bias_sigma = 5\n")

    assert codes(found) == ["PATTERN"]
    assert found.findings[0].evidence["block"] == {"x": [1, 48], "y": [1, 40], "planes": [3, 3]}


def test_a_stripe_through_all_planes_is_named(tmp_path: Path) -> None:
    difference = NOISE.copy()
    difference[:, 5:10, 6:12] += 0.8

    found = cubes(tmp_path, difference, LOOSE + "binned_bias_sigma = 6\n")

    assert found.findings[0].evidence["block"] == {"x": [7, 12], "y": [6, 10], "planes": [1, 6]}


def test_bright_places_are_noisy_without_being_biased(tmp_path: Path) -> None:
    sigma = np.ones(SKY.shape)
    sigma[:, :5, :6] = 30
    spec = "[hdu.SCI.data]\nabs = 1000\n[hdu.SCI.statistics]\nbinned_bias_sigma = 5\n"

    assert codes(cubes(tmp_path, NOISE * sigma, spec)) == []
    (tmp_path / "r.fits").unlink(), (tmp_path / "p.fits").unlink()
    assert codes(cubes(tmp_path, NOISE * sigma, spec + 'variance = "STAT"\n', variance=sigma**2)) == []


def test_rounding_is_no_bias(tmp_path: Path) -> None:
    down = np.float32(SKY) - np.nextafter(np.float32(SKY), np.float32(0))
    spec = LOOSE + "mean_bias_sigma = 5\nbinned_bias_sigma = 5\n"

    assert codes(cubes(tmp_path, 0.3 * down, spec, dtype="f4")) == []


@pytest.mark.parametrize(("scale", "passes"), [(1.0, True), (0.5, False), (1.5, False)])
def test_the_width_of_the_pulls_is_measured(tmp_path: Path, scale: float, passes: bool) -> None:
    spec = LOOSE + 'pull_std = [0.95, 1.05]\nvariance = "STAT"\n'

    found = cubes(tmp_path, NOISE * scale, spec)

    assert codes(found) == ([] if passes else ["PULL"])
    assert rule(found, "pull std").would_pass_at == pytest.approx(NOISE.std(ddof=1) * scale)


def test_errors_of_both_sides_add_in_squares(tmp_path: Path) -> None:
    spec = LOOSE + 'pull_std = [0.95, 1.05]\nvariance = "STAT"\nnoise = "sum"\n'

    assert codes(cubes(tmp_path, NOISE * np.sqrt(2), spec)) == []


def test_chi_square_is_held_against_chance(tmp_path: Path) -> None:
    found = cubes(tmp_path, NOISE * 1.05, LOOSE + 'chi2_p = 1e-4\nvariance = "STAT"\n')

    chi2 = float((NOISE * 1.05).ravel() @ (NOISE * 1.05).ravel())
    assert codes(found) == ["CHI2"]
    assert found.findings[0].evidence["chi2"] == pytest.approx(chi2)
    assert rule(found, "chi2").would_pass_at == pytest.approx(stats.chi2.sf(chi2, NOISE.size), rel=1e-6)


def test_a_total_is_conserved_or_not(tmp_path: Path) -> None:
    found = cubes(tmp_path, NOISE + 0.02, LOOSE + "total_rel = 1e-4\n")

    change = abs((NOISE + 0.02).sum() / SKY.sum())
    assert codes(found) == ["TOTAL"]
    assert rule(found, "total").would_pass_at == pytest.approx(change)
    (tmp_path / "r.fits").unlink(), (tmp_path / "p.fits").unlink()
    assert codes(cubes(tmp_path, NOISE + 0.02, LOOSE + f"total_rel = {change * 1.01}\n")) == []


OUTLIERS = (
    '[hdu.SCI.data]\nabs = 1\n[hdu.SCI.statistics]\noutliers = {{ fraction = {}, max_sigma = {} }}\nvariance = "STAT"\n'
)


@pytest.mark.parametrize(
    ("fraction", "furthest", "expected"), [(0.01, 5, []), (0.0005, 5, ["VALUE"]), (0.01, 2.5, ["VALUE"])]
)
def test_a_few_outliers_may_be_allowed(tmp_path: Path, fraction: float, furthest: float, expected: list[str]) -> None:
    difference = np.zeros(SKY.shape)
    difference.flat[::500] = 3

    found = cubes(tmp_path, difference, OUTLIERS.format(fraction, furthest))

    assert codes(found) == expected
    assert rule(found, "abs 1").violations == len(difference.flat[::500])
    assert rule(found, "outliers").worst == pytest.approx(3)
    assert rule(found, "outliers").would_pass_at == pytest.approx(1 / 500, rel=0.05)


def test_general_statistics_hold_where_they_can(tmp_path: Path) -> None:
    spec = '[data]\nabs = 10\n[statistics]\nmean_bias_sigma = 5\npull_std = [0.9, 1.1]\nvariance = "STAT"\n'

    found = cubes(tmp_path, NOISE, spec)

    assert found.verdict == "agrees"
    assert {(r.scope, r.rule) for r in found.rules if "pull" in r.rule} == {("SCI", "pull std 0.9 to 1.1")}
    assert {r.scope for r in found.rules if "mean" in r.rule} == {"SCI", "STAT"}


CATALOGUE = {
    "id": np.arange(4000, dtype="i4"),
    "mag": RNG.normal(20, 1, 4000),
    "e_mag": np.full(4000, 0.02),
    "name": np.array([f"star{i}" for i in range(4000)]),
}
SCATTERED = CATALOGUE | {"mag": CATALOGUE["mag"] + RNG.normal(0, 0.02, 4000)}
COLUMN = "[column.mag]\nabs = 0.5\n[column.mag.statistics]\nerror = 'e_mag'\n"


def test_a_drift_along_the_rows_is_found_in_their_blocks(tmp_path: Path) -> None:
    drifting = SCATTERED | {"mag": SCATTERED["mag"] + np.where(np.arange(4000) > 3900, 0.03, 0.0)}
    spec = COLUMN + "binned_bias_sigma = 5\nmean_bias_sigma = 5\npull_std = [0.9, 1.1]\n"

    assert judged(tmp_path, [table(CATALOGUE)], [table(SCATTERED)], spec).verdict == "agrees"
    hdus(table(drifting))(tmp_path / "d.fits")
    found = compare(tmp_path / "r.fits", tmp_path / "d.fits", parse(spec))
    assert codes(found) == ["PATTERN"]
    assert found.findings[0].where.column == "mag"
    assert found.findings[0].evidence["block"]["rows"][0] > 3870


def test_the_statistics_of_a_table_hold_for_its_columns_of_numbers(tmp_path: Path) -> None:
    found = judged(tmp_path, [table(CATALOGUE)], [table(CATALOGUE)], "[hdu.CAT.statistics]\nmean_bias_sigma = 5\n")

    assert found.verdict == "agrees"
    assert {r.scope for r in found.rules if r.rule.startswith("mean")} == {"CAT.id", "CAT.mag", "CAT.e_mag"}


@pytest.mark.parametrize("scale", [1e200, 1e-200])
def test_numbers_whose_squares_are_none_have_no_statistics(tmp_path: Path, scale: float) -> None:
    values = {"x": SKY.ravel()[:500] * scale}
    other = {"x": (SKY + NOISE + 0.2).ravel()[:500] * scale}
    spec = "[column.x]\nrel = 1\n[column.x.statistics]\nmean_bias_sigma = 5\nbinned_bias_sigma = 5\n"

    found = judged(tmp_path, [table(values)], [table(other)], spec)

    assert codes(found) == []
    assert {r.verdict for r in found.rules if "5 sigma" in r.rule} == {NOT_APPLICABLE}


def test_few_values_have_no_statistics(tmp_path: Path) -> None:
    one = {"mag": np.array([20.0])}

    found = judged(tmp_path, [table(one)], [table(one)], "[column.mag.statistics]\nmean_bias_sigma = 5\n")

    assert (found.verdict, rule(found, "mean", "CAT.mag").verdict) == ("agrees", NOT_APPLICABLE)


REFUSED = [
    ("[column.name.statistics]\nmean_bias_sigma = 5\n", "SPEC_TYPE"),
    ("[column.mag.statistics]\npull_std = [0, 2]\n", "SPEC_SIGMA"),
    ("[column.mag.statistics]\npull_std = [0, 2]\nerror = 'err'\n", "SPEC_SIGMA"),
    ("[column.mag.statistics]\nchi2_p = 1e-4\n", "SPEC_SIGMA"),
    ("[column.mag.statistics]\noutliers = { fraction = 1, max_sigma = 5 }\n", "SPEC_SIGMA"),
    ("[statistics]\npull_std = [0, 2]\n", "SPEC_UNUSED"),
    ("[hdu.CAT.statistics]\npull_std = [0, 2]\n", "SPEC_UNUSED"),
]


@pytest.mark.parametrize(("spec", "code"), REFUSED, ids=[s for s, _ in REFUSED])
def test_a_statistic_that_cannot_be_judged_is_never_skipped(tmp_path: Path, spec: str, code: str) -> None:
    found = judged(tmp_path, [table(CATALOGUE)], [table(CATALOGUE)], spec)

    assert (found.verdict, set(codes(found))) == ("error", {code})


def test_errors_that_are_none_are_told(tmp_path: Path) -> None:
    broken = CATALOGUE | {"e_mag": np.where(np.arange(4000) == 7, 0.0, 0.02)}

    found = judged(tmp_path, [table(broken)], [table(broken)], COLUMN + "pull_std = [0, 2]\n")

    assert codes(found) == ["VARIANCE"]


def test_whose_noise_it_is_holds_for_a_sigma_rule_too(tmp_path: Path) -> None:
    random = np.random.default_rng(7)
    error = np.full(4000, 0.1)
    for name in ("reference", "product"):
        ecsv({"flux": random.normal(10, 0.1, 4000), "e_flux": error}, {})(tmp_path / name)
    keys = {"column.flux": {"sigma": {"max": 20, "error": "e_flux"}, "statistics": {"pull_std": [0.95, 1.05]}}}

    assert [f.code for f in compare(tmp_path / "reference", tmp_path / "product", parse(keys)).findings] == ["PULL"]
    keys["column.flux"]["statistics"]["noise"] = "sum"
    assert compare(tmp_path / "reference", tmp_path / "product", parse(keys)).verdict == "agrees"


def test_few_counts_are_skewed_and_no_pattern(tmp_path: Path) -> None:
    counts = RNG.poisson(0.1, (20, 64, 64))

    for number, frame in enumerate(counts):
        hdus(image(np.full((64, 64), 0.1)))(tmp_path / f"r{number}.fits")
        hdus(image(frame.astype("f8")))(tmp_path / f"p{number}.fits")
        spec = LOOSE + "binned_bias_sigma = 4\n"
        found = compare(tmp_path / f"r{number}.fits", tmp_path / f"p{number}.fits", parse(spec))
        assert found.verdict == "agrees"
