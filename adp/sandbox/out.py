"""The one writable folder of a job: as small as declared, owned by the job's user, shown to nobody else."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adp.environment import place
from adp.environment.recipe import UID
from adp.sandbox.options import default

FILES = int(default("files"))
SLACK = 64 << 10  # nearer to full than this is full


@contextmanager
def output_folder(folder: Path, disk: int, files: int = FILES) -> Iterator[Path]:
    """Make `folder` a file system of `disk` bytes and `files` files for as long as the steps of one check need it.

    Root mounts a tmpfs; without that right it is a plain folder, and engines watch it. Collect before leaving."""
    folder.mkdir(mode=0o755, exist_ok=True)
    mounted = os.geteuid() == 0 and _mount(folder, disk, files)
    try:
        yield folder
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", "--", str(folder)], check=False, capture_output=True)
        else:
            place.remove(folder)


def can_mount() -> bool:
    """Whether this account really may mount, tried in a mount namespace that ends with the try."""
    if os.geteuid() != 0:
        return False
    tried = ["unshare", "--mount", "--", "mount", "-t", "tmpfs", "none", "/tmp"]  # noqa: S108  # only inside that namespace
    return subprocess.run(tried, check=False, capture_output=True).returncode == 0


def limited(folder: Path) -> bool:
    """Whether `folder` has a size of its own that the kernel keeps."""
    return folder.is_mount()


def hand_over(folder: Path, uid: int) -> None:
    """Give `folder` to the job's user, unless it is theirs: then all in it is, for nobody else writes there. The
    system's chown neither recurses to death nor follows a link."""
    if os.geteuid() == 0 and folder.lstat().st_uid != uid:
        subprocess.run(["chown", "-RPh", f"{uid}:{uid}", "--", str(folder)], check=True, capture_output=True)


def full(folder: Path) -> str | None:
    """Which limit a file system of a size of its own has reached: its bytes ("disk") or its "files"."""
    if not limited(folder):
        return None
    found = os.statvfs(folder)
    if found.f_bavail * found.f_frsize < SLACK:
        return "disk"
    return "files" if found.f_files > 0 and found.f_favail == 0 else None


def used(folder: Path) -> tuple[int, int]:
    """Bytes and files below `folder`: what the file system says, or counted by the system's tool, while somebody may
    be writing."""
    if limited(folder):
        found = os.statvfs(folder)
        return (found.f_blocks - found.f_bfree) * found.f_frsize, found.f_files - found.f_ffree
    return _du(folder, "--block-size=1"), _du(folder, "--inodes")


def files_in_scratch(process: int) -> int:
    """Files in the /tmp that `process` sees, a file system of the job's own; 0 where it cannot be asked any more."""
    inside = Path(f"/proc/{process}/root/tmp")
    try:
        found, own = os.statvfs(inside), inside.stat().st_dev != Path("/tmp").stat().st_dev  # noqa: S108  # the host's
    except OSError:
        return 0
    return found.f_files - found.f_ffree if own else 0


def _du(folder: Path, what: str) -> int:
    command = ["du", "-sx", what, "--", str(folder)]
    number = subprocess.run(command, check=False, capture_output=True, text=True).stdout.split("\t")[0]
    return int(number) if number.isdigit() else 0


def _mount(folder: Path, disk: int, files: int) -> bool:
    options = f"size={disk},nr_inodes={files},nosuid,nodev,mode=0700,uid={UID},gid={UID}"
    command = ["mount", "-t", "tmpfs", "-o", options, "pharos-out", str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0
