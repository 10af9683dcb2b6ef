"""The chain of levels is drawn from the manifest alone."""

import json
from dataclasses import asdict

from adp.manifest.load import loads
from registry.web.present import chain
from tests.registry.web import shelf

LEVELS = {"created": 1, "shifted": 1}


def plain():
    manifest, _ = loads(shelf.MANIFEST)
    return json.loads(json.dumps(asdict(manifest)))


def test_a_step_that_adds_nothing_is_flat():
    (drawn,) = chain.draw(plain(), LEVELS)
    level0, created, shifted = drawn.dots
    assert created.y == shifted.y < level0.y
    assert [r.step for r in drawn.rows] == ["create", "shift"]
    assert "Without a new level: shifted." in drawn.title


def test_columns_kept_are_one_bar_from_source_to_product():
    (drawn,) = chain.draw(plain(), LEVELS)
    (bar,) = drawn.bars
    assert (bar.x1, bar.x2) == (drawn.dots[1].x, drawn.dots[2].x)
    assert bar.text.startswith("lambda, value, flag, variance: bit-identical")


def test_products_that_do_not_hang_together_are_two_chains():
    manifest = plain()
    manifest["products"][1]["derived_from"] = []
    assert [len(c.dots) for c in chain.draw(manifest, LEVELS)] == [2, 1]


def test_loss_is_said():
    manifest = plain()
    manifest["steps"][0]["loss"] = "lossy"
    assert chain.draw(manifest, LEVELS)[0].dots[1].note == "table creation, loss lossy"


def test_nothing_made_is_nothing_drawn():
    assert chain.draw(plain(), {}) == ()


def test_a_long_chain_keeps_its_size():
    manifest = plain()
    last = manifest["products"][1]
    manifest["products"] += [last | {"name": f"p{n}", "derived_from": ["shifted"]} for n in range(4)]
    (drawn,) = chain.draw(manifest, LEVELS | {f"p{n}": 3 for n in range(4)})
    assert drawn.is_long
    assert drawn.width == drawn.dots[-1].x + chain.TAIL
