"""How much a stranger's repository may cost us before we say no."""

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes and seconds. `seconds` holds for a whole fetch, not for one git command; `file_bytes` is the largest file
    git may write (so the largest pack), `memory` its address space; the rest is about the tree of the one commit."""

    seconds: float = 90.0
    stall_seconds: int = 20
    memory: int = 384 * MIB
    file_bytes: int = 64 * MIB
    tree_bytes: int = 64 * MIB
    entries: int = 20_000
    path_bytes: int = 512
    depth: int = 32
    listing_bytes: int = 8 * MIB


DEFAULT = Limits()
