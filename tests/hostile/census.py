"""The host before and after a case: nothing of it may be left, however it ended.

Others work on the same machine (the second test worker, a developer): what bears this test's own name is looked for
by that name; what has no name (a group, a volume, a link) may be somebody's who is busy, and gets the time to go."""

import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE = 15.0  # seconds for the nameless
JOB_UIDS = range(19_990, 20_100)  # of slots, fetcher and containers
SETTINGS = ("kernel/core_pattern", "kernel/sysrq", "kernel/hostname", "kernel/modprobe", "vm/drop_caches")
PLACES = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"), Path("/run"))
CACHES = {"reference"}  # kept on purpose
OTHERS = re.compile(r"(adp|pharos|pytest)-.*")  # our own temporary folders: known by name, looked for by name
TEMPORARY: list[Path] = []  # folders this process made
Look = Callable[[], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Host:
    """`token` is in the path of everything this test makes; `client` a container engine, where the test has one."""

    token: str
    folder: Path
    client: Any = None

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        before = self._count()
        yield
        assert not (left := self.left_behind()), f"left behind: {left}"
        deadline = time.monotonic() + PATIENCE
        while (more := self._more(before)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not more, f"new on this machine: {more}"

    def left_behind(self) -> dict[str, list[str]]:
        """What bears our name: processes, mounts in any namespace, files, containers. Empty kinds are left out."""
        found = {
            "processes": [f"{p.name} {what}" for p in _processes() if (what := self._bears_our_name(p))],
            "mounts": [line for line in _read(Path("/proc/self/mountinfo")).splitlines() if self.token in line],
            "files": self._files(),
            "containers": self._containers(),
        }
        return {kind: names for kind, names in found.items() if names}

    def _bears_our_name(self, process: Path) -> str:
        """Its command, when it, its environment or what it has mounted names our folder. Ours is not asked."""
        if process.name == str(os.getpid()) or _is_gone(process):
            return ""
        said = (_read(process / name) for name in ("cmdline", "environ", "mountinfo"))
        return (_read(process / "cmdline") or "?") if any(self.token in text for text in said) else ""

    def _files(self) -> list[str]:
        """Job folders, their locks, temporary folders."""
        kept = {"jobs", "locks", "temporary"}
        jobs = [p for name in kept if (self.folder / name).is_dir() for p in (self.folder / name).iterdir()]
        jobs += [p for p in self.folder.iterdir() if p.name not in kept | CACHES]
        jobs += [p for p in TEMPORARY if p.exists() and not p.is_relative_to(self.folder)]
        return sorted(str(p) for p in jobs if not p.name.startswith("given"))

    def _containers(self) -> list[str]:
        if self.client is None:
            return []
        found = self.client.containers.list(all=True, sparse=True)
        return [c.id for c in found if self.token in str(c.attrs.get("Mounts")) + str(c.attrs.get("Labels"))]

    def _count(self) -> Mapping[str, frozenset[str]]:
        return {name: look() for name, look in self._looks().items()}

    def _more(self, before: Mapping[str, frozenset[str]]) -> dict[str, list[str]]:
        now = self._count()
        return {name: sorted(now[name] - before[name]) for name in now if now[name] - before[name]}

    def _looks(self) -> Mapping[str, Look]:
        engine = {} if self.client is None else {"volumes": self._volumes, "networks": self._networks}
        return {**LOOKS, **engine}

    def _volumes(self) -> frozenset[str]:
        return frozenset(v.name for v in self.client.volumes.list())

    def _networks(self) -> frozenset[str]:
        return frozenset(n.name for n in self.client.networks.list())


def _groups() -> frozenset[str]:
    """Groups nobody is in: one with processes, there or below (a container's), is somebody's who is at work."""
    tops = [top for hierarchy in _inside(Path("/sys/fs/cgroup")) for top in (hierarchy, *_inside(hierarchy))]
    found = (p for top in tops for p in _inside(top) if p.name.startswith("pharos-"))
    return frozenset(str(p) for p in found if not any(_read(q / "cgroup.procs") for q in (p, *_inside(p))))


def _inside(folder: Path) -> list[Path]:
    """Folders; none of one that goes while we look."""
    try:
        return [Path(entry.path) for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def _links() -> frozenset[str]:
    """Network devices and named network namespaces; the journeys' own are theirs."""
    named = [*Path("/sys/class/net").glob("*"), *Path("/run/netns").glob("*")]
    return frozenset(str(p) for p in named if "ph" not in p.name)


def _keys() -> frozenset[str]:
    """Of the users jobs run as."""
    rows = (row.split() for row in _read(Path("/proc/keys")).splitlines())
    return frozenset(" ".join(row) for row in rows if len(row) > 5 and row[5].isdigit() and int(row[5]) in JOB_UIDS)


def _segments() -> frozenset[str]:
    """System V memory, semaphores, queues that a job's user made; databases have their own."""
    owner = {"shm": 7, "sem": 4, "msg": 7}  # the column of the user id
    rows = ((k, row.split()) for k in owner for row in _read(Path("/proc/sysvipc") / k).splitlines()[1:])
    return frozenset(f"{kind} {row[1]}" for kind, row in rows if int(row[owner[kind]]) in JOB_UIDS)


def _foreign_files() -> frozenset[str]:
    """Owned by a job's user, where everybody may write."""
    entries = (e for place in PLACES if place.is_dir() for e in os.scandir(place) if not OTHERS.fullmatch(e.name))
    return frozenset(e.path for e in entries if _owner(e) in JOB_UIDS)


def _owner(entry: "os.DirEntry[str]") -> int:
    try:
        return entry.stat(follow_symlinks=False).st_uid
    except FileNotFoundError:
        return -1


def _settings() -> frozenset[str]:
    return frozenset(f"{name} = {_read(Path('/proc/sys') / name)}" for name in SETTINGS)


def _descriptors() -> frozenset[str]:
    """Ours, by kind and number; the engine's SDK keeps a pool of sockets, and what this process uses of the shared
    environments it holds until it ends (adp.environment.uses)."""
    kinds = [re.sub(r"\d+", "N", str(p.readlink())) for p in Path("/proc/self/fd").iterdir() if p.is_symlink()]
    counted = sorted(k for k in kinds if not k.startswith("socket:") and "/uses/" not in k)
    return frozenset(f"{kind} #{counted[:n].count(kind)}" for n, kind in enumerate(counted))


LOOKS: Mapping[str, Look] = {
    "groups": _groups,
    "links": _links,
    "keys": _keys,
    "segments": _segments,
    "files of a job's user": _foreign_files,
    "settings": _settings,
    "descriptors": _descriptors,
}


def digest_of(folder: Path) -> str:
    """Names, kinds, sizes, times, owners of all below `folder`: a write changes it, reading does not."""
    digest = hashlib.sha256()
    for top, folders, files in os.walk(folder):
        for name in sorted((*folders, *files)):
            at = Path(top, name).lstat()
            row = (top, name, at.st_mode, at.st_uid, at.st_nlink, at.st_size, at.st_mtime_ns, at.st_ctime_ns)
            digest.update(repr(row).encode("utf-8", "surrogateescape"))
        folders.sort()
    return digest.hexdigest()


def _processes() -> list[Path]:
    return [p for p in Path("/proc").iterdir() if p.name.isdigit()]


def _is_gone(process: Path) -> bool:
    """Dead, and only its number is left until its parent asks."""
    return ") Z " in _read(process / "stat") or not (process / "stat").exists()


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "replace").replace("\0", " ")
    except OSError:
        return ""
