"""Coordinate descriptions of images, and the same ones written another way."""

from typing import Any

import numpy as np
from astropy.io import fits

Cards = dict[str, Any]
SIZE = (40, 30)  # NAXIS1, NAXIS2
SCALE, TURN = 0.2 / 3600, np.radians(30)
TAN: Cards = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 53.1631, "CRVAL2": -27.8245, "CRPIX1": 20.5, "CRPIX2": 15.5,
    "CUNIT1": "deg", "CUNIT2": "deg", "CD1_1": -SCALE * np.cos(TURN), "CD1_2": SCALE * np.sin(TURN),
    "CD2_1": SCALE * np.sin(TURN), "CD2_2": SCALE * np.cos(TURN), "RADESYS": "ICRS",
}  # fmt: skip
WAVES: Cards = {"CTYPE1": "WAVE", "CRVAL1": 4750.0, "CRPIX1": 1.0, "CDELT1": 1.25, "CUNIT1": "Angstrom"}
CUBE: Cards = TAN | {"CTYPE3": "AWAV", "CRVAL3": 4750.0, "CRPIX3": 1.0, "CD3_3": 1.25, "CUNIT3": "Angstrom"}
SIP: Cards = TAN | {
    "CTYPE1": "RA---TAN-SIP", "CTYPE2": "DEC--TAN-SIP", "A_ORDER": 2, "B_ORDER": 2,
    "A_2_0": 1e-5, "A_1_1": -2e-6, "B_0_2": 3e-5, "B_1_1": 1e-6,
}  # fmt: skip
TPV: Cards = TAN | {
    "CTYPE1": "RA---TPV", "CTYPE2": "DEC--TPV", "PV1_0": 0.0, "PV1_1": 1.0, "PV1_4": 1e-3, "PV2_0": 0.0, "PV2_1": 1.0,
    "PV2_4": 2e-3,
}  # fmt: skip
TIME: Cards = {"CTYPE1": "TIME", "CRVAL1": 0.0, "CRPIX1": 1.0, "CDELT1": 10.0, "CUNIT1": "s", "TIMESYS": "UTC",
               "MJDREFI": 57754, "MJDREFF": 0.25}  # fmt: skip
AITOFF: Cards = {"CTYPE1": "GLON-AIT", "CTYPE2": "GLAT-AIT", "CRVAL1": 0.0, "CRVAL2": 0.0, "CRPIX1": 20.5,
                 "CRPIX2": 15.5, "CDELT1": -9.0, "CDELT2": 9.0}  # fmt: skip


def without(cards: Cards, *keys: str) -> Cards:
    return {k: v for k, v in cards.items() if k not in keys}


def pc(cards: Cards) -> Cards:
    """CD as PC and CDELT."""
    plain = without(cards, "CD1_1", "CD1_2", "CD2_1", "CD2_2")
    steps = {"CDELT1": -SCALE, "CDELT2": SCALE}
    return plain | steps | {f"PC{i}_{j}": cards[f"CD{i}_{j}"] / steps[f"CDELT{i}"] for i in (1, 2) for j in (1, 2)}


def crota(cards: Cards) -> Cards:
    """CD as CDELT and CROTA2 (standard 4.0, section 8.1)."""
    plain = without(cards, "CD1_1", "CD1_2", "CD2_1", "CD2_2")
    return plain | {"CDELT1": -SCALE, "CDELT2": SCALE, "CROTA2": float(np.degrees(-TURN))}


def moved_reference(cards: Cards, dx: float = 7.0, dy: float = -4.0) -> Cards:
    """Another CRPIX with the CRVAL that belongs to it; exact only where the projection is the same plane (TAN is not),
    hence for linear axes."""
    return cards | {"CRPIX1": cards["CRPIX1"] + dx, "CRVAL1": cards["CRVAL1"] + dx * cards["CDELT1"]}


def in_arcsec(cards: Cards) -> Cards:
    scaled = {k: cards[k] * 3600 for k in cards if k.startswith(("CD", "CRVAL")) and not k.endswith("3")}
    return cards | scaled | {"CUNIT1": "arcsec", "CUNIT2": "arcsec"}


def in_unit(cards: Cards, unit: str, size: float, axis: int = 1) -> Cards:
    keys = [k for k in (f"CRVAL{axis}", f"CDELT{axis}", f"CD{axis}_{axis}") if k in cards]
    return cards | {k: cards[k] * size for k in keys} | {f"CUNIT{axis}": unit}


def image(cards: Cards, sizes: tuple[int, ...] = SIZE) -> fits.ImageHDU:
    hdu = fits.ImageHDU(np.zeros(tuple(reversed(sizes)), dtype="f4"), name="SCI")
    for key, value in cards.items():
        hdu.header[key] = value
    return hdu
