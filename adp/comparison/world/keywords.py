"""Which header cards say where pixels fall (standard 4.0, sections 8 and 9), and which ones are safe to evaluate."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from adp.comparison.model import Card, Part

Value = tuple[Any, ...]
Cards = Mapping[str, Value]  # values by keyword, in order where a keyword repeats (DP1 may)

_AXIS = r"(?:CTYPE|CRVAL|CRPIX|CDELT|CUNIT|PC\d{1,3}_|CD\d{1,3}_|PV\d{1,3}_|PS\d{1,3}_)\d{1,3}"
SOLUTION = re.compile(
    rf"(?:{_AXIS}|LONPOLE|LATPOLE|WCSAXES|RADESYS|EQUINOX|SPECSYS|SSYSOBS|RESTFRQ|RESTWAV)(?P<alternate>[A-Z]?)"
    r"|CROTA\d{1,3}|RADECSYS|RESTFREQ"
    r"|(?:A|B|AP|BP)_(?:ORDER|DMAX|\d_\d)|(?:CPDIS|CQDIS|CPERR|DP|DQ|D2IMDIS|D2IMERR|D2IM)\d|D2IMEXT|AXISCORR"
)
TIME = re.compile(r"TIMESYS|MJDREF[IF]?|JDREF[IF]?|DATEREF|TIMEUNIT|TREFPOS|PLEPHEM")
SCALES = frozenset({"TIME", "UTC", "TAI", "TT", "TDB", "TCB", "TCG", "UT1", "UT", "GPS", "ET", "TDT", "GMT", "LOCAL"})
FRAMES = re.compile(r"RADESYS[A-Z]?|RADECSYS|EQUINOX[A-Z]?")
SPECTRAL = re.compile(r"(?:SPECSYS|SSYSOBS|RESTFRQ|RESTWAV)[A-Z]?|RESTFREQ")
_ALTERNATE = re.compile(r"(?:CTYPE|CRVAL|CRPIX|CDELT|PC\d{1,3}_|CD\d{1,3}_)\d{1,3}(?P<letter>[A-Z]?)")
COEFFICIENT = re.compile(r"(A|B|AP|BP)_(\d)_(\d)")
TEXT = re.compile(
    r"CTYPE|CUNIT|PS\d|RADESYS|RADECSYS|SPECSYS|SSYSOBS|CPDIS|CQDIS|D2IMDIS|TIMESYS|DATEREF|TIMEUNIT|TREFPOS|PLEPHEM"
)
RECORDS = ("DP", "DQ", "D2IM")  # record-valued: a text that holds a keyword and a number
MOST_AXES, MOST_CARDS, HIGHEST_ORDER, LARGEST = 16, 4096, 12, 1e250


def is_world(key: str) -> bool:
    """Whether the card is judged by effect rather than by its text."""
    return bool(SOLUTION.fullmatch(key) or TIME.fullmatch(key))


def world_cards(part: Part, without: Iterable[str] = ()) -> dict[str, Value]:
    """The cards of `part` that are judged by effect, but for those named in `without`."""
    left_out = frozenset(without)
    found: dict[str, Value] = {}
    for card in part.cards:
        if card.key not in left_out and is_world(card.key):
            found[card.key] = (*found.get(card.key, ()), card.value)
    return found


def alternates(cards: Iterable[str]) -> tuple[str, ...]:
    """The letters of the descriptions a header holds, the primary one ("") first."""
    matches = (_ALTERNATE.fullmatch(key) for key in cards)
    return tuple(sorted({m["letter"] for m in matches if m}))


def of_alternate(cards: Cards, letter: str) -> dict[str, Value]:
    """The cards that belong to one description; those without a letter of their own (SIP, CROTA) to the primary one,
    the header's clock to each that has an axis of time."""
    found = {}
    for key, value in cards.items():
        match = SOLUTION.fullmatch(key)
        if match and (match["alternate"] or "") == letter:
            found[key] = value
    return found | ({k: v for k, v in cards.items() if TIME.fullmatch(k)} if has_time(found) else {})


def has_time(cards: Cards) -> bool:
    """Whether an axis counts time."""
    return any(k.startswith("CTYPE") and str(v[0])[:4].rstrip("- ").upper() in SCALES for k, v in cards.items())


def hostile(cards: Cards) -> str:
    """Why these cards must not be handed to a library, in words; "" when they may."""
    if sum(map(len, cards.values())) > MOST_CARDS:
        return f"it has more than {MOST_CARDS} cards"
    said = (_wrong(key, value) for key, values in cards.items() for value in values)
    return next(filter(None, said), "") or _disordered(cards)


def _wrong(key: str, value: Any) -> str:
    """What is wrong with one card by itself."""
    if isinstance(value, int | float) and not abs(value) <= LARGEST:  # NaN is not either
        return f"{key} is no number to count with"
    if (TEXT.match(key) is not None) != isinstance(value, str) and not key.startswith(RECORDS):
        return f"{key} is no {'text' if TEXT.match(key) else 'number'}"
    if key.endswith("_ORDER") and not (isinstance(value, int) and 0 <= value <= HIGHEST_ORDER):
        return f"{key} = {value} is no order of a distortion"
    if max((int(n) for n in re.findall(r"\d+", key) if not key.startswith(("PV", "PS"))), default=0) > MOST_AXES:
        return f"{key} is about more than {MOST_AXES} axes"
    if key.startswith("WCSAXES") and not (isinstance(value, int) and 0 <= value <= MOST_AXES):
        return f"WCSAXES = {value} is out of range"
    return ""


def _disordered(cards: Cards) -> str:
    """Coefficients of a SIP polynomial beyond its order, or without one: wcslib writes past its memory for them."""
    for key in cards:
        found = COEFFICIENT.fullmatch(key)
        if found is None:
            continue
        order = cards.get(f"{found[1]}_ORDER", (-1,))[0]
        if int(found[2]) + int(found[3]) > order:
            return f"{key} has no place in the polynomial"
    return ""


def text_of(cards: Iterable[Card]) -> str:
    """The cards as a FITS header of 80 characters each. Floats keep every digit. Raises ValueError for a card that
    does not fit."""
    lines = [f"{card.key:8}= {_value(card.value)}" for card in cards if card.value is not None]
    long = next((line for line in lines if len(line) > 80), None)  # noqa: PLR2004 (characters of a card)
    if long is not None:
        raise ValueError(f"{long[:8].strip()} is too long")
    return "".join(f"{line:80}" for line in [*lines, "END"])


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return f"{'T' if value else 'F':>20}"
    if isinstance(value, int | float):
        return f"{value!r:>20}".upper()
    if isinstance(value, str):
        return "'{:8}'".format(value.replace("'", "''"))
    raise ValueError(f"{value!r} is no value of a coordinate card")
