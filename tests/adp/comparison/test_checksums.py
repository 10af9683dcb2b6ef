"""Sums of large data are made of what the comparison reads, whatever reads it, and are the same for any of it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st

from adp.comparison.compare import compare
from adp.comparison.describe import describe
from adp.comparison.formats import fits_sums
from adp.comparison.formats.limits import LIMITS
from adp.comparison.spec.reader import parse
from adp.comparison.summing import Sum, sum_of
from tests.adp.comparison.making import changed, hdus, image, table

SIZE = 5 << 18
RNG = np.random.default_rng(5)
NOISE = RNG.integers(0, 256, SIZE + 7).astype("u1")
ROWS = 90_000


def ragged() -> fits.BinTableHDU:
    arrays = np.array([np.arange(i % 300, dtype="i2") for i in range(5000)], dtype=object)
    columns = [fits.Column("id", "J", array=np.arange(5000)), fits.Column("list", "PI()", array=arrays)]
    return fits.BinTableHDU.from_columns(columns, name="CAT")


def packed() -> fits.CompImageHDU:
    return fits.CompImageHDU(NOISE[:SIZE].reshape(1280, -1).astype("i2"), name="SCI", compression_type="RICE_1")


KINDS: dict[str, Callable[[], Any]] = {
    "bytes": lambda: image(NOISE),
    "floats": lambda: image(NOISE[: SIZE - 4].view("f4").astype("f4")),
    "columns": lambda: table({"a": np.arange(ROWS, dtype="i4"), "b": RNG.random((ROWS, 3)).astype("f4")}),
    "odd rows": lambda: table({"id": np.arange(ROWS), "name": np.array([f"star{i % 1000}" for i in range(ROWS)])}),
    "heap": ragged,
    "tiles": packed,
}


@pytest.fixture(scope="module", params=KINDS)
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file whose sums hold."""
    path = tmp_path_factory.mktemp("sums") / "whole.fits"
    hdus(KINDS[request.param](), checksum=True)(path)
    return path


@pytest.mark.parametrize("compiled", [0, 1 << 62])
@pytest.mark.parametrize("threads", [1, 3])
def test_sums_hold_whoever_reads(whole: Path, threads: int, compiled: int, monkeypatch: pytest.MonkeyPatch) -> None:
    again: list[int] = []
    striped = fits_sums._striped

    def counting(descriptor: int, first: int, end: int, count: int) -> int:
        again.append(end - first)
        return striped(descriptor, first, end, count)

    monkeypatch.setattr(fits_sums, "_striped", counting)
    limits = replace(LIMITS, threads=threads, compiled=compiled, slab=1 << 18, chunk=1 << 15)

    found = compare(whole, whole, limits=limits)

    assert found.findings == ()
    assert sum(again) < 0.02 * whole.stat().st_size  # padding, and what little lies between


@pytest.mark.parametrize("compiled", [0, 1 << 62])
@pytest.mark.parametrize("at", [-1, -4000, 300_001])
def test_one_changed_bit_anywhere_is_told(whole: Path, tmp_path: Path, at: int, compiled: int) -> None:
    """In padding, heap, rows and pixels."""
    raw = bytearray(whole.read_bytes())
    raw[at] ^= 1
    (tmp_path / "product.fits").write_bytes(raw)
    limits = replace(LIMITS, compiled=compiled)

    found = compare(whole, tmp_path / "product.fits", limits=limits)

    assert found.verdict == "differs"
    assert found.findings[0].code == "CHECKSUM"
    assert "DATASUM" in found.findings[0].message
    assert "CHECKSUM" in {f.code for f in describe(tmp_path / "product.fits")[1]}
    silent = compare(whole, tmp_path / "product.fits", parse({"integrity": {"checksum": False}}), limits=limits)
    assert "CHECKSUM" not in {f.code for f in silent.findings}

    found = compare(tmp_path / "product.fits", whole, limits=limits)

    assert found.verdict == "error"
    assert {f.code for f in found.findings} == {"CHECKSUM"}
    assert found.rules == ()


def test_a_changed_value_is_told_behind_the_sum(tmp_path: Path) -> None:
    hdus(image(NOISE), checksum=True)(tmp_path / "reference.fits")
    hdus(image(changed(NOISE, 5, NOISE[5] ^ 1)), checksum=True)(tmp_path / "honest.fits")
    raw = bytearray((tmp_path / "reference.fits").read_bytes())
    raw[-SIZE] ^= 1
    (tmp_path / "product.fits").write_bytes(raw)

    assert [f.code for f in compare(tmp_path / "reference.fits", tmp_path / "honest.fits").findings] == ["VALUE"]
    found = compare(tmp_path / "reference.fits", tmp_path / "product.fits")
    assert [f.code for f in found.findings] == ["CHECKSUM", "VALUE"]


@given(st.binary(min_size=1, max_size=300), st.lists(st.tuples(st.integers(0, 300), st.integers(1, 80))), st.randoms())
def test_stretches_in_any_order_and_twice_make_the_same_sum(raw: bytes, stretches: list[Any], order: Any) -> None:
    first = order.randrange(1000)
    total = Sum(first, first + len(raw))
    for low, size in stretches:
        total.add(first + low, raw[low : low + size])
    gaps = total.gaps
    order.shuffle(gaps)
    for low, high in gaps:
        total.add(low, raw[low - first : high - first])

    assert total.gaps == []
    wanted = sum_of(np.frombuffer(raw, np.uint8))
    assert total.total % 0xFFFFFFFF == wanted % 0xFFFFFFFF
