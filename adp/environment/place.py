"""Where trees, package sets and job folders live: somewhere an unprivileged sandbox user can reach."""

import fcntl
import os
import secrets
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import IO

from adp.errors import PlatformError

OnLine = Callable[[str], None]
UNLISTED = 0o711  # reachable by who knows the name, listed by nobody else
LISTED = 0o755
PRIVATE = 0o700
_JOB: ContextVar[str] = ContextVar("job", default="")
_ANEW: ContextVar[Path | None] = ContextVar("anew", default=None)
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def var() -> Path:
    """PHAROS_VAR; else /var/lib/pharos for root, ./var for everybody else. Made when missing; always absolute."""
    named = os.environ.get("PHAROS_VAR")
    fallback = Path("/var/lib/pharos") if os.geteuid() == 0 else Path("var")
    return _made(Path(named) if named else fallback, LISTED).resolve()


def shared() -> Path:
    """What is made once and only read: PHAROS_TREES, for many states on one machine; else beside the rest."""
    named = os.environ.get("PHAROS_TREES")
    return _made(Path(named), LISTED).resolve() if named else var()


def trees() -> Path:
    return _made(shared() / "trees", LISTED)


def packages() -> Path:
    return _made((_ANEW.get() or shared()) / "packages", LISTED)


def kernels() -> Path:
    return _made(shared() / "kernels", LISTED)


def layers() -> Path:
    """What is known of the layers of trees and package sets, by the names of their folders."""
    return _made(shared() / "layers", LISTED)


def uses() -> Path:
    """One small file for each of those, by which its users hold it."""
    return _made(shared() / "uses", PRIVATE)


def cache(name: str) -> Path:
    """A folder only this account reads, kept between runs (downloads)."""
    return _made(_made((_ANEW.get() or shared()) / "cache", PRIVATE) / name, PRIVATE)


@contextmanager
def built_anew(folder: Path) -> Iterator[None]:
    """What is made meanwhile of a lock or a recipe is made again, from downloads of today, below `folder`: whether an
    environment can still be built is not answered by what is kept of it."""
    before = _ANEW.set(folder)
    try:
        yield
    finally:
        _ANEW.reset(before)


def is_built_anew() -> bool:
    return _ANEW.get() is not None


def nothing_elsewhere(_job: str) -> bool:
    """A job that made nothing outside its folder."""
    return True


@contextmanager
def new_job_folder(clear: Callable[[str], bool] = nothing_elsewhere) -> Iterator[Path]:
    """A fresh folder with a name nobody can guess, gone afterwards whatever a job left in it.

    A file in `locks` marks the job for as long as anything of it may be left, held while its process lives. `clear`
    takes away what it made elsewhere, by its name; when it could not, folder and mark stay for the next sweep."""
    name = secrets.token_hex(12)
    mark = _made(var() / "locks", PRIVATE) / f"job-{name}"
    folder = _made(var() / "jobs", UNLISTED) / name
    with _marked(mark), working_for(name):
        _made(folder, UNLISTED)
        try:
            yield folder
        finally:
            if clear(name):
                remove(folder)
                mark.unlink()


def job() -> str:
    """The name of the job that this thread works for, or nothing. What it makes elsewhere (containers, control groups)
    carries this name, so that it is found when the process dies."""
    return _JOB.get()


@contextmanager
def working_for(name: str) -> Iterator[None]:
    before = _JOB.set(name)
    try:
        yield
    finally:
        _JOB.reset(before)


def dead_jobs() -> Iterator[str]:
    """The names of jobs whose process is gone, one after the other; when the caller comes back for the next, the folder
    of this one goes, and then its mark. A caller that fails before leaves it to the next sweep."""
    for mark in sorted((var() / "locks").glob("job-*")):
        with suppress(BlockingIOError, FileNotFoundError), mark.open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_at(held, mark):
                yield mark.name.removeprefix("job-")
                remove(var() / "jobs" / mark.name.removeprefix("job-"))
                mark.unlink()


@contextmanager
def _marked(mark: Path) -> Iterator[None]:
    """Hold the file `mark`. A sweeper may look at it between our opening and our locking, and take it away."""
    while True:
        with mark.open("wb") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            if _is_at(held, mark):
                yield
                return


def _is_at(file: IO[bytes], path: Path) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    return False


@contextmanager
def lock(name: str, *, on_wait: Callable[[], None] | None = None, where: Path | None = None) -> Iterator[Path]:
    """One process at a time on this machine; `on_wait` is called once when somebody else is inside."""
    path = _made((where or shared()) / "locks", PRIVATE) / name
    with path.open("wb") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if on_wait:
                on_wait()
            fcntl.flock(held, fcntl.LOCK_EX)
        yield path


def remove(folder: Path) -> None:
    """Remove a folder a stranger filled: 1,500 levels deep, without permissions, with mounts on it.

    `shutil.rmtree` recurses and gives up. Here folders inside are moved up before they are opened: two open at most.
    No link is followed; nobody may be running in there any more."""
    if folder.is_symlink() or not folder.exists():
        return
    for mount in _mounts_below(folder):
        subprocess.run(["umount", "--lazy", "--", mount], check=False, capture_output=True)
    try:
        folder.chmod(PRIVATE)
        empty(folder)
        folder.rmdir()
    except OSError as error:
        raise PlatformError(
            f"could not remove {folder}: {error.strerror}", hint="remove it by hand; it may belong to another account"
        ) from error


def empty(folder: Path) -> None:
    """Remove all there is in `folder`, as above; a folder that is not there holds nothing. Raises OSError."""
    with suppress(FileNotFoundError):
        top = os.open(folder, FOLDER)
        try:
            while names := _empty(top, top):
                for name in names:
                    _remove_inner(top, name)
        finally:
            os.close(top)


def _remove_inner(top: int, name: str) -> None:
    os.chmod(name, PRIVATE, dir_fd=top)
    inner = os.open(name, FOLDER, dir_fd=top)
    try:
        _empty(inner, top)
    finally:
        os.close(inner)
    os.rmdir(name, dir_fd=top)


def _empty(folder: int, top: int) -> list[str]:
    """Unlink the files of `folder` and move its folders to `top`; the names of those that were there already."""
    stay = []
    for name in os.listdir(folder):
        if not stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            os.unlink(name, dir_fd=folder)
        elif folder == top:
            stay.append(name)
        else:
            os.chmod(name, PRIVATE, dir_fd=folder)  # moving a folder writes its own ".."
            os.rename(name, secrets.token_hex(12), src_dir_fd=folder, dst_dir_fd=top)
    return stay


def _mounts_below(folder: Path) -> list[str]:
    """Mount points at and under `folder`, innermost first (the 5th field of proc(5) mountinfo, octal escapes)."""
    top = str(folder.resolve())
    lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    points = [line.split(" ")[4].replace("\\040", " ") for line in lines]
    return [p for p in reversed(points) if p == top or p.startswith(top + "/")]


def _made(folder: Path, mode: int) -> Path:
    """`folder` with exactly `mode`, whatever the umask; a folder that exists keeps its owner's choice."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        if not stat.S_ISDIR(folder.lstat().st_mode) and not folder.is_dir():
            raise PlatformError(f"{folder} is not a folder", hint="move it away, or set PHAROS_VAR") from None
        return folder
    except OSError as error:
        raise PlatformError(
            f"cannot make {folder}: {error.strerror}", hint="set PHAROS_VAR to a folder this account may write"
        ) from error
    folder.chmod(mode)
    return folder
