"""Lookup tables that a coordinate description points at, out of HDUs this comparison has already parsed itself."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from adp.comparison.model import Part
from adp.comparison.world.keywords import text_of

LARGEST = 1 << 22  # elements of a lookup table
IMAGES = frozenset({"WCSDVARR", "D2IMARR"})
LAYOUT = frozenset({"CRPIX1", "CRPIX2", "CRVAL1", "CRVAL2", "CDELT1", "CDELT2"})


class TooLargeError(ValueError):
    """A lookup table that is not read."""


def needed(cards: Mapping[str, tuple[Any, ...]]) -> bool:
    """Whether the description cannot be evaluated from its header alone."""
    text = [str(v[0]).strip().upper() for k, v in cards.items() if k.startswith(("CPDIS", "CQDIS", "D2IMDIS"))]
    return "LOOKUP" in text or "AXISCORR" in cards or "D2IMEXT" in cards or bool(_tables(cards))


def _tables(cards: Mapping[str, tuple[Any, ...]]) -> set[str]:
    """EXTNAMEs of the tables that -TAB axes are looked up in (PSi_0)."""
    tabular = any(k.startswith("CTYPE") and str(v[0]).rstrip().endswith("-TAB") for k, v in cards.items())
    names = {str(v[0]).strip().upper() for k, v in cards.items() if k.startswith("PS") and k.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").endswith("_0")}  # fmt: skip  # noqa: E501 (one question)
    return names if tabular else set()


def hdulist(cards: Mapping[str, tuple[Any, ...]], parts: Sequence[Part]) -> Any:
    """The tables this description needs as HDUs in memory. Raises TooLargeError, or Unreadable when they end early."""
    from astropy.io import fits  # noqa: PLC0415 (only headers with lookup tables need it)

    made = [fits.PrimaryHDU()]
    wanted = _tables(cards)
    for part in parts:
        if part.kind == "image" and part.name in IMAGES:
            made.append(_image(fits, part))
        elif part.kind == "table" and part.name in wanted:
            made.append(_table(fits, part))
    return fits.HDUList(made)


def _image(fits: Any, part: Part) -> Any:
    if part.rows > LARGEST:
        raise TooLargeError(f"its lookup table {part.label} has {part.rows} elements")
    data = part.source.read(slice(0, part.rows))("").data.astype(np.float32).reshape(part.shape)
    text = text_of([c for c in part.cards if c.key in LAYOUT])
    return fits.ImageHDU(data, fits.Header.fromstring(text), name=part.name, ver=part.version)


def _table(fits: Any, part: Part) -> Any:
    fields = [f for f in part.fields if f.kind in {"int", "float"} and not f.ragged]
    if part.rows * sum(max(1, f.per_row) for f in fields) > LARGEST:
        raise TooLargeError(f"its lookup table {part.label} has more than {LARGEST} elements")
    get = part.source.read(slice(0, part.rows))
    columns = []
    for field in fields:
        data = get(field.name).data.astype(np.float64).reshape(part.rows, -1)
        cell = "(" + ",".join(str(n) for n in reversed(field.cell)) + ")" if len(field.cell) > 1 else None
        columns.append(fits.Column(field.name, f"{data.shape[1]}D", dim=cell, array=data))
    return fits.BinTableHDU.from_columns(columns, name=part.name, ver=part.version)
