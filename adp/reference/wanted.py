"""What is agreed about a file before anybody fetches it, and how much a fetch may cost."""

from dataclasses import dataclass

GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Wanted:
    """`name` as the manifest calls it. `size` in bytes; None where the manifest does not say. Without `url` only an
    operator can bring it."""

    name: str
    sha256: str
    url: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bytes, seconds, bytes per second. `largest` is for a file whose size nobody said; a fetch may take
    `start + size / slowest` in all, and ends when less than `trickle` came in `stall` seconds."""

    largest: int = 10 * GIB
    start: float = 120.0
    slowest: float = 1 << 20
    stall: float = 20.0
    trickle: int = 20_000
    redirects: int = 5
    tries: int = 5
    pause: float = 1.0

    def most(self, wanted: Wanted) -> int:
        return self.largest if wanted.size is None else wanted.size

    def seconds(self, wanted: Wanted) -> float:
        return self.start + self.most(wanted) / self.slowest


BOUNDS = Bounds()
