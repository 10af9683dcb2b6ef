"""The reference data of this machine: a folder for each file, named by its sha256; hashed before every use."""

import fcntl
import hashlib
import json
import os
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from adp.environment.place import remove
from adp.errors import PlatformError, UsageError
from adp.reference.quarantine import Quarantine
from adp.reference.wanted import GIB

FILE, ABOUT = "data", "about.json"
PASSABLE, READABLE, PRIVATE = 0o711, 0o444, 0o700
CHUNK = 1 << 20
DIGEST = 64


class DamagedError(PlatformError):
    """What lay in the store is no longer what was taken in; it lies in quarantine now."""


@dataclass(frozen=True, slots=True)
class Held:
    """`title` says what it is. `is_pinned`: brought by an operator, never made room of; `is_private`: only for versions
    that name it as their centre's, never for one that gives a url. `taken_at` in seconds since 1970."""

    sha256: str
    size: int
    title: str = ""
    is_pinned: bool = False
    is_private: bool = False
    taken_at: float = 0.0


class Store:
    """`budget`: bytes that fetched files may fill; `reserve`: bytes of the disk that stay free. What an operator
    brought counts in neither. Safe between processes: a file in use is locked, one that comes in has its final place
    only when it is whole."""

    def __init__(self, folder: Path, *, budget: int = 20 * GIB, reserve: int = 2 * GIB) -> None:
        self.folder, self.budget, self.reserve = folder, budget, reserve
        self.quarantine = Quarantine(folder / "quarantine")
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(PASSABLE)

    def held(self) -> list[Held]:
        """Oldest use first."""
        entries = [e for e in self.folder.iterdir() if len(e.name) == DIGEST and (e / FILE).exists()]
        return [self._about(entry) for entry in sorted(entries, key=_used_at)]

    def has(self, sha256: str, *, private: bool = False) -> bool:
        """`private`: also what is only for the versions of its centre."""
        entry = self.folder / sha256
        return (entry / FILE).exists() and (private or not self._about(entry).is_private)

    @property
    def room(self) -> int:
        """Bytes that a file to be fetched may have: what was fetched before and is not in use makes place."""
        fetched = sum(each.size for each in self.held() if not each.is_pinned)
        return max(0, min(self.budget, shutil.disk_usage(self.folder).free + fetched - self.reserve))

    @contextmanager
    def using(self, sha256: str, *, private: bool = False) -> Iterator[Path]:
        """The file, hashed now, and not removed meanwhile. KeyError when it is not held (for this use), DamagedError
        when what is held is not it."""
        entry = self.folder / sha256
        if not self.has(sha256, private=private):
            raise KeyError(sha256)
        try:
            lock = os.open(entry, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            raise KeyError(sha256) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_SH)
            self.verify(sha256)
            os.utime(entry)
            yield entry / FILE
        finally:
            os.close(lock)

    def verify(self, sha256: str) -> None:
        """Raises KeyError or DamagedError as `using` does."""
        file = self.folder / sha256 / FILE
        try:
            found = digest(file)
        except FileNotFoundError:
            raise KeyError(sha256) from None
        if found == sha256:
            return
        self.quarantine.put(file, sha256=sha256, found=found, why="it was damaged in the store")
        self.drop(sha256)
        raise DamagedError(f"the copy of {sha256[:12]} here was damaged", hint="its operator has to bring it again")

    def add(self, file: Path, *, title: str = "", sha256: str = "", private: bool = False) -> Held:
        """A copy of an operator's file; its digest must be `sha256`, if that is given. It stays until it is dropped."""
        with self._new() as fresh:
            shutil.copyfile(file, fresh)
            found = digest(fresh)
            if sha256 not in {"", found}:
                raise UsageError(f"the sha256 of {file} is {found}", hint=f"{sha256} was expected: is it the file?")
            size, now = fresh.stat().st_size, time.time()
            return self._enter(fresh, Held(found, size, title, is_pinned=True, is_private=private, taken_at=now))

    def take(self, file: Path, sha256: str) -> Held:
        """A file that was fetched and whose digest is known to be right. It is moved."""
        return self._enter(file, Held(sha256, file.stat().st_size, taken_at=time.time()))

    def make_room(self, size: int) -> None:
        """Lets go what was fetched and not used for the longest time, until `size` bytes fit. Raises PlatformError."""
        self._sweep()
        for each in self.held():
            if self._fits(size):
                return
            if not each.is_pinned:
                self._let_go(each.sha256)
        if not self._fits(size):
            hint = "the operator of this machine has to give the store of reference data more room"
            raise PlatformError(f"a file of {size} bytes does not fit: there is room for {self.room}", hint=hint)

    def drop(self, sha256: str) -> None:
        remove(self.folder / sha256)

    @contextmanager
    def _new(self) -> Iterator[Path]:
        with incoming(self.folder) as folder:
            yield folder / FILE

    def _enter(self, file: Path, held: Held) -> Held:
        """Whole or not at all. What is there stays as an operator said; what the world serves is not private."""
        with incoming(self.folder) as entry:
            file.chmod(READABLE)
            file.rename(entry / FILE)
            self._tell(entry, held)
            entry.chmod(PASSABLE)
            with suppress(OSError):  # not empty: it is held already
                entry.rename(self.folder / held.sha256)
                return held
        known = self._about(self.folder / held.sha256)
        told = held if held.is_pinned else replace(known, is_private=False)
        self._tell(self.folder / held.sha256, told)
        return told

    def _fits(self, size: int) -> bool:
        fetched = sum(each.size for each in self.held() if not each.is_pinned)
        return fetched + size <= self.budget and shutil.disk_usage(self.folder).free - self.reserve >= size

    def _sweep(self) -> None:
        """What a process that died was about to bring."""
        for entry in self.folder.glob("incoming-*"):
            try:
                os.kill(int(entry.name.split("-")[1]), 0)
            except ProcessLookupError:
                remove(entry)
            except PermissionError:
                continue  # it lives, under another account

    def _let_go(self, sha256: str) -> None:
        lock = os.open(self.folder / sha256, os.O_RDONLY | os.O_DIRECTORY)
        try:
            with suppress(BlockingIOError):  # in use
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self.drop(sha256)
        finally:
            os.close(lock)

    @staticmethod
    def _tell(entry: Path, held: Held) -> None:
        fresh = entry / f"{ABOUT}.{os.getpid()}"
        fresh.write_text(json.dumps(asdict(held)), encoding="utf-8")
        fresh.replace(entry / ABOUT)

    @staticmethod
    def _about(entry: Path) -> Held:
        size = (entry / FILE).stat().st_size
        try:
            told = json.loads((entry / ABOUT).read_text(encoding="utf-8"))
            is_pinned, is_private = bool(told["is_pinned"]), bool(told["is_private"])
            return Held(entry.name, size, str(told["title"]), is_pinned, is_private, float(told["taken_at"]))
        except (OSError, ValueError, KeyError, TypeError):  # nobody knows whose it was: not let go, not shown
            return Held(entry.name, size, is_pinned=True, is_private=True)


@contextmanager
def incoming(folder: Path) -> Iterator[Path]:
    """A fresh folder of ours inside, gone afterwards."""
    fresh = folder / f"incoming-{os.getpid()}-{time.monotonic_ns()}"
    fresh.mkdir(mode=PRIVATE)
    try:
        yield fresh
    finally:
        remove(fresh)


def digest(file: Path) -> str:
    """sha256 of a regular file; no link is followed."""
    descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise PlatformError(f"{file} is no regular file")
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _used_at(entry: Path) -> float:
    return entry.stat().st_mtime
