"""Sums of large data are taken by several threads and are the same for any number of them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from adp.comparison.compare import compare
from adp.comparison.formats.limits import LIMITS
from tests.adp.comparison.making import hdus, image

SIZE = 5 << 20
RNG = np.random.default_rng(5)
WRITE = hdus(image(RNG.integers(0, 256, SIZE + 7).astype("u1")), checksum=True)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_sums_of_large_data_hold(tmp_path: Path, threads: int) -> None:
    WRITE(tmp_path / "one.fits")

    found = compare(tmp_path / "one.fits", tmp_path / "one.fits", limits=replace(LIMITS, threads=threads))

    assert found.findings == ()


@pytest.mark.parametrize("at", [0, 300_000, SIZE // 2, SIZE])
def test_one_changed_byte_anywhere_is_told(tmp_path: Path, at: int) -> None:
    WRITE(tmp_path / "reference.fits")
    WRITE(tmp_path / "product.fits")
    with (tmp_path / "product.fits").open("r+b") as file:
        file.seek(-(-(SIZE + 7) // 2880) * -2880 + at, 2)
        old = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([old[0] ^ 1]))

    found = compare(tmp_path / "reference.fits", tmp_path / "product.fits")

    assert [f.code for f in found.findings] == ["CHECKSUM", "VALUE"]
    assert "DATASUM" in found.findings[0].message
