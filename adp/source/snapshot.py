"""One commit of a proposal, written out as inert files."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`path` holds regular files only (and links that stay inside); `tree` is the git tree id of exactly these files;
    `commit` is None for a tree snapshot of a folder that is no repository root; `committed_at` is a Unix time (0 for
    a tree snapshot); `tag` is the tag that was asked for, if a tag was; `dirty` when the work tree differs."""

    path: Path
    tree: str
    commit: str | None = None
    committed_at: int = 0
    url: str = ""
    ref: str = ""
    tag: str | None = None
    dirty: bool = False
