"""How far a reader is in a log: the attempt, and the byte after the last one that arrived."""

import re
from dataclasses import dataclass
from typing import Self

SHAPE = re.compile(r"(\d{1,5})-(\d{1,15})(?:-([0-9a-z]{1,16}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """Written `2-40960`; `reader`, when there is one, tells readers of one run apart when they come again."""

    attempt: int = 0
    offset: int = 0
    reader: str = ""

    @classmethod
    def read(cls, text: str) -> Self | None:
        """None when it is none: a browser may send anything."""
        found = SHAPE.fullmatch(text)
        return cls(int(found[1]), int(found[2]), found[3] or "") if found else None

    def __str__(self) -> str:
        return f"{self.attempt}-{self.offset}" + (f"-{self.reader}" if self.reader else "")
