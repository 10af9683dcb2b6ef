"""The one writable folder of a job: as small as declared, owned by the job's user, shown to nobody else."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adp.environment import place
from adp.environment.recipe import UID

INODES = 20_000
SLACK = 64 << 10  # nearer to full than this is full


@contextmanager
def output_folder(folder: Path, disk: int) -> Iterator[Path]:
    """Make `folder` a file system of `disk` bytes for as long as the steps of one check need it.

    Root mounts a tmpfs; without that right it is a plain folder, and engines watch it. Collect before leaving."""
    folder.mkdir(mode=0o755, exist_ok=True)
    mounted = os.geteuid() == 0 and _mount(folder, disk)
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
    """Give `folder` to the job's user. The system's chown neither recurses to death nor follows a link."""
    if os.geteuid() == 0:
        subprocess.run(["chown", "-RPh", f"{uid}:{uid}", "--", str(folder)], check=True, capture_output=True)


def is_full(folder: Path) -> bool:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize < SLACK or (found.f_files > 0 and found.f_favail == 0)


def used(folder: Path) -> int:
    """Bytes on disk below `folder`: what the file system says, or counted by the system's tool, while somebody may be
    writing."""
    if limited(folder):
        found = os.statvfs(folder)
        return (found.f_blocks - found.f_bfree) * found.f_frsize
    command = ["du", "-sx", "--block-size=1", "--", str(folder)]
    number = subprocess.run(command, check=False, capture_output=True, text=True).stdout.split("\t")[0]
    return int(number) if number.isdigit() else 0


def _mount(folder: Path, disk: int) -> bool:
    options = f"size={disk},nr_inodes={INODES},nosuid,nodev,mode=0700,uid={UID},gid={UID}"
    command = ["mount", "-t", "tmpfs", "-o", options, "pharos-out", str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0
