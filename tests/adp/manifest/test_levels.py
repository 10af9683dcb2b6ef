import pytest

from adp.manifest.levels import calib_level, steps_of
from adp.manifest.model import Manifest, ProductFile, Step
from adp.manifest.words import STEP_KINDS
from tests.adp.manifest.test_load import COMPLETE_AS_VALUES


def chain(*kinds: str, **changes: int) -> tuple[Manifest, tuple[ProductFile, ...]]:
    """Step n reads product n and writes product n + 1."""
    steps = tuple(Step(f"s{n}", kind, ("run", f"{{p{n}}}", f"{{out}}/{n + 1}.fits")) for n, kind in enumerate(kinds))
    products = tuple(
        ProductFile(f"p{n}", f"{n}.fits", "fits", derived_from=(f"p{n - 1}",), calib_level=changes.get(f"p{n}"))
        for n in range(1, len(kinds) + 1)
    )
    same = COMPLETE_AS_VALUES
    return Manifest(same.product, same.contributors, same.environment, steps, products, same.tests), products


def levels(*kinds: str, **changes: int) -> list[int]:
    manifest, products = chain(*kinds, **changes)
    return [calib_level(manifest, product) for product in products]


@pytest.mark.parametrize(("kind", "adds"), list(STEP_KINDS.items()))
def test_each_kind_of_step_lifts_to_its_level(kind: str, adds: int) -> None:
    assert levels(kind) == [max(1, adds)]


def test_coordinates_and_format_add_nothing() -> None:
    assert levels("calibration", "coordinates-only", "format-change") == [2, 2, 2]


def test_a_level_never_falls_along_the_chain() -> None:
    assert levels("model-fit", "calibration", "resampling") == [4, 4, 4]


def test_a_product_has_only_the_level_of_its_own_steps() -> None:
    assert levels("calibration", "extraction", "model-fit") == [2, 3, 4]


def test_the_author_s_override_holds_and_is_inherited() -> None:
    assert levels("calibration", "coordinates-only", p1=3) == [3, 3]
    assert levels("model-fit", "coordinates-only", p1=2) == [2, 2]


def test_a_product_no_command_names_comes_from_all_steps() -> None:
    manifest, _ = chain("calibration", "extraction")
    assert steps_of(manifest, ProductFile("other", "other.fits", "fits")) == manifest.steps


def test_products_that_are_derived_from_each_other_end() -> None:
    manifest, (first, second) = chain("calibration", "extraction")
    circle = ProductFile(first.name, first.path, "fits", derived_from=(second.name,))
    ring = Manifest(
        manifest.product, manifest.contributors, manifest.environment, manifest.steps, (circle, second), manifest.tests
    )
    assert [calib_level(ring, p) for p in ring.products] == [3, 3]
