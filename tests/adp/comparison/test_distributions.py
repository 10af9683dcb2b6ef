"""Columns whose rows have no identity are compared by their distributions."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from adp.comparison.compare import compare
from adp.comparison.result import Comparison
from adp.comparison.spec.reader import parse
from adp.comparison.statistics import crowds
from adp.comparison.statistics.two_samples import anderson_chance, anderson_darling, categories
from tests.adp.comparison.making import hdus, table

RNG = np.random.default_rng(12)
REFERENCE = RNG.normal(0.5, 0.1, 3000)
SAME = RNG.normal(0.5, 0.1, 3000)
KS = '[column.z.distribution]\ntest = "ks"\n'


def judged(tmp_path: Path, product: Any, spec: str, reference: Any = REFERENCE, units: Any = ({}, {})) -> Comparison:
    for name, values, unit in (("r", reference, units[0]), ("p", product, units[1])):
        (tmp_path / f"{name}.fits").unlink(missing_ok=True)
        hdus(table(values if isinstance(values, dict) else {"z": values}, unit))(tmp_path / f"{name}.fits")
    return compare(tmp_path / "r.fits", tmp_path / "p.fits", parse(spec))


def codes(found: Comparison) -> list[str]:
    return [f.code for f in found.findings if f.is_error]


@pytest.mark.parametrize("test", ["ks", "anderson"])
def test_another_realisation_agrees_and_another_population_does_not(tmp_path: Path, test: str) -> None:
    spec = KS.replace("ks", test)

    assert judged(tmp_path, SAME, spec).verdict == "agrees"
    found = judged(tmp_path, SAME + 0.01, spec)
    assert codes(found) == ["DISTRIBUTION"]
    assert found.findings[0].where.column == "z"


def test_the_numbers_are_those_of_scipy(tmp_path: Path) -> None:
    found = judged(tmp_path, SAME + 0.01, KS)

    truth = stats.ks_2samp(SAME + 0.01, REFERENCE)
    result = next(r for r in found.rules if r.scope == "CAT.z")
    assert (result.worst, result.would_pass_at) == (truth.statistic, truth.pvalue)
    assert found.findings[0].evidence["at"] == truth.statistic_location


def test_samples_of_different_size_need_leave(tmp_path: Path) -> None:
    assert codes(judged(tmp_path, SAME[:2000], KS)) == ["ROW_MISSING"]
    whole = '[table]\nmatch = "distribution"\n'
    assert codes(judged(tmp_path, SAME[:2000], whole)) == ["ROW_MISSING"]
    assert codes(judged(tmp_path, SAME[:2000], whole + 'extra = "ignore"\n')) == []


def test_the_other_unit_is_converted_first(tmp_path: Path) -> None:
    found = judged(tmp_path, SAME * 1000, KS, units=({"z": "Jy"}, {"z": "mJy"}))

    assert codes(found) == []


def test_a_whole_table_may_be_without_identity(tmp_path: Path) -> None:
    names = RNG.choice(["star", "galaxy"], 3000)
    columns = {"z": SAME, "kind": names, "n": RNG.poisson(4, 3000).astype("i4")}
    other = {"z": REFERENCE, "kind": RNG.permutation(names), "n": RNG.poisson(4, 3000).astype("i4")}
    spec = '[table]\nmatch = "distribution"\n'

    assert judged(tmp_path, columns, spec, other).verdict == "agrees"
    fewer = columns | {"kind": np.where(RNG.random(3000) < 0.2, "star", names)}
    assert codes(judged(tmp_path, fewer, spec, other)) == ["DISTRIBUTION"]


def test_missing_values_are_part_of_the_distribution(tmp_path: Path) -> None:
    holes = np.where(RNG.random(3000) < 0.05, np.nan, SAME)

    found = judged(tmp_path, holes, KS)
    assert codes(found) == ["DISTRIBUTION"]
    assert found.findings[0].evidence["product"]["NaN"] == np.isnan(holes).sum()
    assert judged(tmp_path, holes, KS + '[column.z]\nnan = "ignore"\n').verdict == "agrees"
    assert codes(judged(tmp_path, holes, KS + '[column.z]\nnan = "fail"\n')) == ["DISTRIBUTION", "NAN_MISMATCH"]


def test_a_column_of_nothing_has_no_distribution(tmp_path: Path) -> None:
    empty = np.full(50, np.nan)

    for spec in (KS, KS + '[column.z]\nnan = "ignore"\n'):
        assert judged(tmp_path, empty, spec, empty).verdict == "agrees"
        assert codes(judged(tmp_path, empty, spec, np.arange(50.0))) == ["DISTRIBUTION"]


def test_large_columns_are_sampled_alike_in_any_chunk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowds, "LARGEST", 500)
    side, whole = crowds.Side(3000), crowds.Side(3000)
    for start in range(0, 3000, 7):
        side.numbers(start, crowds.Values(REFERENCE[start : start + 7]), 1.0)
    whole.numbers(0, crowds.Values(REFERENCE), 1.0)

    assert np.concatenate(side.finite).tolist() == np.concatenate(whole.finite).tolist()
    assert whole.states.tolist() == [500, 0, 0, 0, 0]
    assert judged(tmp_path, SAME, KS).verdict == "agrees"


def test_too_many_strings_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowds, "KINDS", 10)
    names = np.array([f"s{i}" for i in range(40)])

    found = judged(tmp_path, {"z": names}, '[table]\nmatch = "distribution"\n', {"z": names})

    assert (found.verdict, codes(found)) == ("error", ["SPEC_TYPE"])


def test_anderson_darling_is_scipys_statistic_and_goes_on_below_a_thousandth() -> None:
    p, r = RNG.normal(size=120).round(1), RNG.normal(0.3, 1, 80).round(1)
    truth = stats.anderson_ksamp(
        [p, r], variant="midrank", method=stats.PermutationMethod(n_resamples=9, random_state=1)
    )
    n, k = 200, 2
    h = sum(1 / i for i in range(1, n))
    g = sum(1 / ((n - i) * j) for i in range(1, n - 1) for j in range(i + 1, n))
    size = 1 / 120 + 1 / 80
    a = (4 * g - 6) * (k - 1) + (10 - 6 * g) * size
    b = (2 * g - 4) * k**2 + 8 * h * k + (2 * g - 14 * h - 4) * size - 8 * h + 4 * g - 6
    c = (6 * h + 2 * g - 2) * k**2 + (4 * h - 4 * g + 6) * k + (2 * h - 6) * size + 4 * h
    d = (2 * h + 6) * k**2 - 4 * h * k
    sigma = np.sqrt((a * n**3 + b * n**2 + c * n + d) / ((n - 1) * (n - 2) * (n - 3)))
    assert (anderson_darling(p, r).statistic - (k - 1)) / sigma == pytest.approx(truth.statistic)
    assert anderson_chance(2.492) == pytest.approx(0.05, rel=1e-2)
    assert anderson_chance(3.857) == pytest.approx(0.01, rel=3e-2)
    assert anderson_chance(6.0001) == pytest.approx(anderson_chance(6.0), rel=1e-3)
    assert 0 < anderson_chance(30) < 1e-13


def test_counts_are_held_by_pearsons_chi_square() -> None:
    p, r = np.array([30, 70, 0, 5]), np.array([50, 60, 0, 4])

    found = categories(p, r)

    truth = stats.chi2_contingency([[30, 70, 5], [50, 60, 4]], correction=False)
    assert (found.statistic, found.p) == (pytest.approx(truth.statistic), pytest.approx(truth.pvalue))
