"""Headers made of whatever cards there are: judged or compared as cards, never raising, never for long."""

from time import monotonic

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from adp.comparison.model import Card, Part
from adp.comparison.spec.terms import HeaderRule
from adp.comparison.world.judge import compare_world
from adp.comparison.world.place import world_of
from tests.adp.comparison.world import skies

BASES = [skies.TAN, skies.CUBE, skies.SIP, skies.TPV, skies.TIME, skies.AITOFF, skies.WAVES, skies.pc(skies.TAN)]
KEYS = sorted({k for b in BASES for k in b} | {
    "WCSAXES", "LONPOLE", "LATPOLE", "EQUINOX", "SPECSYS", "RESTFRQ", "PV2_1", "PV1_99", "PS1_0", "CPDIS1", "DP1",
    "A_0_2", "AP_ORDER", "CRPIX9", "CD9_9", "PC0_0", "CTYPE1A", "CRVAL1A", "CUNIT3", "D2IMDIS1", "CROTA2",
})  # fmt: skip
TYPES = ["RA---TAN", "DEC--TAN", "GLON-CAR", "RA---HPX", "DEC--HPX", "RA---TAB", "FREQ", "AWAV-LOG", "WAVE-F2W", "VOPT",
         "TIME", "UTC", "STOKES", "", "deg", "Angstrom", "m/s", "LOOKUP", "EXTVER: 1"]  # fmt: skip
NUMBERS = [0, 1, -1, 9, 12, 999, 2**31, 2**62, 10**400, True, None, float("inf"), 90.0, -90.0]
VALUES = st.one_of(
    st.sampled_from(TYPES), st.sampled_from(NUMBERS),
    st.floats(-400, 400), st.floats(allow_nan=True),
)  # fmt: skip
SHAPES = [(30, 40), (20, 30, 40), (300,), (1,), (2,) * 5, (10**9, 10**9), (4,) * 14]
PATIENCE = 10.0  # seconds


class Nothing:
    def read(self, rows):
        raise KeyError(rows)


def part(cards, shape):
    held = tuple(Card(k, v) for k, v in cards.items())
    return Part("image", 0, Nothing(), name="SCI", shape=shape, rows=int(np.prod(shape, dtype=object)), cards=held)


@settings(max_examples=150, deadline=None)
@given(
    base=st.sampled_from(BASES), mine=st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4),
    theirs=st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=2), shape=st.sampled_from(SHAPES),
)  # fmt: skip
def test_any_cards_are_judged_or_compared_as_cards(base, mine, theirs, shape):
    product, reference = part(base | mine, shape), part(base | theirs, shape)
    start = monotonic()

    found = compare_world(product, reference, HeaderRule(), None, ((product,), (reference,)))
    world_of(product, (0,) * len(shape))

    assert all(f.message for f in found.findings)
    assert monotonic() - start < PATIENCE
