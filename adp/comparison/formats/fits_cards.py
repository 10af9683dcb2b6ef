"""FITS header cards (standard 4.0, section 4) out of raw bytes, by our own hand: bounded, and nothing is evaluated."""

import re
from collections.abc import Iterator
from typing import Any

from adp.comparison.formats.limits import Unreadable
from adp.comparison.model import Card

BLOCK, CARD = 2880, 80
PRINTABLE = re.compile(rb"[\x20-\x7e]*")
STRING = re.compile(r"\s*'((?:[^']|'')*)'\s*(?:/.*)?")
INTEGER = re.compile(r"[+-]?[0-9]{1,400}")
REAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[EeDd][+-]?[0-9]+)?")
COMPLEX = re.compile(r"\(\s*([^,\s]+)\s*,\s*([^)\s]+)\s*\)")
TEXT_KEYS = ("COMMENT", "HISTORY", "")
STRUCTURAL = re.compile(
    r"SIMPLE|XTENSION|BITPIX|NAXIS\d*|EXTEND|PCOUNT|GCOUNT|GROUPS|TFIELDS|THEAP|BSCALE|BZERO|BLANK|BUNIT|NEXTEND"
    r"|EXTNAME|EXTVER|EXTLEVEL|T(?:FORM|TYPE|UNIT|BCOL|DIM|NULL|SCAL|ZERO|DISP)\d+"
    r"|Z(?:IMAGE|TABLE|SIMPLE|EXTEND|TENSION|BITPIX|NAXIS\d*|PCOUNT|GCOUNT|CMPTYPE|TILE\d+|NAME\d+|VAL\d+|MASKCMP"
    r"|QUANTIZ|DITHER0|BLANK|SCALE|ZERO|HECKSUM|DATASUM|FORM\d+|CTYP\d+|TILELEN)"
)


def cards(block: bytes) -> Iterator[Card]:
    """The cards before END. Raises Unreadable for bytes a header must not hold."""
    pending: Card | None = None
    for start in range(0, len(block), CARD):
        raw = block[start : start + CARD]
        if not PRINTABLE.fullmatch(raw):
            raise Unreadable(f"header card {start // CARD + 1} holds bytes that are not printable ASCII")
        text = raw.decode("ascii")
        key = text[:8].rstrip()
        if key == "END":
            break
        if key == "CONTINUE" and pending is not None and isinstance(pending.value, str):
            pending = Card(pending.key, pending.value.removesuffix("&") + (_string(text[8:]) or ""))
            continue
        if pending is not None:
            yield pending
        pending = _card(key, text)
    if pending is not None:
        yield pending


def _card(key: str, text: str) -> Card:
    if key == "HIERARCH" and "=" in text:
        name, _, rest = text[8:].partition("=")
        return Card(name.strip().upper(), value(rest))
    if key in TEXT_KEYS or text[8:10] != "= ":
        return Card(key, text[8:].rstrip())
    return Card(key, value(text[10:]))


def value(text: str) -> Any:
    """bool, int, float, complex, str, or None when the card says nothing; text that is no FITS value stays text."""
    if (string := _string(text)) is not None:
        return string
    bare = text.partition("/")[0].strip()
    if bare in {"T", "F"}:
        return bare == "T"
    if INTEGER.fullmatch(bare):
        return int(bare)
    if REAL.fullmatch(bare):
        return _real(bare)
    pair = COMPLEX.fullmatch(bare)
    if pair and REAL.fullmatch(pair[1]) and REAL.fullmatch(pair[2]):
        return complex(_real(pair[1]), _real(pair[2]))
    return bare or None


def _string(text: str) -> str | None:
    found = STRING.fullmatch(text)
    return found[1].replace("''", "'").rstrip() if found else None


def _real(text: str) -> float:
    return float(text.upper().replace("D", "E"))
