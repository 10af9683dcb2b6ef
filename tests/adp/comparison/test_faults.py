"""Every defect is found with its code and place, and nothing that is no defect is called one."""

import json
from pathlib import Path

import pytest

from adp.comparison.compare import compare
from adp.comparison.result import Comparison
from adp.comparison.spec.reader import parse
from tests.adp.comparison.faults import PAIRS, Pair


def judged(pair: Pair, folder: Path) -> Comparison:
    reference, product = folder / "reference.dat", folder / "product.dat"
    pair.reference(reference)
    pair.product(product)
    return compare(reference, product, parse(pair.spec))


@pytest.mark.parametrize("pair", PAIRS, ids=lambda p: p.name)
def test_a_pair_is_judged_by_its_codes_and_place(pair: Pair, tmp_path: Path) -> None:
    found = judged(pair, tmp_path)

    errors = [f for f in found.findings if f.is_error]
    assert {f.code for f in errors} == pair.codes, [f.message for f in errors]
    assert found.verdict == ("differs" if pair.codes else "agrees")
    assert all(pair.place.items() <= f.where.to_dict().items() for f in errors[:1])
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["verdict"] == found.verdict
    assert Comparison.from_dict(found.to_dict()).to_dict() == found.to_dict()


@pytest.mark.parametrize("pair", PAIRS, ids=lambda p: p.name)
def test_a_reference_agrees_with_itself(pair: Pair, tmp_path: Path) -> None:
    path = tmp_path / "reference.dat"
    pair.reference(path)

    found = compare(path, path)

    assert [f.message for f in found.findings] == []
    assert {r.verdict for r in found.rules} <= {"pass"}
