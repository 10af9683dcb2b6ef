"""A control group of one job's own: memory, processes and CPU of the whole tree are limited and counted together.

cgroup v1 (a folder per controller) and v2 (one folder) behind one face; neither writable: no group, and the engine
falls back on limits per process and says so."""

import contextlib
import os
import secrets
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from adp.environment import place
from adp.errors import PlatformError

ROOT = Path("/sys/fs/cgroup")
V1 = {"memory", "pids", "cpu", "cpuacct"}
ABANDONED = 600.0  # seconds
SWEEP_EVERY = 60.0
_SWEPT = {"next": 0.0}
DELEGATED = "user.delegate"  # set by systemd 251 and newer
PERIOD = 100_000  # microseconds, of the CPU quota


@dataclass(frozen=True, slots=True)
class Group:
    """`folders` by controller; on v2 all are the same."""

    version: int
    folders: dict[str, Path]

    def limit(self, *, memory: int, processes: int, cpus: float) -> None:
        quota = max(1000, int(cpus * PERIOD))
        if self.version == 1:
            self._write("memory", "memory.limit_in_bytes", memory)
            self._write("memory", "memory.memsw.limit_in_bytes", memory, optional=True)
            self._write("cpu", "cpu.cfs_period_us", PERIOD, optional=True)
            self._write("cpu", "cpu.cfs_quota_us", quota, optional=True)
        else:
            self._write("memory", "memory.max", memory)
            self._write("memory", "memory.swap.max", 0, optional=True)
            self._write("cpu", "cpu.max", f"{quota} {PERIOD}", optional=True)
        self._write("pids", "pids.max", processes)

    @property
    def entrances(self) -> list[str]:
        """Files a process writes 0 to in order to join."""
        return sorted({str(folder / "cgroup.procs") for folder in self.folders.values()})

    @property
    def path(self) -> str:
        """As a container engine names it: below the top of the hierarchy."""
        folder = self.folders["memory"]
        return "/" + str(folder.relative_to(ROOT / "memory" if self.version == 1 else ROOT))

    @property
    def peak(self) -> int:
        if self.version == 1:
            return self._number("memory", "memory.max_usage_in_bytes")
        return self._number("memory", "memory.peak") or self._number("memory", "memory.current")

    def forget_peak(self) -> None:
        """From now on `peak` is of what comes; v2 knows no way back, and Watch then takes what it sees."""
        with contextlib.suppress(OSError):
            self._write("memory", "memory.max_usage_in_bytes", 0, optional=True)

    @property
    def anonymous(self) -> int:
        """Memory of processes now: neither page cache nor files on a tmpfs."""
        return self._field("memory", "memory.stat", "total_rss" if self.version == 1 else "anon")

    @property
    def cpu_seconds(self) -> float:
        if self.version == 1:
            return self._number("cpuacct", "cpuacct.usage") / 1e9
        return self._field("cpu", "cpu.stat", "usage_usec") / 1e6

    @property
    def oom_kills(self) -> int:
        """Processes killed for memory, here or, while it lives, in the group an engine made inside this one."""
        name = "memory.oom_control" if self.version == 1 else "memory.events"
        return self._here_or_inside("memory", name, "oom_kill")

    @property
    def refusals(self) -> int:
        """Processes not made because of the limit; here or inside, as above."""
        return self._here_or_inside("pids", "pids.events", "max")

    @property
    def processes(self) -> int:
        """Processes and threads now."""
        return self._number("pids", "pids.current")

    @property
    def members(self) -> list[int]:
        """Process numbers, here and in groups inside this one."""
        inner = [f"{child.name}/cgroup.procs" for child in self.folders["pids"].glob("*/")]
        return [int(pid) for name in ["cgroup.procs", *inner] for pid in self._text("pids", name).split()]

    @property
    def counts(self) -> tuple[float, int, int]:
        """Processor seconds, kills for memory and refused processes so far."""
        return self.cpu_seconds, self.oom_kills, self.refusals

    def kill(self) -> None:
        """Everything inside, again until nothing is: a fork may win once."""
        for _ in range(50):
            inside = self.members
            if not inside:
                return
            for pid in inside:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)

    def close(self) -> None:
        self.kill()
        name = self.folders["memory"].name
        for folder in {*self.folders.values(), *ROOT.glob(f"*/{name}")}:  # an engine makes it in every hierarchy
            for child in [*folder.glob("*/"), folder]:
                with contextlib.suppress(OSError):  # a group still busy dying is left to the next start's sweep
                    child.rmdir()

    def _here_or_inside(self, controller: str, name: str, field: str) -> int:
        folder = self.folders.get(controller)
        inner = [f"{child.name}/{name}" for child in folder.glob("*/")] if folder else []
        return max(self._field(controller, each, field) for each in [name, *inner])

    def _write(self, controller: str, name: str, value: int | str, *, optional: bool = False) -> None:
        path = self.folders.get(controller, Path()) / name
        if controller not in self.folders or (optional and not path.exists()):
            return
        path.write_text(str(value), encoding="ascii")

    def _text(self, controller: str, name: str) -> str:
        try:
            return (self.folders[controller] / name).read_text(encoding="ascii")
        except (KeyError, OSError):
            return ""

    def _number(self, controller: str, name: str) -> int:
        text = self._text(controller, name).strip()
        return int(text) if text.isdigit() else 0

    def _field(self, controller: str, name: str, field: str) -> int:
        rows = (line.split() for line in self._text(controller, name).splitlines())
        return next((int(row[1]) for row in rows if row[:1] == [field]), 0)


def new(root: Path = ROOT, *, at_top: bool = False) -> Group | None:
    """A fresh, empty group, or None where this account may make none with memory and process limits.

    `at_top`: at the same path in every hierarchy, as a container engine wants the parent of its groups."""
    name = f"pharos-{place.job()}-{secrets.token_hex(6)}"
    for parents, version in ((_v1_parents(root, at_top=at_top), 1), (_v2_parents(root, at_top=at_top), 2)):
        if {"memory", "pids"} <= parents.keys():
            _sweep({*parents.values(), *root.glob("*/")} if _is_time() else set())
            group = Group(version, {controller: parent / name for controller, parent in parents.items()})
            try:
                for folder in group.folders.values():
                    folder.mkdir(exist_ok=True)
            except OSError:
                group.close()
                continue
            return group
    return None


def _is_time() -> bool:
    """Once a minute is enough for leftovers."""
    now = time.monotonic()
    if now < _SWEPT["next"]:
        return False
    _SWEPT["next"] = now + SWEEP_EVERY
    return True


def _sweep(parents: set[Path]) -> None:
    """Empty groups of launchers that were killed. A busy one cannot be removed, a young one waits for its job."""
    for folder in (found for parent in parents for found in parent.glob("pharos-*/")):
        with contextlib.suppress(OSError):
            if time.time() - folder.stat().st_mtime > ABANDONED:
                folder.rmdir()


def clear(owner: str, root: Path = ROOT) -> None:
    """Kill and remove what a dead process left in groups of its own (adp.environment.place.job). Raises PlatformError
    when something of it is still there after a while; then the mark of the job stays."""
    own = {*_v1_parents(root, at_top=False).values(), *_v2_parents(root, at_top=False).values()}
    for folder in (found for parent in {*own, *root.glob("*/")} for found in parent.glob(f"pharos-{owner}-*/")):
        for group in (*folder.glob("*/"), folder):
            _close_for_sure(group)


def _close_for_sure(group: Path) -> None:
    """What was just killed is still dying for a moment, and a group with it in cannot be removed."""
    for _ in range(50):
        Group(0, {"pids": group, "memory": group}).close()
        if not group.exists():
            return
        time.sleep(0.05)
    raise PlatformError(f"what was killed in {group} does not end", hint="it goes with the next sweep, or a restart")


def of(pid: int, root: Path = ROOT) -> Group | None:
    """The group somebody else made around `pid`, for reading."""
    try:
        lines = _lines(str(pid))
    except OSError:
        return None
    v1 = {name: root / name / path.lstrip("/") for names, path in lines for name in names}
    v2 = next((root / path.lstrip("/") for names, path in lines if not names), None)
    if "memory" in v1:
        return Group(1, v1)
    return Group(2, dict.fromkeys(("memory", "pids", "cpu"), v2)) if v2 and v2 != root else None


def _lines(pid: str) -> list[tuple[set[str], str]]:
    """(controllers, path) of every hierarchy of proc(5) cgroup; v2 has no controllers there."""
    rows = Path(f"/proc/{pid}/cgroup").read_text(encoding="ascii").splitlines()
    split = [row.split(":", 2) for row in rows]
    return [(set(names.split(",")) & V1, path) for _, names, path in split if not names or set(names.split(",")) & V1]


def _v1_parents(root: Path, *, at_top: bool) -> dict[str, Path]:
    """This process's own place in each hierarchy: a container shows it only there."""
    found = {}
    for controllers, path in _lines("self"):
        for controller in controllers:
            places = (root / controller / ("" if at_top else path.lstrip("/")), root / controller)
            own = next((p for p in places if (p / "cgroup.procs").exists()), None)
            if own and os.access(own, os.W_OK):
                found[controller] = own
    return found


def _v2_parents(root: Path, *, at_top: bool) -> dict[str, Path]:
    """A delegated subtree of ours, or (as root) one made at the top. Never where processes sit: v2 forbids it."""
    own = [path for controllers, path in _lines("self") if not controllers and not at_top]
    top = root / "pharos"
    if os.geteuid() == 0 and (root / "cgroup.controllers").exists():
        with contextlib.suppress(OSError):
            top.mkdir(exist_ok=True)
            (root / "cgroup.subtree_control").write_text("+memory +pids +cpu", encoding="ascii")
            (top / "cgroup.subtree_control").write_text("+memory +pids +cpu", encoding="ascii")
    for folder in (root / path.lstrip("/") for path in own):
        _move_aside(folder)
    for parent in [*(root / p.lstrip("/") for p in own), *((root / p.lstrip("/")).parent for p in own), top]:
        with contextlib.suppress(OSError):
            enabled = (parent / "cgroup.subtree_control").read_text(encoding="ascii").split()
            if {"memory", "pids"} <= set(enabled) and os.access(parent, os.W_OK):
                return dict.fromkeys(("memory", "pids", "cpu"), parent)
    return {}


def _move_aside(own: Path) -> None:
    """In a unit of systemd that was delegated to us (an attribute says so) we sit where groups are to be made, and v2
    wants processes in leaves only: all that is here moves into one."""
    with contextlib.suppress(OSError):
        if os.getxattr(own, DELEGATED) != b"1":
            return
        leaf = own / "launcher"
        leaf.mkdir(exist_ok=True)
        for pid in (own / "cgroup.procs").read_text(encoding="ascii").split():
            (leaf / "cgroup.procs").write_text(pid, encoding="ascii")
        (own / "cgroup.subtree_control").write_text("+memory +pids +cpu", encoding="ascii")
