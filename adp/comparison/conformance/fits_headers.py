"""FITS headers against the standard (4.0): order, duplicates, characters, table keywords, fill; and astropy's word."""

import os
import re
import warnings
from collections import Counter
from collections.abc import Iterator
from typing import Any

from adp.comparison.conformance.remark import Remark
from adp.comparison.formats.fits_cards import CARD
from adp.comparison.formats.fits_file import Hdu, hdus
from adp.comparison.formats.limits import ReadLimits
from adp.comparison.model import Problem

KEY = re.compile(rb"[A-Z0-9_-]* *")
COMMENTARY = frozenset({"COMMENT", "HISTORY", "", "CONTINUE", "HIERARCH"})
DISPLAY = re.compile(r"A\d*|[IBOZ]\d+(?:\.\d+)?|F\d+\.\d+|(?:E[NS]?|G|D)\d+\.\d+(?:E\d+)?|L\d+")
INTEGERS = frozenset("BIJK")
OLD = {"EPOCH": "EQUINOX", "BLOCKED": ""}
WITHOUT = re.compile(r"TFORM\d+|TTYPE\d+|TDISP\d+|TNULL\d+")
CARDS = 4000  # of one header that astropy is asked about


def remarks(descriptor: int, limits: ReadLimits) -> Iterator[Remark]:
    for found in hdus(descriptor, os.fstat(descriptor).st_size, limits):
        if isinstance(found, Problem):
            return
        raw = os.pread(descriptor, found.at - found.start, found.start)
        for remark in (*_order(found), *_cards(found, raw), *_table(found), *_fill(descriptor, found, raw)):
            yield remark._replace(hdu=found.label)
        yield from (r._replace(hdu=found.label) for r in _astropy(raw))


def _order(hdu: Hdu) -> Iterator[Remark]:
    """Mandatory keywords and their order (4.4.1)."""
    number = hdu.count("NAXIS")
    wanted = ["XTENSION" if hdu.index else "SIMPLE", "BITPIX", "NAXIS", *(f"NAXIS{i}" for i in range(1, number + 1))]
    wanted += ["PCOUNT", "GCOUNT"] if hdu.index else []
    wanted += ["TFIELDS"] if hdu.extension in {"TABLE", "BINTABLE"} else []
    keys = [c.key for c in hdu.cards]
    absent = [key for key in wanted if key not in keys]
    if absent:
        yield Remark(f"the mandatory {', '.join(absent)} is missing", breaks=True)
    elif keys[: len(wanted)] != wanted:
        yield Remark(f"the mandatory keywords do not stand in the order {', '.join(wanted[:6])} …", breaks=True)


def _cards(hdu: Hdu, raw: bytes) -> Iterator[Remark]:
    counts = Counter(c.key for c in hdu.cards if c.key not in COMMENTARY)
    twice = [key for key, count in counts.items() if count > 1 and len(key) <= 8]  # noqa: PLR2004 (longer: HIERARCH)
    if twice:
        yield Remark(f"there is more than one card {', '.join(twice[:10])}{' …' if len(twice) > 10 else ''}")  # noqa: PLR2004
    for start in range(0, len(raw), CARD):
        if not KEY.fullmatch(raw[start : start + 8]):
            shown = raw[start : start + 8].decode("ascii", "replace")
            yield Remark(f"card {start // CARD + 1}: '{shown}' is no keyword of capital letters, digits, - and _")
    for key, new in OLD.items():
        if key in hdu.header:
            yield Remark(f"{key} is deprecated{f'; {new} says it now' if new else ''}")
    if "BLANK" in hdu.header and hdu.item and int(hdu.header["BITPIX"]) < 0:
        yield Remark("BLANK has no meaning for floating-point data, whose missing values are NaN")


def _table(hdu: Hdu) -> Iterator[Remark]:
    """Keywords of columns (7.2, 7.3)."""
    if hdu.extension not in {"TABLE", "BINTABLE"} or hdu.header.get("ZIMAGE") is True:
        return
    fields = hdu.count("TFIELDS", 0, most=999)
    for number in range(1, fields + 1):
        get = {key: hdu.header.get(f"{key}{number}") for key in ("TFORM", "TTYPE", "TDISP", "TNULL")}
        if not isinstance(get["TTYPE"], str) or not get["TTYPE"].strip():
            yield Remark(f"column {number} has no name (TTYPE{number})")
        if isinstance(get["TDISP"], str) and not DISPLAY.fullmatch(get["TDISP"].strip()):
            yield Remark(f"TDISP{number} = '{get['TDISP']}' is no display format")
        yield from _null(hdu, number, get)
    for card in hdu.cards:
        if WITHOUT.fullmatch(card.key) and int(card.key[5:]) > fields:
            yield Remark(f"{card.key} is about a column that is not there")


def _null(hdu: Hdu, number: int, get: dict[str, Any]) -> Iterator[Remark]:
    if get["TNULL"] is None or hdu.extension == "TABLE":
        return
    code = str(get["TFORM"] or "").strip().upper().lstrip("0123456789")
    inner = code[1:2] if code[:1] in {"P", "Q"} else code[:1]
    if inner not in INTEGERS:
        yield Remark(f"TNULL{number} stands at a column of the type {get['TFORM']}, which holds no integers")
    elif isinstance(get["TNULL"], bool) or not isinstance(get["TNULL"], int):
        yield Remark(f"TNULL{number} = {get['TNULL']!r} is no integer", breaks=True)


def _fill(descriptor: int, hdu: Hdu, raw: bytes) -> Iterator[Remark]:
    """What stands behind END and behind the data (3.3.2, 4.1)."""
    ends = [i for i in range(0, len(raw), CARD) if raw[i : i + CARD].rstrip() == b"END"]
    if ends and raw[ends[0] + CARD :].strip(b" "):
        yield Remark("the header's last block is not filled with blanks behind END")
    fill = b" " if hdu.extension == "TABLE" else b"\0"
    rest = os.pread(descriptor, hdu.padded - hdu.size, hdu.at + hdu.size)
    if rest.strip(fill):
        yield Remark(f"the data are not filled with {'blanks' if fill == b' ' else 'zeros'} to the end of their block")


def _astropy(raw: bytes) -> Iterator[Remark]:
    """Cards that astropy would write otherwise."""
    from astropy.io import fits  # noqa: PLC0415 (a second to import)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for start in range(0, min(len(raw), CARDS * CARD), CARD):
            image = raw[start : start + CARD]
            if image[:8].decode("ascii", "replace").rstrip() in {*COMMENTARY, "END"}:
                continue
            card = fits.Card.fromstring(image)
            try:
                card.verify("exception")
            except Exception as error:  # noqa: BLE001 (the verifier is fed by strangers; what it raises is about the card)
                said = [line.strip() for line in str(error).splitlines() if line.strip().startswith("Card ")]
                yield Remark(f"astropy: {said[0][:200] if said else 'a card is not standard'}")
