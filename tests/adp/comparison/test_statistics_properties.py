"""What must hold for every spec: a file equals itself, a wider limit never finds more, chunks change nothing."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from adp.comparison.compare import compare
from adp.comparison.model import Field, NoRows, Part, Values
from adp.comparison.spec.reader import parse
from adp.comparison.spec.statistical import StatisticsRule
from adp.comparison.spec.terms import ValueRule
from adp.comparison.statistics import blocks
from adp.comparison.statistics.asked import ask
from adp.comparison.statistics.blocks import Blocks
from adp.comparison.statistics.significance import lowered, raised, sigmas
from adp.comparison.values.judge import Judge
from adp.comparison.values.watching import Seen
from tests.adp.comparison.making import hdus, image, table

SHAPE = (3, 9, 11)
RNG = np.random.default_rng(14)
REFERENCE = RNG.normal(10, 1, SHAPE)
PRODUCT = REFERENCE + RNG.normal(0.05, 0.1, SHAPE)
FLAGS = RNG.integers(0, 64, 40).astype("i4")
WHOLE = StatisticsRule(mean_bias_sigma=3, binned_bias_sigma=3, pull_std=(0.5, 1.5), total_rel=1e-3, chi2_p=1e-3)


def judged(p: Any, r: Any, rule: StatisticsRule, error: Any = None, size: int = 1 << 20, **values: Any) -> Judge:
    """An image of these arrays, judged in chunks of `size`."""
    field = Field("", r.dtype)
    part = Part("image", 1, NoRows(), name="SCI", fields=(field,), rows=r.size, shape=r.shape)
    judge = Judge(ValueRule(**values), part, field, field, r.size)
    ask(judge, rule, frozenset(), has_errors=error is not None)
    for start in range(0, r.size, size):
        at = slice(start, start + size)
        errors = error.ravel()[at] if error is not None else None
        judge.update(start, Values(p.ravel()[at]), Values(r.ravel()[at]), errors)
    return judge


def verdicts(judge: Judge) -> dict[str, str]:
    return {r.rule.split(" ")[0]: r.verdict for r in judge.rules}


@st.composite
def specs(draw: Any) -> dict[str, Any]:
    """Any spec that asks whether values are the same; not that they must differ, as a lower limit of pulls does."""
    values: Any = st.sampled_from([
        {}, {"abs": 1e-3}, {"rel": 1e-3, "abs": "1 mJy"}, {"exact": True}, {"bits": True}, {"ulp": 0},
        {"nan": "ignore"}, {"sigma": {"max": 0, "error": "e"}}, {"units": "exact", "dtype": "exact"},
    ])  # fmt: skip
    limits = st.floats(0, 10)
    statistics = st.fixed_dictionaries(
        {},
        optional={
            "mean_bias_sigma": limits,
            "binned_bias_sigma": limits,
            "total_rel": limits,
            "pull_std": st.just([0, 1]),
            "chi2_p": st.floats(0, 1),
            "outliers": st.just({"fraction": 0, "max_sigma": 0}),
            "correlation": st.floats(1, 5),
        },
    )
    flux = {**draw(values), "statistics": {**draw(statistics), "error": "e"}}
    distribution = {"distribution": {"test": draw(st.sampled_from(["ks", "anderson"])), "p": draw(st.floats(0, 1))}}
    return {
        "column": {"flux": flux, "flag": draw(st.sampled_from([{"bitmask": True}, distribution]))},
        "hdu": {"SCI": {"statistics": {**draw(statistics), "variance": "STAT"}, "data": {"nan": "equal"}}},
        "derived": {"ratio": {"expression": "flux / e", "statistics": draw(statistics) | {"error": "e"}}},
        "table": draw(st.sampled_from([{}, {"key": ["flag"]}, {"match": "distribution"}])),
        "integrity": {"variance_positive": True},
    }


@settings(max_examples=40)
@given(specs(), st.sampled_from([np.nan, np.inf, 1.0]))
def test_a_file_equals_itself_under_every_spec(spec: dict[str, Any], odd: float) -> None:
    flux = np.where(np.arange(40) == 3, odd, np.linspace(1, 2, 40))
    columns = table({"flux": flux, "e": np.full(40, 0.1), "flag": np.arange(40, dtype="i4")}, {"flux": "Jy", "e": "Jy"})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.fits"
        hdus(image(REFERENCE), image(np.ones(SHAPE), name="STAT"), columns)(path)

        found = compare(path, path, parse(spec))

    assert [f.message for f in found.findings] == []
    assert found.verdict == "agrees"


@given(st.integers(1, 400), st.booleans())
def test_the_size_of_a_chunk_changes_no_statistic(size: int, with_errors: bool) -> None:
    error = np.full(SHAPE, 0.1) if with_errors else None

    whole = [(r.rule, r.verdict, r.where) for r in judged(PRODUCT, REFERENCE, WHOLE, error).rules]
    parts = judged(PRODUCT, REFERENCE, WHOLE, error, size)

    assert [(r.rule, r.verdict, r.where) for r in parts.rules] == whole
    numbers = [r.would_pass_at for r in judged(PRODUCT, REFERENCE, WHOLE, error).rules]
    assert [r.would_pass_at for r in parts.rules] == [n if n is None else pytest.approx(n, rel=1e-9) for n in numbers]


@given(st.integers(1, 400), st.integers(1, 3))
def test_a_plane_too_large_to_keep_has_the_same_blocks(size: int, inner: int) -> None:
    d, some = PRODUCT - REFERENCE, RNG.random(SHAPE) < 0.7
    kept, made = Blocks(SHAPE, inner), Blocks(SHAPE, inner)
    with pytest.MonkeyPatch.context() as patch:
        for start in range(0, d.size * inner, size):
            at = np.flatnonzero(np.repeat(some.ravel(), inner)[start : start + size])
            values = np.repeat(d.ravel(), inner)[start : start + size][at]
            seen = Seen(start, at, values, values + 1, values > 0, np.abs(values))
            patch.setattr(blocks, "PATTERN", 1 << 20)
            kept.watch(seen)
            patch.setattr(blocks, "PATTERN", 0)
            made.watch(seen)

    for one, other in zip(kept.levels, made.levels, strict=True):
        assert one.sums.tolist() == other.sums.tolist()


LIMITED = ["mean_bias_sigma", "binned_bias_sigma", "total_rel"]
DATA = arrays.arrays("f8", SHAPE, elements=st.floats(-1e3, 1e3), fill=st.floats(-1, 1))


@settings(max_examples=60)
@given(DATA, DATA, st.sampled_from(LIMITED), st.floats(0, 20), st.floats(0, 20))
def test_a_wider_limit_never_finds_more(p: Any, r: Any, key: str, one: float, other: float) -> None:
    low, high = sorted((one, other))
    tight, wide = (judged(p, r, StatisticsRule(**{key: limit})) for limit in (low, high))  # type: ignore[arg-type]  # by name

    assert len([f for f in wide.findings if f.code != "VALUE"]) <= len([f for f in tight.findings if f.code != "VALUE"])


@settings(max_examples=60)
@given(DATA, DATA, st.sampled_from(LIMITED))
def test_the_stated_need_passes_when_it_is_allowed(p: Any, r: Any, key: str) -> None:
    asked = next(iter(judged(p, r, StatisticsRule(**{key: 0.0})).asides))  # type: ignore[arg-type]  # by name
    need = next(iter(asked.rules)).would_pass_at
    if need is None or not np.isfinite(need):
        return

    again = next(iter(judged(p, r, StatisticsRule(**{key: need})).asides))  # type: ignore[arg-type]  # by name
    assert next(iter(again.rules)).verdict == "pass"


@settings(max_examples=40)
@given(DATA, DATA)
def test_bias_and_its_blocks_do_not_know_the_sides(p: Any, r: Any) -> None:
    rule = StatisticsRule(mean_bias_sigma=3, binned_bias_sigma=3)
    forth, back = (list(judged(*pair, rule).asides) for pair in ((p, r), (r, p)))

    for one, other in zip(forth, back, strict=True):
        a, b = (next(iter(side.rules)) for side in (one, other))
        assert a.verdict == b.verdict
        if a.worst is None or b.worst is None:  # squares below what float64 holds: not applicable, on either side
            assert a.worst is b.worst is None
        else:
            assert a.worst == pytest.approx(b.worst, rel=1e-6, abs=1e-6)


@given(DATA, DATA)
def test_statistics_are_those_of_a_plain_computation(p: Any, r: Any) -> None:
    error = np.full(SHAPE, 0.5)
    summary = judged(p, r, WHOLE, error, 100).numbers.summary
    d = np.asarray(p, dtype=np.longdouble) - np.asarray(r, dtype=np.longdouble)

    assert summary.d.value == pytest.approx(float(d.sum()), rel=1e-12, abs=1e-9)
    assert summary.d2.value == pytest.approx(float((d * d).sum()), rel=1e-12, abs=1e-12)
    assert summary.chi2 == pytest.approx(float((d * d).sum() / 0.25), rel=1e-12, abs=1e-12)
    assert summary.pull_width == pytest.approx(float((d / 0.5).std(ddof=1)), rel=1e-6, abs=1e-5)
    assert summary.r.value == pytest.approx(float(r.sum(dtype=np.longdouble)), rel=1e-12, abs=1e-9)


@given(st.floats(0.5, 40), st.integers(1, 10**9))
def test_a_raised_limit_can_be_lowered_again(limit: float, trials: int) -> None:
    assert raised(limit, trials) >= limit * (1 - 1e-9)
    assert lowered(raised(limit, trials), trials) == pytest.approx(limit, rel=1e-6)


@given(st.floats(0, 50), st.integers(3, 10**6))
def test_students_t_is_never_more_significant_than_it_looks(t: float, count: int) -> None:
    found = float(sigmas(np.array([t / np.sqrt(count)]), np.array([1.0]), np.array([float(count)]))[0])

    assert 0 <= found <= t * (1 + 1e-9)
