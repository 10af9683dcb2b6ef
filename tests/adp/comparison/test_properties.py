"""What must hold for every pair of arrays: a thing equals itself, and a wider tolerance never finds more."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import hypothesis.extra.numpy as arrays
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from adp.comparison.compare import compare
from adp.comparison.formats.limits import LIMITS
from adp.comparison.model import Values
from adp.comparison.spec.reader import parse
from adp.comparison.values.measures import Neighbours, Sigmas, Ulps, Within, distance
from adp.comparison.values.numbers import Numbers
from tests.adp.comparison.making import csv

FLOATS = st.sampled_from(["f4", "f8", ">f4", ">f8"])
TYPES = st.sampled_from(["i1", "u1", "i2", ">u2", "i4", "u4", ">i8", "u8"])
TOLERANCES = st.floats(0, 1e6)


@st.composite
def pairs(draw: Any, types: Any = FLOATS) -> tuple[Any, Any]:
    kind = draw(types)
    shape = draw(st.integers(1, 40))
    return draw(arrays.arrays(kind, shape)), draw(arrays.arrays(kind, shape))


def violations(p: Any, r: Any, measure: Any) -> int:
    numbers = Numbers(len(p), measure)
    numbers.update(0, Values(p), Values(r))
    return numbers.values.violations


@given(pairs(st.one_of(FLOATS, TYPES)))
def test_everything_equals_itself(pair: tuple[Any, Any]) -> None:
    for measure in (Within(), Ulps(0), Sigmas(0)):
        numbers = Numbers(len(pair[0]), measure)
        numbers.update(0, Values(pair[0]), Values(pair[0].copy()))
        assert (numbers.values.violations, numbers.states) == (0, {})


@given(pairs(), TOLERANCES, TOLERANCES, st.floats(0, 1))
def test_a_wider_tolerance_never_finds_more(pair: tuple[Any, Any], one: float, other: float, rel: float) -> None:
    low, high = sorted((one, other))

    assert violations(*pair, Within(high, rel)) <= violations(*pair, Within(low, rel))
    assert violations(*pair, Within(low, rel)) <= violations(*pair, Within(low, 0.0))


@given(pairs(st.one_of(FLOATS, TYPES)), TOLERANCES)
def test_the_stated_need_passes_when_it_is_allowed(pair: tuple[Any, Any], rel: float) -> None:
    numbers = Numbers(len(pair[0]), Within(0.0, rel))
    numbers.update(0, Values(pair[0]), Values(pair[1]))

    if numbers.values.compared and np.isfinite(numbers.values.need):
        assert violations(*pair, Within(numbers.values.need, rel)) == 0


@given(pairs(TYPES))
def test_integers_differ_exactly_as_python_says(pair: tuple[Any, Any]) -> None:
    truth = [int(a) - int(b) for a, b in zip(*pair, strict=True)]
    difference, magnitude = distance(*pair)

    assert [int(m) for m in magnitude] == [abs(t) for t in truth]
    assert [float(d) for d in difference] == [float(t) for t in truth]


@given(arrays.arrays("i8", 10), arrays.arrays("u8", 10))
def test_signed_and_unsigned_integers_never_wrap(signed: Any, unsigned: Any) -> None:
    for p, r in ((signed, unsigned), (unsigned, signed)):
        truth = [int(a) - int(b) for a, b in zip(p, r, strict=True)]
        difference, magnitude = distance(p, r)
        assert [int(m) for m in magnitude] == [min(abs(t), 2**64 - 1) for t in truth]
        assert [np.sign(d) for d in difference] == [np.sign(t) for t in truth]


@given(pairs(st.sampled_from(["f4", "f8"])))
def test_neighbours_are_one_step_apart(pair: tuple[Any, Any]) -> None:
    values = pair[0][np.isfinite(pair[0])]
    with np.errstate(over="ignore"):
        up = np.nextafter(values, np.array(np.inf, values.dtype))
    both = np.isfinite(up)

    assert violations(up[both], values[both], Ulps(1)) == 0
    assert violations(up[both], values[both], Neighbours(1, values.dtype)) == 0
    assert violations(up[both], values[both], Within()) == both.sum()


@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=30), st.integers(1, 7))
def test_the_size_of_a_chunk_changes_nothing(values: list[float], size: int) -> None:
    r = np.array(values)
    p = np.where(np.arange(len(r)) % 3 == 0, r, r / 2)
    whole, parts = Numbers(len(r), Within(1e-3)), Numbers(len(r), Within(1e-3))
    whole.update(0, Values(p), Values(r))
    for start in range(0, len(r), size):
        parts.update(start, Values(p[start : start + size]), Values(r[start : start + size]))

    assert (parts.values.violations, parts.values.first, parts.values.worst_at, parts.values.need) == (
        whole.values.violations,
        whole.values.first,
        whole.values.worst_at,
        whole.values.need,
    )


def test_a_table_is_the_same_in_any_chunk(tmp_path: Path) -> None:
    csv()(tmp_path / "a")
    (tmp_path / "b").write_text((tmp_path / "a").read_text().replace("star31", "star"))
    outcomes = [
        compare(tmp_path / "a", tmp_path / "b", parse({}), limits=replace(LIMITS, chunk=chunk)).to_dict()
        for chunk in (1, 7, 1 << 18)
    ]

    assert outcomes[0] == outcomes[1] == outcomes[2]
