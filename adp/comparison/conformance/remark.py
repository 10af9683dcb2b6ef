"""One sentence about one rule of a standard that a file breaks."""

from typing import NamedTuple


class Remark(NamedTuple):
    """`breaks`: whether it keeps other readers from reading the file, or changes what they read."""

    message: str
    breaks: bool = False
    hdu: str | None = None
