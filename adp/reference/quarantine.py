"""What came and was not what was agreed: kept apart for a person to look at, within bounds, never used."""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from adp.environment.place import remove
from adp.reference.wanted import GIB

KEPT = 4 * GIB
RECORDS = 200
FILE, ABOUT = "data", "about.json"


@dataclass(frozen=True, slots=True)
class Suspect:
    """`sha256` was wanted, `found` came. `size` counts the bytes that came, kept or not."""

    sha256: str
    found: str
    size: int
    why: str
    url: str = ""
    at: float = 0.0


class Quarantine:
    def __init__(self, folder: Path, kept: int = KEPT) -> None:
        self.folder, self.kept = folder, kept

    def put(self, file: Path, *, sha256: str, found: str, why: str, url: str = "") -> Suspect:
        """Moves `file` here. A larger one than may be kept at all is only recorded; the oldest make place."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        suspect = Suspect(sha256, found, file.stat().st_size, why, url, time.time())
        entry = self.folder / f"{time.time_ns()}-{os.getpid()}"
        entry.mkdir(mode=0o700)
        (entry / ABOUT).write_text(json.dumps(asdict(suspect)), encoding="utf-8")
        if suspect.size <= self.kept:
            file.rename(entry / FILE)
            (entry / FILE).chmod(0o400)
        self._bound()
        return suspect

    def suspects(self) -> Iterator[Suspect]:
        """Oldest first."""
        for entry in self._entries():
            yield Suspect(**json.loads((entry / ABOUT).read_text(encoding="utf-8")))

    def clear(self) -> None:
        for entry in self._entries():
            remove(entry)

    def _entries(self) -> list[Path]:
        found = sorted(self.folder.iterdir()) if self.folder.is_dir() else []
        return [entry for entry in found if (entry / ABOUT).exists()]

    def _bound(self) -> None:
        entries = self._entries()
        while len(entries) > RECORDS or sum(_size(e) for e in entries) > self.kept:
            remove(entries.pop(0))


def _size(entry: Path) -> int:
    file = entry / FILE
    return file.stat().st_size if file.exists() else 0
