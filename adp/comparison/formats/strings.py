"""Strings of any length as one array: a few long ones among many short ones must not cost the longest for each."""

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np

from adp.comparison.model import Array

LONG, HEAD = 160, 64


def cell(text: str) -> str:
    """The text itself, or the beginning of a long one and its sha256: equal exactly when the texts are."""
    if len(text) <= LONG or len(text := text.rstrip()) <= LONG:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{text[:HEAD]}… sha256:{digest}"


def texts(cells: Iterable[Any]) -> Array:
    """One str per cell; None is the empty string, bytes are read as UTF-8 and, where they are none, as Latin-1."""
    found = [cell(_text(c)) for c in cells]
    return np.array(found, dtype=np.str_) if found else np.zeros(0, "U1")


def fixed(data: Array) -> Array:
    """`data` itself, or an array of objects as strings of one width."""
    return texts(data.tolist()) if data.dtype.kind == "O" else data


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return value.decode("latin-1")
    return str(value)
