"""Bytes are poured whole, in order, with the digest of exactly what was written."""

import hashlib
import io

import pytest

from adp.pouring import BESIDE, poured


@pytest.mark.parametrize("sizes", [[], [0], [5], [BESIDE] * 5, [3, BESIDE, 7, 2 * BESIDE, 1]])
def test_the_digest_is_that_of_what_was_written(sizes: list[int]) -> None:
    pieces = [bytes([n % 251]) * size for n, size in enumerate(sizes)]
    into = io.BytesIO()

    found = poured(iter(pieces), into.write)

    assert into.getvalue() == b"".join(pieces)
    assert found == (hashlib.sha256(b"".join(pieces)).hexdigest(), sum(sizes))


def test_what_cannot_be_written_stops_it() -> None:
    def full(_: bytes) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        poured(iter([bytes(BESIDE)] * 3), full)
