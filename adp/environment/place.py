"""Where trees, package sets and job folders live: somewhere an unprivileged sandbox user can reach."""

import fcntl
import os
import secrets
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from adp.errors import PlatformError

OnLine = Callable[[str], None]
UNLISTED = 0o711  # reachable by who knows the name, listed by nobody else
LISTED = 0o755
PRIVATE = 0o700
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
    return _made(shared() / "packages", LISTED)


def kernels() -> Path:
    return _made(shared() / "kernels", LISTED)


def cache(name: str) -> Path:
    """A folder only this account reads, kept between runs (downloads)."""
    return _made(_made(shared() / "cache", PRIVATE) / name, PRIVATE)


@contextmanager
def new_job_folder() -> Iterator[Path]:
    """A fresh folder with a name nobody can guess, gone afterwards whatever a job left in it.

    What a process that died left behind is cleared away first."""
    jobs = _made(var() / "jobs", UNLISTED)
    _sweep(jobs)
    name = secrets.token_hex(12)
    with lock(f"job-{name}", where=var()) as held:
        folder = _made(jobs / name, UNLISTED)
        try:
            yield folder
        finally:
            remove(folder)
            held.unlink()


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
        top = os.open(folder, FOLDER)
        try:
            while names := _empty(top, top):
                for name in names:
                    _remove_inner(top, name)
        finally:
            os.close(top)
        folder.rmdir()
    except OSError as error:
        raise PlatformError(
            f"could not remove {folder}: {error.strerror}", hint="remove it by hand; it may belong to another account"
        ) from error


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


def _sweep(jobs: Path) -> None:
    """Job folders whose lock nobody holds belong to nobody."""
    for folder in jobs.iterdir():
        path = var() / "locks" / f"job-{folder.name}"
        with suppress(BlockingIOError, FileNotFoundError), path.open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            remove(folder)
            path.unlink(missing_ok=True)


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
