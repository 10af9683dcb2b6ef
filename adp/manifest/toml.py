"""TOML from a stranger: bounded in size and depth before anything interprets it; every failure has a place."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from adp.manifest import positions
from adp.manifest.fault import Path
from adp.manifest.positions import Place, Positions

LIMIT = 256 << 10
PLACED = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
REPEATED = re.compile("overwrite|twice|declare|redefine|mutate")
LONG_NUMBER = re.compile(rb"[0-9_]{1000,}")
MOST_BITS = 4096  # of an integer: Python reads any in hexadecimal, and cannot write what is much longer
# tomllib is quadratic in the parts of one dotted key, in time and memory: 2**17 of them end the process.
PART = rb"""(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+"""
LONG_KEY = re.compile(rb"(?<![A-Za-z0-9_-])(?:%b){33}" % PART)


class TomlError(ValueError):
    """It cannot be read, and here is where."""

    def __init__(self, code: str, message: str, place: Place, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.place, self.hint = code, place, hint


@dataclass(frozen=True, slots=True)
class Document:
    values: dict[str, Any]
    positions: Positions


def read(text: bytes) -> Document:
    """Raises TomlError, and nothing else, whatever `text` is."""
    decoded = _decode(text)
    tree = positions.parse(text)
    _guard(text, positions.too_deep(tree))
    try:
        values = tomllib.loads(decoded)
    except tomllib.TOMLDecodeError as e:
        raise _syntax(text, str(e)) from e
    except RecursionError as e:
        raise _deep(Place()) from e
    except ValueError as e:  # Python refuses integers of thousands of digits
        raise _syntax(text, "a number has too many digits", LONG_NUMBER.search(text)) from e
    found = positions.read(text, tree)
    for path, value in _leaves(values):
        if isinstance(value, int) and value.bit_length() > MOST_BITS:
            place = found.value(path)
            raise TomlError("SYNTAX", "a number has too many digits", place, "64 bits are as many as TOML promises")
    return Document(values, found)


def _leaves(values: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    """Everything that is no table and no list; without recursion."""
    waiting: list[tuple[Path, Any]] = [((), values)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [((*path, k), v) for k, v in value.items()]
        elif isinstance(value, list):
            waiting += [((*path, i), v) for i, v in enumerate(value)]
        else:
            yield path, value


def _decode(text: bytes) -> str:
    if len(text) > LIMIT:
        message = f"the file has more than {LIMIT >> 10} KiB"
        raise TomlError(
            "TOO_LARGE", message, Place(), "keep data and long prose in files of their own and name them here"
        )
    if b"\0" in text:
        place = positions.place_at(text, text.index(b"\0"))
        raise TomlError("ENCODING", "there is a NUL byte", place, "save the file as plain UTF-8 text")
    if text.startswith(b"\xef\xbb\xbf"):
        raise TomlError("ENCODING", "there is a byte order mark", Place(), "save the file as UTF-8 without a mark")
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as e:
        place = positions.place_at(text, e.start)
        raise TomlError("ENCODING", "this is not UTF-8", place, "save the file as plain UTF-8 text") from e


def _guard(text: bytes, deep: Any) -> None:
    if deep is not None:
        raise _deep(positions.place_at(text, deep.start_byte))
    long_key = LONG_KEY.search(text)
    if long_key is not None:
        raise _deep(positions.place_at(text, long_key.start()))


def _deep(place: Place) -> TomlError:
    return TomlError(
        "TOO_DEEP", "tables and lists are nested too deep here", place, "no ADP needs more than four levels"
    )


def _syntax(text: bytes, message: str, match: re.Match[bytes] | None = None) -> TomlError:
    found = PLACED.search(message)
    if match is not None:
        place = positions.place_at(text, match.start())
    elif found is not None and found[1]:
        place = _start(text, Place(int(found[1]), int(found[2])), message)
    else:
        place = positions.place_at(text, len(text))
    said = PLACED.sub("", message)
    return TomlError("SYNTAX", f"this is not TOML: {said[:1].lower()}{said[1:]}", place, _advice(said))


def _start(text: bytes, place: Place, message: str) -> Place:
    """tomllib notices a repeated key behind its value; a person wants the line's beginning."""
    if not REPEATED.search(message):
        return place
    line = text.split(b"\n")[place.line - 1].decode("utf-8", "replace")
    return Place(place.line, len(line) - len(line.lstrip()) + 1)


def _advice(said: str) -> str:
    if "Invalid value" in said:
        return "text needs quotes; true and false are written in lower case"
    if REPEATED.search(said):
        return "a key or table may stand only once; a table that repeats has double brackets, [[steps]]"
    return "see https://toml.io for the grammar"
