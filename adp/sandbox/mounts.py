"""What a job's mounts mean for any engine: which places of the tree they need, and what is refused."""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from adp.environment.recipe import MOUNT_POINTS
from adp.environment.tree import PACKAGES_AT, Root
from adp.errors import PlatformError
from adp.sandbox.engine import Job, Mount


@dataclass(frozen=True, slots=True)
class Layout:
    """`shelves` are mount points that get a small read-only tmpfs, because single files are shown below them.

    `writable` is the one folder that outlives the command, if the job has one."""

    shelves: tuple[str, ...]
    mounts: tuple[Mount, ...]
    writable: Mount | None


def layout(root: Root, job: Job) -> Layout:
    mounts = [Mount(m.source.resolve(), str(PurePosixPath(m.target)), m.writable) for m in job.mounts]
    if root.packages is not None:
        mounts.append(Mount(root.packages.resolve(), PACKAGES_AT))
    for mount in mounts:
        if not mount.source.exists():
            raise PlatformError(f"{mount.source} does not exist and cannot be shown at {mount.target}")
    targets = {m.target for m in mounts}
    shelves = {point for m in mounts if (point := _point(m.target)) not in targets}
    writable = [m for m in mounts if m.writable]
    if len(writable) > 1 or len(targets) < len(mounts):
        raise PlatformError(f"job {job.name}: one writable folder at most, and every target once")
    ordered = sorted(mounts, key=lambda m: len(PurePosixPath(m.target).parts))
    return Layout(tuple(sorted(shelves)), tuple(ordered), writable[0] if writable else None)


def _point(target: str) -> str:
    """The mount point of the tree that `target` is, or lies below."""
    parts = [target, *(str(p) for p in PurePosixPath(target).parents)]
    found = next((p for p in parts if p in MOUNT_POINTS), None)
    if found is None or ".." in PurePosixPath(target).parts:
        raise PlatformError(f"nothing can be shown at {target}; there is: {', '.join(MOUNT_POINTS)}")
    return found


def reachable(path: Path) -> bool:
    """Whether an unprivileged user gets to `path` through its parents."""
    return all(parent.stat().st_mode & 0o001 for parent in path.parents)
