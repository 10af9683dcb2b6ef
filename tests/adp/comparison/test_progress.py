"""Who asks to be told hears how far a comparison has come, up to its end."""

from pathlib import Path

import pytest

from adp.comparison.compare import compare
from adp.comparison.formats.limits import ReadLimits
from tests.adp.comparison.making import CUBE, Write, csv, ecsv, hdus, image, table

FILES = {"cube": hdus(image(CUBE), image(CUBE, name="STAT")), "table": hdus(table()), "ecsv": ecsv(), "csv": csv()}


@pytest.mark.parametrize("write", FILES.values(), ids=FILES)
def test_progress_grows_up_to_all_there_is(write: Write, tmp_path: Path) -> None:
    for name in ("reference", "product"):
        write(tmp_path / name)
    heard: list[tuple[int, int]] = []

    compare(
        tmp_path / "reference",
        tmp_path / "product",
        limits=ReadLimits(chunk=100),
        progress=lambda done, total: heard.append((done, total)),
    )

    done = [d for d, _ in heard]
    assert len(done) > 1
    assert done == sorted(done)
    assert {t for _, t in heard} == {done[-1]}
