import re

import pytest

from adp.manifest.quantities import BYTES, SECONDS, parse, pattern, show


@pytest.mark.parametrize(
    ("text", "units", "value"),
    [
        ("2 GiB", BYTES, 2 << 30),
        ("2GiB", BYTES, 2 << 30),
        ("1.5 kB", BYTES, 1500),
        ("10 min", SECONDS, 600),
        ("0.5 h", SECONDS, 1800),
    ],
)
def test_a_quantity_is_read_in_bytes_or_seconds(text: str, units: dict[str, int], value: float) -> None:
    assert parse(text, units) == value


@pytest.mark.parametrize("text", ["2", "GiB", "2 gib", "-1 B", "1e3 B", "2  GiB", "2 GiB\n", "٢ GiB", ".5 B"])
def test_what_is_not_a_number_and_a_known_unit_is_no_size(text: str) -> None:
    assert re.fullmatch(pattern(BYTES), text) is None


def test_a_quantity_is_shown_in_the_unit_that_suits_it() -> None:
    assert [show(v, BYTES) for v in (3, 2 << 30, 5 * 10**6)] == ["3 B", "2 GiB", "5 MB"]
    assert show(5400, SECONDS) == "90 min"
