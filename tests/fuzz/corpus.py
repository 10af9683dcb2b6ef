"""The cases that `make test` repeats: one number a line, each another way through the readers."""

from collections.abc import Sequence
from pathlib import Path

KEPT = Path(__file__).with_name("corpus.txt")
MOST = 5000


def read() -> list[int]:
    return [int(line) for line in KEPT.read_text("ascii").split()]


def write(cases: Sequence[int]) -> None:
    KEPT.write_text("\n".join(map(str, cases)) + "\n", encoding="ascii")
