"""Strangers' text made visible: what a terminal or a browser would act on is shown instead."""

import os
import re
from collections.abc import Mapping
from typing import Any

from adp.comparison.words.numbers import SUPERSCRIPT

# C0 and C1 controls but newline and tab; the bidirectional controls that let a name read as another one.
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
EXPONENT = re.compile(r"(\b10|(?<!\d)[A-Za-zÅµμ])(?:\^\(?)?([+-]?\d+)\)?")
ANSI = re.compile(r"\x1b\[[0-9;:?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")


def visible(value: Any) -> str:
    """Text with every control character written out as `<U+202E>`."""
    return CONTROLS.sub(lambda found: f"<U+{ord(found[0]):04X}>", "" if value is None else str(value))


def named(path: str | os.PathLike[str]) -> str:
    """A file's name as text that JSON and UTF-8 can hold: bytes that are no UTF-8 are written out as `\\xff`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def unit_words(text: str) -> str:
    """A unit as people write it: `10**-20 erg/s/cm**2/Angstrom` is `10⁻²⁰ erg/s/cm²/Å`."""
    shown = visible(text).replace("**", "^").replace("Angstrom", "Å").replace("angstrom", "Å")
    raised = EXPONENT.sub(lambda found: found[1] + found[2].lstrip("+").translate(SUPERSCRIPT), shown)
    return "10" + raised[2:] if raised.startswith("10^") else raised


def log(value: Any) -> str:
    """A log: colours of a terminal are dropped, carriage returns end a line, everything else is made visible."""
    plain = ANSI.sub("", str(value)).replace("\r\n", "\n").replace("\r", "\n")
    return visible(plain)


def digest(value: Any) -> str:
    """`b41f…09d2` of a long one; the whole belongs in a title."""
    text = str(value or "").removeprefix("sha256:")
    return text if len(text) <= len("b41f…09d2") else f"{text[:4]}…{text[-4:]}"


def place(where: Any) -> str:
    """Where a finding points, in words: "adp.toml line 7, column 1" · "step shift" · "row 3, column flag"."""
    raw: Mapping[str, Any] = where if isinstance(where, Mapping) else where.to_dict() if where else {}
    words = [
        raw.get("file") or "",
        f"line {raw['line']}" if raw.get("line") else "",
        f"step {raw['step']}" if raw.get("step") else "",
        f"HDU {raw['hdu']}" if raw.get("hdu") else "",
        f"row {raw['row']}" if raw.get("row") else "",
        f"column {raw['column']}" if raw.get("column") else "",
        f"pixel ({', '.join(map(str, raw['pixel']))})" if raw.get("pixel") else "",
        f"Python index ({', '.join(map(str, raw['index']))})" if raw.get("index") else "",
        str(raw.get("world") or ""),
    ]
    return visible(", ".join(w for w in words if w))
