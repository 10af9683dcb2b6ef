"""ObsCore calib_level of a product, from the kinds of the steps it went through. DESIGN §3."""

from adp.manifest.model import Manifest, ProductFile, Step
from adp.manifest.placeholders import names
from adp.manifest.words import STEP_KINDS

INSTRUMENTAL = 1  # ObsCore: instrumental data in a standard format, which every product format is
BELOW_OUT = "{out}/"


def calib_level(manifest: Manifest, product: ProductFile) -> int:
    """The author's override; else the highest of its steps and of all the products it is derived from."""
    products = {p.name: p for p in manifest.products}
    makers = _makers(manifest)
    highest, waiting, seen = INSTRUMENTAL, [product], {product.name}
    if product.calib_level is not None:
        return product.calib_level
    while waiting:
        here = waiting.pop()
        if here.calib_level is not None:
            highest = max(highest, here.calib_level)
            continue
        steps = _steps(manifest, here, makers)
        highest = max(highest, *(STEP_KINDS[s.kind] for s in steps))
        above = [n for n in here.derived_from if n in products and n not in seen]
        seen.update(above)
        waiting += [products[n] for n in above]
    return highest


def steps_of(manifest: Manifest, product: ProductFile) -> tuple[Step, ...]:
    """The first step whose command names the product; every step where none does."""
    return _steps(manifest, product, _makers(manifest))


def _steps(manifest: Manifest, product: ProductFile, makers: dict[str, Step]) -> tuple[Step, ...]:
    found = [makers[m] for m in (product.name, BELOW_OUT + product.path) if m in makers]
    return (min(found, key=manifest.steps.index),) if found else manifest.steps


def _makers(manifest: Manifest) -> dict[str, Step]:
    """The first step that mentions a {name} or a {out}/path."""
    found: dict[str, Step] = {}
    for step in manifest.steps:
        for word in step.run:
            for name in names(word):
                found.setdefault(name, step)
            if BELOW_OUT in word:
                found.setdefault(word[word.index(BELOW_OUT) :], step)
    return found
