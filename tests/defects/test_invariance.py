"""What must hold for every pair: the way of reading changes nothing, a thing equals itself, and to differ is mutual."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adp.comparison.compare import compare
from adp.comparison.formats.limits import LIMITS
from adp.comparison.result import AGREES, DIFFERS, Comparison
from adp.comparison.spec.reader import parse
from tests.defects.lists import DEFECTS, HARMLESS
from tests.defects.products import catalogue, cube, curve, frame, pixels
from tests.defects.rows import ARRAYS, EVERY, Row
from tests.defects.writing_tables import WRITERS, untouched

ROWS = [row for row in (*DEFECTS, *HARMLESS) if "fits" in row.formats.split()]
ONE_BY_ONE = replace(LIMITS, chunk=97, compiled=1 << 62)
COMPILED = replace(LIMITS, compiled=0, slab=1 << 10, threads=3)
BASES = [(b, f) for b in (cube, frame) for f in ARRAYS.split()]
BASES += [(b, f) for b in (catalogue, curve, pixels) for f in (*EVERY.split(), "votable-binary")]
ONE_WAY = {"DTYPE", "CARD_MISSING", "CARD_EXTRA"}  # to widen is no defect, nor is a card more
UNFORGIVING = frozenset(
    {"STRING", "VALUE", "NAN_MISMATCH", "INF_MISMATCH", "MASK_MISMATCH", "SHAPE", "UNIT", "CARD_VALUE"}
)


def stable(found: Comparison) -> Any:
    """What the report's digest is made of, and the numbers beside it as far as they may not round."""
    findings = [(f.code, f.severity, f.where, f.evidence.get("cause")) for f in found.findings]
    rules = [(r.scope, r.rule, r.verdict, r.violations, r.where) for r in found.rules]
    return found.verdict, findings, rules


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.name)
def test_small_chunks_change_nothing(row: Row, tmp_path: Path) -> None:
    reference, product, _ = row.write("fits", tmp_path)
    spec = parse(row.spec)

    assert stable(compare(reference, product, spec, limits=ONE_BY_ONE)) == stable(compare(reference, product, spec))


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.name)
def test_kernels_and_threads_change_nothing(row: Row, tmp_path: Path) -> None:
    reference, product, _ = row.write("fits", tmp_path)
    spec = parse(row.spec)

    assert stable(compare(reference, product, spec, limits=COMPILED)) == stable(compare(reference, product, spec))


@pytest.mark.parametrize(("base", "form"), BASES, ids=[f"{b.__name__} [{f}]" for b, f in BASES])
@pytest.mark.parametrize("spec", [{}, {"data": {"bits": True}}], ids=["exact", "bits"])
def test_a_product_equals_itself(base: Any, form: str, spec: Any, tmp_path: Path) -> None:
    path = tmp_path / "same"
    path.write_bytes(untouched(base, form))

    found = compare(path, path, parse(spec))

    assert (found.verdict, [f.message for f in found.findings]) == (AGREES, [])


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.name)
def test_to_differ_is_mutual_where_nothing_is_allowed(row: Row, tmp_path: Path) -> None:
    reference, product, _ = row.write("fits", tmp_path)
    there, back = compare(reference, product), compare(product, reference)
    codes = [{f.code for f in found.findings if f.is_error} for found in (there, back)]

    if not any(c & ONE_WAY for c in codes) and "error" not in {there.verdict, back.verdict}:
        assert {there.verdict, back.verdict} in ({AGREES}, {DIFFERS})
        assert codes[0] & UNFORGIVING == codes[1] & UNFORGIVING


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.integers(0, 2**32 - 1), st.floats(0, 10), st.floats(0, 10), st.floats(0, 0.1))
def test_a_wider_tolerance_never_finds_more(tmp_path: Path, seed: int, one: float, other: float, rel: float) -> None:
    noise = np.random.default_rng(seed).standard_normal(cube()["DATA"].data.shape).astype("f4")
    reference, product = tmp_path / "reference", tmp_path / "product"
    reference.write_bytes(untouched(cube, "fits"))
    product.write_bytes(WRITERS["fits"](cube().with_image("DATA", cube()["DATA"].data + noise)))
    low, high = sorted((one, other))
    rules = [{"abs": low}, {"abs": low, "rel": rel}, {"abs": high, "rel": rel}]

    broken = [sum(r.violations for r in compare(reference, product, parse({"data": d})).rules) for d in rules]

    assert broken == sorted(broken, reverse=True)
