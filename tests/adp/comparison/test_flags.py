"""Flags are judged bit by bit, and the bits are named."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from adp.comparison.compare import compare
from adp.comparison.result import Comparison
from adp.comparison.spec.reader import parse
from adp.comparison.spec.terms import Bitmask
from adp.comparison.values.flags import Flags
from tests.adp.comparison.making import csv, hdus, image, table

FLAGS = np.array([0, 1, 2, 3, 4, 8, 16, 0], dtype="i2")
SPEC = '[column.dq]\nbitmask = { ignore = [8], names = { 2 = "SATURATED", "0x10" = "COSMIC" } }\n'


def judged(tmp_path: Path, product: Any, spec: str = SPEC, reference: Any = FLAGS) -> Comparison:
    hdus(table({"dq": reference}))(tmp_path / "r.fits")
    hdus(table({"dq": product}))(tmp_path / "p.fits")
    return compare(tmp_path / "r.fits", tmp_path / "p.fits", parse(spec))


def test_bits_that_were_set_and_cleared_are_named(tmp_path: Path) -> None:
    found = judged(tmp_path, FLAGS ^ np.array([2, 0, 2, 0, 64, 8, 0, 0], dtype="i2"))

    assert [f.code for f in found.findings] == ["FLAG"]
    assert found.findings[0].evidence["bits"] == {
        "2 (SATURATED)": {"set": 1, "cleared": 1},
        "64": {"set": 1, "cleared": 0},
    }
    assert "2 (SATURATED): set in 1 and cleared in 1, 64: set in 1; first at row 1: 0 → 2" in found.findings[0].message
    result = next(r for r in found.rules if r.scope == "CAT.dq")
    assert (result.rule, result.violations, result.worst, result.would_pass_at) == ("bitmask but 0x8", 3, None, None)


def test_ignored_bits_may_differ(tmp_path: Path) -> None:
    assert judged(tmp_path, FLAGS ^ np.int16(8)).verdict == "agrees"


def test_a_wider_type_with_the_same_flags_is_the_same(tmp_path: Path) -> None:
    high = np.array([-32768, 1], dtype="i2")

    assert judged(tmp_path, high.astype("i4"), SPEC, high).verdict == "agrees"


def test_an_image_of_flags_names_the_pixel(tmp_path: Path) -> None:
    flags = np.zeros((4, 5), dtype="i4")
    hdus(image(flags, name="DQ"))(tmp_path / "r.fits")
    flags[2, 3] = 1 << 30
    hdus(image(flags, name="DQ"))(tmp_path / "p.fits")

    found = compare(tmp_path / "r.fits", tmp_path / "p.fits", parse("[hdu.DQ.data]\nbitmask = true\n"))

    assert [(f.code, f.where.pixel) for f in found.findings] == [("FLAG", (4, 3))]


def test_text_tables_have_flags_too(tmp_path: Path) -> None:
    csv({"dq": FLAGS})(tmp_path / "r.csv")
    csv({"dq": FLAGS | 4})(tmp_path / "p.csv")

    found = compare(tmp_path / "r.csv", tmp_path / "p.csv", parse(SPEC))

    assert [f.code for f in found.findings] == ["FLAG"]


@pytest.mark.parametrize("values", [np.arange(3.0), np.array([True, False]), np.array(["a", "b"])])
def test_only_integers_have_bits(tmp_path: Path, values: Any) -> None:
    found = judged(tmp_path, values, SPEC, values)

    assert (found.verdict, [f.code for f in found.findings]) == ("error", ["SPEC_TYPE"])


TYPES = st.sampled_from(["u1", "i2", "u2", ">i4", "u4", "i8", ">u8"])


@given(TYPES.flatmap(lambda t: st.tuples(arrays.arrays(t, 20), arrays.arrays(t, 20))), st.integers(0, 255))
def test_the_counts_are_those_of_a_plain_count(pair: tuple[Any, Any], ignore: int) -> None:
    flags = Flags(Bitmask(ignore))
    judged = flags(*pair)

    truth = [(int(p) ^ int(r)) & (2**64 - 1) & ~ignore for p, r in zip(*pair, strict=True)]
    size = 8 * pair[0].dtype.itemsize
    kept = [t & (2**size - 1) for t in truth]
    assert judged.bad.tolist() == [t != 0 for t in truth]
    assert (flags.set_bits + flags.cleared)[:size].tolist() == [sum(t >> b & 1 for t in kept) for b in range(size)]
