"""Correlated differences: chi-square with the whole covariance, and how many values a mean is made of."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from adp.comparison.compare import compare
from adp.comparison.result import Comparison
from adp.comparison.spec.reader import parse
from adp.comparison.statistics import covariance
from tests.adp.comparison.making import hdus, image, table

RNG = np.random.default_rng(5)
SIZE = 120
DISTANCE = np.abs(np.subtract.outer(np.arange(SIZE), np.arange(SIZE)))
FULL = np.clip(1 - DISTANCE / 4, 0, None)  # correlated over three neighbours
BANDED = np.array([np.append(np.diagonal(FULL, -i), np.zeros(i)) for i in range(4)])
FLUX = RNG.normal(100, 1, SIZE)
NOISE = np.linalg.cholesky(FULL + 1e-12 * np.eye(SIZE)) @ RNG.normal(0, 1, SIZE)
SPEC = '[hdu.SPEC.data]\nabs = 10\n[hdu.SPEC.statistics]\ncovariance = "COV"\n'


def judged(tmp_path: Path, difference: Any, spec: str, matrix: Any = FULL) -> Comparison:
    for name, flux in (("r", FLUX), ("p", FLUX + difference)):
        (tmp_path / f"{name}.fits").unlink(missing_ok=True)
        hdus(image(flux, name="SPEC"), image(matrix, name="COV"))(tmp_path / f"{name}.fits")
    return compare(tmp_path / "r.fits", tmp_path / "p.fits", parse(spec))


def codes(found: Comparison) -> list[str]:
    return [f.code for f in found.findings if f.is_error]


@pytest.mark.parametrize("matrix", [FULL, BANDED], ids=["full", "banded"])
def test_chi_square_is_that_of_the_whole_covariance(tmp_path: Path, matrix: Any) -> None:
    wiggle = np.where(np.arange(SIZE) % 2, 0.5, -0.5)  # small for independent errors, not for these

    assert codes(judged(tmp_path, NOISE, SPEC + "chi2_p = 1e-3\n", matrix)) == []
    found = judged(tmp_path, wiggle, SPEC + "chi2_p = 1e-3\n", matrix)
    assert codes(found) == ["CHI2"]
    assert found.findings[0].evidence["chi2"] == pytest.approx(wiggle @ np.linalg.solve(FULL, wiggle), rel=1e-8)
    assert "with COV" in found.findings[0].message


@pytest.mark.parametrize("matrix", [FULL, BANDED], ids=["full", "banded"])
def test_values_without_a_pair_are_left_out(tmp_path: Path, matrix: Any) -> None:
    known = np.arange(SIZE) % 7 != 3
    wiggle = np.where(np.arange(SIZE) % 2, 0.5, -0.5)
    spec = SPEC + 'chi2_p = 1e-3\n[data]\nnan = "ignore"\n'

    found = judged(tmp_path, np.where(known, wiggle, np.nan), spec, matrix)

    kept = FULL[np.ix_(known, known)]
    chi2 = wiggle[known] @ np.linalg.solve(kept, wiggle[known])
    assert found.findings[0].evidence["chi2"] == pytest.approx(chi2, rel=1e-8)
    assert found.findings[0].evidence["values"] == known.sum()


@pytest.mark.parametrize("matrix", [FULL, BANDED], ids=["full", "banded"])
def test_a_mean_of_correlated_values_is_worth_fewer_of_them(tmp_path: Path, matrix: Any) -> None:
    found = judged(tmp_path, NOISE + 0.7, SPEC + "mean_bias_sigma = 3\n", matrix)

    assert found.findings[0].evidence["effective_values"] == pytest.approx(SIZE * SIZE / FULL.sum())


BAD = [
    (np.eye(SIZE) - 2 * np.eye(SIZE)[::-1], "is not positive definite"),
    (np.triu(FULL), "is not symmetric"),
    (np.where(DISTANCE == 5, np.nan, FULL), "not finite"),
]


@pytest.mark.parametrize(("matrix", "sentence"), BAD, ids=[s for _, s in BAD])
def test_a_matrix_that_is_no_covariance_is_told(tmp_path: Path, matrix: Any, sentence: str) -> None:
    spec = SPEC + 'chi2_p = 1e-3\nmean_bias_sigma = 50\n[data]\nnan = "ignore"\n'

    found = judged(tmp_path, NOISE, spec, matrix)

    assert codes(found) == ["VARIANCE"]
    assert sentence in found.findings[0].message


@pytest.mark.parametrize("shape", [(SIZE - 1, SIZE - 1), (SIZE + 1, SIZE), (SIZE,)])
def test_a_covariance_of_another_size_cannot_be_applied(tmp_path: Path, shape: tuple[int, ...]) -> None:
    found = judged(tmp_path, NOISE, SPEC + "chi2_p = 1e-3\n", np.ones(shape))

    assert (found.verdict, codes(found)) == ("error", ["SPEC_COVARIANCE"])


@pytest.mark.parametrize("key", ["chi2_p = 1e-3", "mean_bias_sigma = 5"])
def test_a_covariance_that_is_not_there_is_told(tmp_path: Path, key: str) -> None:
    found = judged(tmp_path, 0 * NOISE, f'[statistics]\n{key}\ncovariance = "CVO"\nvariance = "COV"\n')

    assert (found.verdict, set(codes(found))) == ("error", {"SPEC_UNUSED"})


def test_a_covariance_beyond_the_bound_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(covariance, "LARGEST", 1000)

    found = judged(tmp_path, NOISE, SPEC + "chi2_p = 1e-3\n")

    assert codes(found) == ["SPEC_COVARIANCE"]
    assert codes(judged(tmp_path, NOISE, SPEC + "chi2_p = 1e-3\n", BANDED)) == []


def test_a_column_has_a_covariance_of_its_rows(tmp_path: Path) -> None:
    spec = '[column.flux]\nabs = 10\n[column.flux.statistics]\nchi2_p = 1e-3\ncovariance = "COV"\n'
    for name, flux in (("r", FLUX), ("p", FLUX + 2 * NOISE)):
        hdus(table({"flux": flux}, {}), image(FULL, name="COV"))(tmp_path / f"{name}.fits")

    assert codes(compare(tmp_path / "r.fits", tmp_path / "p.fits", parse(spec))) == ["CHI2"]
