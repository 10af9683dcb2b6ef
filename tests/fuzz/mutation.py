"""How a good file becomes a bad one: bytes, FITS cards, words of XML and YAML; all decided by the case's number."""

import random
import re
from collections.abc import Callable, Sequence

from tests.fuzz.seeds import seeds

Mutate = Callable[[random.Random, bytes], bytes]
NUMBERS = (
    0,
    1,
    -1,
    2,
    7,
    8,
    127,
    128,
    255,
    256,
    32767,
    65535,
    65536,
    2**31 - 1,
    2**31,
    2**32,
    2**53,
    2**62,
    2**63,
    2**64,
    10**30,
)
WORDS = (
    b"NaN",
    b"inf",
    b"-1e999",
    b"",
    b"\0",
    b"'",
    b'"',
    b"\xff\xfe",
    b"*",
    b"null",
    b"[[",
    b"]]",
    b"{",
    b"&lt;",
    b"<!--",
    b"&id001 ",
    b"*id001",
    b"!!python/none ",
    b"../../x",
    b"T",
    b"F",
    b"1D5",
    b"999PE(9)",
    b"(9,9,9)",
)
FORMS = (
    b"1PE(9)",
    b"0X",
    b"9X",
    b"3A",
    b"D",
    b"999999999E",
    b"1QD(1)",
    b"1PA(3)",
    b"1PX(3)",
    b"M",
    b"L",
    b"",
    b"I6",
    b"Z",
)
KEYS = re.compile(
    rb"^(NAXIS\d?|BITPIX|PCOUNT|GCOUNT|TFIELDS|THEAP|ZNAXIS\d|ZTILE\d|TBCOL\d|BLANK|TNULL\d|BZERO|BSCALE|TZERO\d|ZBITPIX|ZVAL\d)"
)
NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
WORD = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*")
CARD, BLOCK, SMALL = 80, 2880, 64


def flip(rng: random.Random, data: bytes) -> bytes:
    found = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8))):
        at = rng.randrange(len(found))
        found[at] = rng.choice((found[at] ^ (1 << rng.randrange(8)), 0, 255, rng.randrange(256)))
    return bytes(found)


def number(rng: random.Random, data: bytes) -> bytes:
    """A binary number of some width and order."""
    width = rng.choice((1, 2, 4, 8))
    value = rng.choice(NUMBERS) % (1 << (8 * width))
    at = rng.randrange(len(data))
    return data[:at] + value.to_bytes(width, rng.choice(("big", "little"))) + data[at + width :]


def cut(rng: random.Random, data: bytes) -> bytes:
    return data[: rng.randrange(len(data))]


def drop(rng: random.Random, data: bytes) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + data[at + rng.choice((1, 2, SMALL, CARD, BLOCK)) :]


def double(rng: random.Random, data: bytes) -> bytes:
    at = rng.randrange(len(data))
    piece = data[at : at + rng.choice((1, 8, SMALL, CARD, BLOCK))]
    return data[:at] + piece * rng.choice((2, 3, 50)) + data[at:]


def splice(rng: random.Random, data: bytes) -> bytes:
    other = rng.choice(list(seeds().values()))
    at, there = rng.randrange(len(data)), rng.randrange(len(other))
    return data[:at] + other[there : there + rng.choice((8, SMALL, BLOCK))] + data[at + rng.choice((0, SMALL)) :]


def insert(rng: random.Random, data: bytes) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + rng.choice(WORDS) + data[at:]


def card(rng: random.Random, data: bytes) -> bytes:
    """A structural card says another number, or a TFORM another type."""
    starts = [i for i in range(0, len(data) - CARD, CARD) if KEYS.match(data[i : i + 8]) or data[i : i + 5] == b"TFORM"]
    if not starts:
        return flip(rng, data)
    at = rng.choice(starts)
    key = data[at : at + 8]
    text = (
        f"{rng.choice(NUMBERS):>20}".encode()
        if not key.startswith(b"TFORM")
        else b"'" + rng.choice(FORMS).ljust(8) + b"'"
    )
    return data[:at] + (key + b"= " + text).ljust(CARD)[:CARD] + data[at + CARD :]


def cards(rng: random.Random, data: bytes) -> bytes:
    """Two cards change places, or one is there twice, or not at all."""
    count = min(len(data), 2 * BLOCK) // CARD
    if count < 3:
        return flip(rng, data)
    one, two = (rng.randrange(count) * CARD for _ in range(2))
    first, second = data[one : one + CARD], data[two : two + CARD]
    way = rng.randrange(3)
    found = bytearray(data)
    found[one : one + CARD] = second if way != 1 else first
    found[two : two + CARD] = first if way != 2 else b" " * CARD
    return bytes(found)


def _replaced(rng: random.Random, data: bytes, pattern: re.Pattern[bytes], by: bytes) -> bytes:
    found = list(pattern.finditer(data))
    if not found:
        return insert(rng, data)
    at = rng.choice(found)
    return data[: at.start()] + by + data[at.end() :]


def text_number(rng: random.Random, data: bytes) -> bytes:
    return _replaced(rng, data, NUMBER, rng.choice((str(rng.choice(NUMBERS)).encode(), *WORDS)))


def word(rng: random.Random, data: bytes) -> bytes:
    """A name, tag or attribute becomes another one of the same file, or something else."""
    words = WORD.findall(data) or [b"x"]
    return _replaced(rng, data, WORD, rng.choice((rng.choice(words), rng.choice(words), rng.choice(WORDS))))


def nest(rng: random.Random, data: bytes) -> bytes:
    opening, closing = rng.choice(((b"<GROUP>", b"</GROUP>"), (b"[", b"]"), (b"{a: ", b"}"), (b'"', b'"')))
    at, deep = rng.randrange(len(data)), rng.choice((1, 9, 200))
    return data[:at] + opening * deep + closing * rng.choice((0, deep)) + data[at:]


BYTES: tuple[Mutate, ...] = (flip, flip, number, cut, drop, double, splice)
FITS: tuple[Mutate, ...] = (card, card, card, cards, flip, number, cut, drop, splice, insert)
TEXT: tuple[Mutate, ...] = (text_number, text_number, word, word, insert, nest, flip, cut, drop, double, splice)
BY_FORMAT: dict[str, tuple[Mutate, ...]] = {
    "fits": FITS,
    "ecsv": TEXT,
    "csv": TEXT,
    "votable": TEXT,
    "asdf": (*TEXT, *BYTES),
}


def case(count: int) -> tuple[str, bytes]:
    """The name of the seed and the bytes of a case; the same for ever."""
    rng = random.Random(count)
    names: Sequence[str] = list(seeds())
    name = names[count % len(names)]
    data = seeds()[name]
    for _ in range(rng.choice((1, 1, 1, 2, 3, 5))):
        if data:
            data = rng.choice(BY_FORMAT.get(name.split()[0], BYTES))(rng, data)
    return name, data
