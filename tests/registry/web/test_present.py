"""How values are said."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from adp.comparison.words import numbers, text
from adp.comparison.words.allowed import allowed, margin
from registry.web.present import evidence, times, wording

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "none"),
        (0, "0"),
        (9999, "9999"),
        (10_000, "10\u202f000"),
        (-1234567, "\u22121\u202f234\u202f567"),
        (2e-4, "2\u00a0×\u00a010⁻⁴"),
        (1e-9, "10⁻⁹"),
        (-2.1e-6, "\u22122.1\u00a0×\u00a010⁻⁶"),
        (0.373, "0.373"),
        (1.5e12, "1.5\u00a0×\u00a010¹²"),
        (65536.25, "65\u202f536.25"),
        (math.nan, "not a number"),
        (math.inf, "infinite"),
        (True, "True"),
        ("never", "never"),
    ],
)  # fmt: skip
def test_a_number(value, said):
    assert numbers.number(value) == said


@pytest.mark.parametrize(
    ("value", "said"), [(0, "0 B"), (1023, "1023 B"), (52 << 20, "52 MiB"), (1536, "1.5 KiB"), (2 << 30, "2 GiB")]
)
def test_a_size(value, said):
    assert numbers.size(value) == said.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.71, "0.71 s"), (2.1, "2.1 s"), (17.2, "17 s"), (2460, "41 min"), (7920, "2.2 h"), (None, "none")],
)
def test_a_duration(value, said):
    assert numbers.seconds(value) == said.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    ("back", "said"),
    [
        (timedelta(seconds=41), "41\u00a0s ago"),
        (timedelta(hours=2), "2\u00a0h ago"),
        (timedelta(hours=-3), "in 3\u00a0h"),
        (timedelta(), "just now"),
        (timedelta(days=44), "9\u00a0Oct\u00a02026"),
    ],
)
def test_a_time_is_near_or_a_date(back, said):
    shown = times.ago(NOW - back, NOW)
    assert f">{said}</time>" in shown
    assert f'datetime="{(NOW - back).isoformat()}"' in shown


@pytest.mark.parametrize("nothing", [None, "", "yesterday", "2026-13-45T99:00:00Z", 5])
def test_what_is_no_time_is_nothing(nothing):
    assert times.ago(nothing) == times.clock(nothing) == ""


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"file": "adp.toml", "line": 7, "column": 1}, "adp.toml, line 7, column 1"),
        ({"step": "shift", "row": 3, "column": "flag"}, "step shift, row 3, column flag"),
        ({"hdu": "SCI", "pixel": [3, 4], "index": [3, 2]}, "HDU SCI, pixel (3, 4), Python index (3, 2)"),
        ({}, ""),
        (None, ""),
    ],
)
def test_a_place(raw, said):
    assert text.place(raw) == said


def test_a_log_is_text():
    assert text.log("\x1b[31mred\x1b[0m\r\nover\rwritten\x07\x1b]0;title\x07") == "red\nover\nwritten<U+0007>"


def test_a_digest_is_short():
    assert text.digest("sha256:b41f" + "0" * 56 + "09d2") == "b41f…09d2"


def test_an_unknown_state_is_shown_unlit():
    assert wording.lamp("brand_new") == ("wait", "brand new")


@pytest.mark.parametrize(
    ("label", "said", "passes_at", "times"),
    [
        ("abs 1e-09 pix", "10⁻⁹\u00a0pix", 1e-10, "10×"),
        ("rel 0.0002", "2\u00a0×\u00a010⁻⁴\u00a0rel", 0.0, "exact"),
        ("abs 1 + rel 0.5", "1 + 0.5\u00a0rel", 0.1, ""),
        ("= x - 20.5 within 1 ulp", "= x - 20.5 within 1 ulp", None, ""),
        ("= x - 20.5 within abs 1e-09", "x - 20.5 within 10⁻⁹", 1e-9, "1×"),
        ("sigma 3 (STAT)", "3\u00a0σ\u00a0(STAT)", 1.5, "2×"),
        ("ulp 4", "4\u00a0ulp", None, ""),
        ("match within 60 mas", "within\u00a060\u00a0mas", 30.0, "2×"),
        ("wcs within 0.01 pix", "within\u00a00.01\u00a0pix", 0.005, "2×"),
        ("mean bias 5 sigma", "5\u00a0σ", 1.0, "5×"),
        ("blocks 5 sigma (COV)", "5\u00a0σ\u00a0(COV)", 2.5, "2×"),
        ("total rel 0.001", "0.001\u00a0rel", 1e-4, "10×"),
        ("chi2 p 0.0001", "chi2 p 0.0001", 0.5, ""),
        ("exact", "equal", None, ""),
        ("bits", "same bits", None, ""),
        ("nan equal", "nan equal", None, ""),
    ],
)  # fmt: skip
def test_what_a_rule_allowed(label, said, passes_at, times):
    limit = allowed(label)
    assert limit.text == said
    assert margin(limit, passes_at) == times


def test_evidence_puts_before_beside_after():
    rows = [{"row": 2, "before": 0, "after": "0"}, {"row": 3, "before": "0", "after": "a0"}]
    found = evidence.sort({"examples": rows, "count": 1, "peak_memory_bytes": 1 << 30, "log": "a\x07"})
    assert found.table is not None
    assert [row.bad for row in found.table.rows] == [False, True]
    assert dict(found.facts) == {"count": "1", "peak memory bytes": "1\u00a0GiB"}
    assert found.log == "a<U+0007>"


@pytest.mark.parametrize("raw", [None, [], {}, {"rows": "no table"}, {"rows": [1, 2]}, {"examples": []}])
def test_evidence_of_another_shape_is_no_error(raw):
    assert evidence.sort(raw).table is None
