"""A relation is drawn as what it promises: the product against its source's columns and formulas."""

from pathlib import Path
from typing import Any

import pytest

from adp.comparison.pictures.draw import Drawn, draw
from adp.comparison.spec.reader import parse
from tests.adp.comparison.making import COLUMNS, hdus, table


@pytest.fixture
def pair(tmp_path: Path) -> Any:
    """Writes both sides and draws them."""

    def make(reference: Any, product: Any, spec: str) -> Drawn:
        reference(tmp_path / "r.fits")
        product(tmp_path / "p.fits")
        return draw(tmp_path / "r.fits", tmp_path / "p.fits", parse(spec))

    return make


RELATION = """[relation]
invariant = ["flag", "name"]
transform = { flux = "2 * flux", mag = "mag + id", id = "7" }
"""


@pytest.mark.parametrize("wrong", [0.0, 3.0])
def test_a_relation_is_drawn_against_what_its_formulas_promise(pair: Any, wrong: float) -> None:
    flux = 2 * COLUMNS["flux"]
    flux[10:20] += wrong
    made = COLUMNS | {"flux": flux, "mag": (COLUMNS["mag"] + COLUMNS["id"]).astype("f4")}

    drawn = pair(hdus(table()), hdus(table(made)), RELATION)

    assert drawn.notes == ()
    assert len(drawn.pictures) == (3 if wrong else 0)
    assert all("flux" in p.title + p.alt for p in drawn.pictures)


def test_a_relation_that_cannot_be_read_has_no_pictures(pair: Any) -> None:
    spec = '[relation]\ntransform = { flux = "2 * nothing" }'
    assert pair(hdus(table()), hdus(table()), spec).pictures == ()
