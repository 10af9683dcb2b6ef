"""Defects of header cards: what is said about the data, and where it lies on the sky and in time."""
# ruff: noqa: E501 (one row of the table is one line)

from typing import Any

import numpy as np

from tests.defects.products import cube, frame
from tests.defects.rows import Row, plain

LONG = "flat fielded with the twilight flats of three nights, dark subtracted, cosmic rays found by their sharpness"


def cards(name: str = "DATA", gone: str = "", **new: Any) -> Any:
    return plain(lambda base: base.with_cards(name, gone, **new))


def primary(**new: Any) -> Any:
    return plain(lambda base: type(base)(base.parts, {**base.cards, **new}, base.how))


HEADERS = (
    Row("another object", frame, cards("SCI", OBJECT="NGC 4550"), "fits primary", "CARD_VALUE"),
    Row("the object in small letters", cube, cards(OBJECT="udf-mosaic"), "fits tiles", "CARD_VALUE"),
    Row("an exposure of five milliseconds more", frame, cards("SCI", EXPTIME=1200.005), "fits primary", "CARD_VALUE", {"data": {"rel": 1e-5}}),
    Row("the exposure in milliseconds", frame, cards("SCI", EXPTIME=1.2e6), "fits", "CARD_VALUE"),
    Row("the exposure as a string", frame, cards("SCI", EXPTIME="1200"), "fits tiles", "CARD_TYPE"),
    Row("1 for T", frame, cards("SCI", GUIDED=1), "fits primary tiles", "CARD_TYPE"),
    Row("F for T", frame, cards("SCI", GUIDED=False), "fits primary tiles", "CARD_VALUE"),
    Row("the observer is gone", frame, cards("SCI", "OBSERVER"), "fits primary", "CARD_MISSING"),
    Row("a card without a value", frame, cards("SCI", AIRMASS=None), "fits", "CARD_TYPE"),
    Row("a date in float32", frame, cards("SCI", **{"MJD-OBS": float(np.float32(48921.62787))}), "fits", "CARD_VALUE"),
    Row("a card of the instrument", frame, cards("SCI", **{"HIERARCH ESO DET TEMPMEAN": 138.0}), "fits primary", "CARD_VALUE"),
    Row("a card of the primary header", cube, primary(TELESCOP="ESO-VLT-U1"), "fits", "CARD_VALUE"),
    Row("a card beyond its tolerance", frame, cards("SCI", AIRMASS=1.07), "fits", "CARD_VALUE", {"header": {"rel": 1e-4}}),
    Row("a card that must be exact", frame, cards("SCI", AIRMASS=1.0683), "fits", "CARD_VALUE", {"header": {"rel": 1e-3, "exact": ["AIRMASS"]}}),
    Row("a required card is nowhere", frame, cards("SCI"), "fits", "CARD_MISSING", {"header": {"exists": ["PROCSOFT"]}}),
)  # fmt: skip
