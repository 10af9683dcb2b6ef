"""Bytes are poured whole, in order, with the digest of exactly what was written."""

import hashlib
import io
import random
import shutil
import tempfile
from pathlib import Path

import pytest

from adp.pouring import BESIDE, BLOCK, PIECE, Straight, poured, read


@pytest.mark.parametrize("sizes", [[], [0], [5], [BESIDE] * 5, [3, BESIDE, 7, 2 * BESIDE, 1]])
def test_the_digest_is_that_of_what_was_written(sizes: list[int]) -> None:
    pieces = [bytes([n % 251]) * size for n, size in enumerate(sizes)]
    into = io.BytesIO()

    found = poured(iter(pieces), into.write)

    assert into.getvalue() == b"".join(pieces)
    assert found == (hashlib.sha256(b"".join(pieces)).hexdigest(), sum(sizes))


SIZES = [0, 5, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 4096, 3 * BLOCK + 7]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("cut", [PIECE, 1000 * 1000, 3 * BLOCK])
@pytest.mark.parametrize("where", ["disk", "memory"])
def test_a_file_written_around_the_page_cache_is_whole(size: int, cut: int, where: str, tmp_path: Path) -> None:
    folder = tempfile.mkdtemp(dir=tmp_path if where == "disk" else "/dev/shm")
    content, file = random.Random(size).randbytes(size), Path(folder, "file")
    try:
        with file.open("xb") as made, Straight(made.fileno()) as sink:
            for at in range(0, size, cut):
                sink.write(content[at : at + cut])

        assert file.read_bytes() == content == b"".join(read(file))
    finally:
        shutil.rmtree(folder)


def test_a_file_that_ends_inside_a_block_is_written_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"begun")
    with (tmp_path / "file").open("ab") as made, Straight(made.fileno()) as sink:
        sink.write(bytes(2 * BLOCK))
    assert (tmp_path / "file").read_bytes() == b"begun" + bytes(2 * BLOCK)


def test_what_cannot_be_written_stops_it() -> None:
    def full(_: bytes) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        poured(iter([bytes(BESIDE)] * 3), full)
