"""All that a machine keeps because it can be made again: how large it is, when it was last used, and what goes first.

Above the high mark what was used longest ago is thrown away until the low mark is reached; never what a process uses,
never a layer that a version of the registry needs. A thing is renamed before it is removed: whoever dies in between
leaves a name that nobody looks for, and the next one clears it away."""

import json
import shutil
import subprocess
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import uv

from adp.environment import place, uses
from adp.environment.tree import PACKAGES_AT

GONE = ".gone-"
LARGEST_SHARE = 0.6  # of the disk space that is free or taken by these very things
LOW = 0.8  # of the high mark
DOWNLOADS = "downloads"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing: `kind` is tree, packages, kernels or downloads; `size` in bytes on disk; `last_use` in seconds since
    the epoch; `layer` the digest of its layer, where that is known."""

    kind: str
    name: str
    path: Path
    size: int
    last_use: float
    is_used: bool
    layer: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """Bytes: above `high` something goes, until there is no more than `low`."""

    high: int
    low: int


def entries() -> tuple[Entry, ...]:
    """What is kept, used longest ago first."""
    found = [_entry(kind, path) for kind, shelf in _shelves() for path in sorted(shelf.iterdir()) if _is_whole(path)]
    downloads = place.cache("uv")
    found.append(Entry(DOWNLOADS, "uv", downloads, _disk(downloads), 0.0, is_used=False))
    return tuple(sorted(found, key=lambda entry: entry.last_use))


def marks(kept: Collection[Entry], most: int = 0) -> Marks:
    """`most` bytes if somebody said so; else a share of what the disk could give."""
    room = shutil.disk_usage(place.shared()).free + sum(entry.size for entry in kept)
    high = most or int(room * LARGEST_SHARE)
    return Marks(high, int(high * LOW))


def evict(*, needed: Collection[str] = (), most: int = 0) -> tuple[Entry, ...]:
    """What was thrown away. `needed`: digests of layers that stay whatever happens."""
    with place.lock("evict"):
        _clear()
        kept = entries()
        bounds = marks(kept, most)
        total = sum(entry.size for entry in kept)
        gone: list[Entry] = []
        for entry in kept:
            if total <= (bounds.low if gone else bounds.high):
                break
            if entry.layer not in needed and _throw(entry):
                gone.append(entry)
                total -= entry.size
    return tuple(gone)


def folder_of(layer: str) -> tuple[Path, str] | None:
    """Where this machine has the folder of a layer, and where that is shown inside."""
    for known in place.layers().glob("*.json"):
        told = json.loads(known.read_text(encoding="utf-8"))
        if isinstance(told, dict) and told.get("digest") == layer:
            shelf = place.packages() if told["at"] == PACKAGES_AT else place.trees()
            folder = shelf / known.stem
            return (folder, str(told["at"])) if folder.is_dir() else None
    return None


def _shelves() -> tuple[tuple[str, Path], ...]:
    return ("tree", place.trees()), ("packages", place.packages()), ("kernels", place.kernels())


def _is_whole(path: Path) -> bool:
    return not path.name.startswith(".")


def _entry(kind: str, path: Path) -> Entry:
    with uses.unused(path) as is_free:
        return Entry(kind, path.name, path, _size(path), uses.last_use(path), not is_free, _layer(path))


def _layer(path: Path) -> str:
    known = place.layers() / f"{path.name}.json"
    return str(json.loads(known.read_text(encoding="utf-8"))["digest"]) if known.is_file() else ""


def _size(path: Path) -> int:
    """Counted once: nothing here changes after it was made."""
    known = place.layers() / f"{path.name}.size"
    if not known.is_file():
        known.write_text(str(_disk(path)), encoding="utf-8")
    return int(known.read_text(encoding="utf-8") or 0)


def _disk(path: Path) -> int:
    ran = subprocess.run(["du", "-sx", "--block-size=1", "--", str(path)], check=False, capture_output=True, text=True)
    number = ran.stdout.split("\t")[0]
    return int(number) if number.isdigit() else 0


def _throw(entry: Entry) -> bool:
    """False when somebody uses it."""
    if entry.kind == DOWNLOADS:
        return _forget_downloads(entry.path)
    with uses.unused(entry.path) as is_free:
        if not is_free:
            return False
        aside = entry.path.with_name(f"{GONE}{entry.name}")
        entry.path.rename(aside)
    for known in place.layers().glob(f"{entry.name}.*"):
        known.unlink()
    _remove(aside)
    return True


def _forget_downloads(folder: Path) -> bool:
    """By uv itself, which knows whether another uv is at work in there."""
    command = [uv.find_uv_bin(), "cache", "clean", "--quiet", "--cache-dir", str(folder)]
    return subprocess.run(command, check=False, capture_output=True, timeout=300).returncode == 0


def _clear() -> None:
    for aside in _halves():
        _remove(aside)


def _halves() -> Iterator[Path]:
    for _, shelf in _shelves():
        yield from list(shelf.glob(f"{GONE}*"))


def _remove(aside: Path) -> None:
    if aside.is_dir():
        place.remove(aside)
    else:
        aside.unlink(missing_ok=True)
