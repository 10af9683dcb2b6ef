"""Stored numbers and what they stand for: BSCALE and BZERO (FITS 4.0, section 4.4.2.5) twice, or not at all."""

from collections.abc import Iterator

from adp.comparison.causes.cause import ENOUGH
from adp.comparison.causes.pairs import Pairs
from adp.comparison.model import Part


def scalings(pairs: Pairs, product: Part, reference: Part) -> Iterator[str]:
    for part in (reference, product):
        scale, zero, names = _cards(part, pairs.field.name)
        if (scale, zero) == (1.0, 0.0) or scale == 0 or pairs.different < ENOUGH:
            continue
        if pairs.follows(scale * pairs.r + zero):
            yield f"{names} were applied twice"
        elif pairs.follows((pairs.r - zero) / scale):
            yield f"{names} were not applied"


def _cards(part: Part, column: str) -> tuple[float, float, str]:
    found = {card.key: card.value for card in part.cards}
    number = next((k[5:] for k, v in found.items() if k.startswith("TTYPE") and v == column), "") if column else ""
    keys = (f"TSCAL{number}", f"TZERO{number}") if column else ("BSCALE", "BZERO")
    scale, zero = (found.get(k, d) for k, d in zip(keys, (1.0, 0.0), strict=True))
    if not all(isinstance(v, int | float) and not isinstance(v, bool) for v in (scale, zero)):
        return 1.0, 0.0, ""
    return float(scale), float(zero), " and ".join(keys)
