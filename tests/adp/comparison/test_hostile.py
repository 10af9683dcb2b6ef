"""Whatever a file holds, reading it ends in a finding about it: never in a traceback, a wait, or a full memory."""

import resource
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from astropy.io import fits, votable

from adp.comparison.compare import compare
from adp.comparison.describe import describe
from adp.finding import Reason
from tests.adp.comparison.hostile import FILES as FIRST
from tests.adp.comparison.hostile import LATE, Make
from tests.adp.comparison.hostile_more import MORE, MORE_LATE
from tests.adp.comparison.making import hdus, image

ROOM = 256 << 20
FILES = {**FIRST, **MORE}


def open_descriptors() -> set[Path]:
    return {path for path in Path("/proc/self/fd").iterdir() if path.is_symlink()}


TABLE = [pytest.param(make, code, id=name) for name, (make, code) in FILES.items()]


@pytest.fixture(autouse=True)
def little_memory() -> Iterator[None]:
    """Whoever wants what a header declares gets a MemoryError."""
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_AS)
    assert {fits, votable} <= set(sys.modules.values())  # what readers import late is counted already
    resource.setrlimit(resource.RLIMIT_AS, (used + ROOM, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(("make", "code"), TABLE)
def test_a_hostile_product_is_the_authors_fault(make: Make, code: str, tmp_path: Path) -> None:
    hdus(image())(tmp_path / "reference.fits")
    make(tmp_path / "product")

    found = compare(tmp_path / "reference.fits", tmp_path / "product")

    assert found.verdict == ("error" if code == "UNSUPPORTED" else "differs")
    assert code in {f.code for f in found.findings if f.reason is Reason.OUTPUT_INVALID}, found.findings


@pytest.mark.timeout(20)
@pytest.mark.parametrize(("make", "code"), TABLE)
def test_a_hostile_reference_judges_nobody(make: Make, code: str, tmp_path: Path) -> None:
    hdus(image())(tmp_path / "product.fits")
    make(tmp_path / "reference")

    found = compare(tmp_path / "reference", tmp_path / "product.fits")

    assert found.verdict == "error"
    assert code in {f.code for f in found.findings if f.reason is Reason.REFERENCE_INVALID}


@pytest.mark.timeout(20)
@pytest.mark.parametrize(("make", "code"), TABLE)
def test_a_hostile_file_can_be_described(make: Make, code: str, tmp_path: Path) -> None:
    make(tmp_path / "product")

    facts, findings = describe(tmp_path / "product")

    assert set(facts) == {"format", "bytes", "sha256", "parts", "keywords"}
    assert code in {f.code for f in findings}


@pytest.mark.parametrize("make", {**LATE, **MORE_LATE}.values(), ids={**LATE, **MORE_LATE})
def test_values_that_cannot_be_read_are_told_when_they_are_read(make: Make, tmp_path: Path) -> None:
    make(tmp_path / "product")

    found = compare(tmp_path / "product", tmp_path / "product")

    assert found.verdict != "agrees"
    assert {f.code for f in found.findings} == {"FORMAT"}


def test_no_descriptor_and_no_thread_stays_behind(tmp_path: Path) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))  # so many files one after the other leave arenas of threads
    hdus(image())(tmp_path / "good")
    before, threads = open_descriptors(), threading.active_count()
    for name, (make, _) in FILES.items():
        folder = tmp_path / name.replace(" ", "").replace("/", "")
        folder.mkdir()
        make(folder / "product")
        compare(tmp_path / "good", folder / "product")

    assert open_descriptors() == before
    assert threading.active_count() <= threads
