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


def var() -> Path:
    """PHAROS_VAR; else /var/lib/pharos for root, ./var for everybody else. Made when missing; always absolute."""
    named = os.environ.get("PHAROS_VAR")
    fallback = Path("/var/lib/pharos") if os.geteuid() == 0 else Path("var")
    return _made(Path(named) if named else fallback, LISTED).resolve()


def trees() -> Path:
    return _made(var() / "trees", LISTED)


def packages() -> Path:
    return _made(var() / "packages", LISTED)


def cache(name: str) -> Path:
    """A folder only this account reads, kept between runs (downloads)."""
    return _made(_made(var() / "cache", PRIVATE) / name, PRIVATE)


@contextmanager
def new_job_folder() -> Iterator[Path]:
    """A fresh folder with a name nobody can guess, gone afterwards whatever a job left in it.

    What a process that died left behind is cleared away first."""
    jobs = _made(var() / "jobs", UNLISTED)
    _sweep(jobs)
    name = secrets.token_hex(12)
    with lock(f"job-{name}") as held:
        folder = _made(jobs / name, UNLISTED)
        try:
            yield folder
        finally:
            remove(folder)
            held.unlink()


@contextmanager
def lock(name: str, *, on_wait: Callable[[], None] | None = None) -> Iterator[Path]:
    """One process at a time on this machine; `on_wait` is called once when somebody else is inside."""
    path = _made(var() / "locks", PRIVATE) / name
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

    `shutil.rmtree` recurses and gives up; the tools of the system do not, and never follow a link."""
    if not folder.is_symlink() and not folder.exists():
        return
    for mount in _mounts_below(folder):
        subprocess.run(["umount", "--lazy", "--", mount], check=False, capture_output=True)
    command = ["rm", "-rf", "--one-file-system", "--", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode == 0:
        return
    subprocess.run(["chmod", "-R", "u+rwX", "--", str(folder)], check=False, capture_output=True)
    last = subprocess.run(command, check=False, capture_output=True, text=True)
    if last.returncode != 0:
        raise PlatformError(
            f"could not remove {folder}: {last.stderr.strip()[:300]}",
            hint="remove it by hand; it may belong to another account",
        )


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
