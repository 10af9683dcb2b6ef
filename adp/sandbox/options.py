"""The one table of what a job may use and must not do: default, reason, and how each engine enforces it.

The engines build their command lines and container options from it, `adp doctor` and every report say from it what is
enforced on this machine, docs/explanation/sandbox.md shows it, the hostile suite asks every row of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from adp.environment.recipe import UID
from adp.finding import Reason

HOST = "sandbox"
SHM = 64 << 20
OPEN_FILES = 4096
OOM_FIRST = 500  # the kernel takes the job before the engine, the node and the database

GROUP, FILE_SYSTEM = "control group", "mount"  # what a machine may lack
HINTS = {
    GROUP: "run as root, or in a unit of systemd that delegates its control group: "
    "systemd-run --user --scope -p Delegate=yes adp check …",
    FILE_SYSTEM: "run as root, who may mount: the kernel then keeps the output folder to its size",
}


@dataclass(frozen=True, slots=True)
class Means:
    """How an engine enforces a row; where the machine lacks what it `needs`, `otherwise` is all there is."""

    how: str
    needs: str = ""
    otherwise: str = ""

    def here(self, has: Collection[str]) -> str:
        return self.how if not self.needs or self.needs in has else self.otherwise


@dataclass(frozen=True, slots=True)
class Limit:
    """A field of adp.sandbox.engine.Limits. `reason` is what a job that reaches it gets (None: an error inside)."""

    name: str
    what: str
    unit: str
    default: float
    reason: Reason | None
    bubblewrap: Means
    container: Means


@dataclass(frozen=True, slots=True)
class Wall:
    """What no job can do. `bubblewrap` are arguments of bwrap, `container` those of the docker SDK's
    create_host_config and create_container; what stands in braces is filled in. None: it has no such thing."""

    name: str
    keeps: str
    bubblewrap: tuple[str, ...] | None
    container: Mapping[str, Any]


def _both(how: str, needs: str = "", otherwise: str = "") -> tuple[Means, Means]:
    means = Means(how, needs, otherwise)
    return means, means


_WATCHED_DISK = _both("a tmpfs of that size", FILE_SYSTEM, "looked at every second; one file by the kernel")
_WATCHED_FILES = _both("inodes of the tmpfs", FILE_SYSTEM, "looked at every second")

LIMITS = (
    Limit(
        "memory", "memory of all processes together, no swap", "bytes", 2 << 30, Reason.MEMORY_LIMIT,
        Means("control group of the whole tree", GROUP, "per process (RLIMIT_AS); the sum is watched"),
        Means("control group of the container, memory = swap"),
    ),
    Limit("disk", "the output folder, and /tmp", "bytes", 1 << 30, Reason.DISK_LIMIT, *_WATCHED_DISK),
    Limit("files", "files in the output folder, and in /tmp", "files", 20_000, Reason.DISK_LIMIT, *_WATCHED_FILES),
    Limit("file_size", "one file: as large as `disk`", "bytes", 0, Reason.DISK_LIMIT, *_both("RLIMIT_FSIZE")),
    Limit(
        "processes", "processes and threads", "processes", 256, Reason.PROCESS_LIMIT,
        Means("pids of the control group", GROUP, "RLIMIT_NPROC of its user namespace"),
        Means("pids of the container's control group"),
    ),
    Limit("seconds", "wall clock", "s", 600.0, Reason.TIME_LIMIT, *_both("our clock, then SIGKILL to all")),
    Limit(
        "cpu_seconds", "processor time: `cpus` × `seconds`", "s of CPU", 0, Reason.TIME_LIMIT,
        *_both("watched for all, RLIMIT_CPU for one"),
    ),
    Limit(
        "cpus", "processors", "cpus", 1.0, None,
        Means("quota of the control group", GROUP, "asked for by the number of threads; `cpu_seconds` bounds the sum"),
        Means("quota of the container's control group"),
    ),
    Limit("log", "what it prints", "bytes", 8 << 20, Reason.LOG_LIMIT, *_both("counted as we read it, then SIGKILL")),
    Limit("open_files", "open files of a process", "files", OPEN_FILES, None, *_both("RLIMIT_NOFILE")),
)  # fmt: skip

WALLS = (
    Wall(
        "network", "no interface but a loopback of its own; no abstract socket of the host",
        ("--unshare-net",), {"network_mode": "none", "network_disabled": True, "dns": ["127.0.0.1"]},
    ),
    Wall(
        "system calls", "our list: AF_UNIX, TCP and UDP sockets; no io_uring, keyring, bpf, ptrace, userfaultfd, "
        "namespace, mount; clone3 answers ENOSYS; a foreign architecture is killed",
        ("--seccomp", "{filter}"), {"security_opt": ["seccomp={profile}"]},
    ),
    Wall(
        "user", "nobody in particular, never root; on bubblewrap as root one user per job",
        ("--unshare-user", "--uid", str(UID), "--gid", str(UID)), {"user": "{user}"},
    ),
    Wall(
        "privileges", "no capability, and no way to gain one by a file's bits",
        ("--cap-drop", "ALL"), {"cap_drop": ["ALL"], "security_opt": ["no-new-privileges:true"], "privileged": False},
    ),
    Wall("namespaces", "no new user namespace inside", ("--disable-userns",), {}),
    Wall(
        "processes", "sees and signals its own only; all die with the first; no terminal of ours",
        ("--unshare-pid", "--die-with-parent", "--new-session"), {"init": True},
    ),
    Wall("shared memory", "System V and POSIX queues of its own", ("--unshare-ipc",), {"ipc_mode": "private"}),
    Wall("host name", "is called the same everywhere", ("--unshare-uts", "--hostname", HOST), {"hostname": HOST}),
    Wall("control groups", "sees no other", ("--unshare-cgroup-try",), {"cgroupns": "private"}),
    Wall(
        "files", "the root is read-only; no device but null, zero, full, random, tty; no /sys",
        ("--ro-bind", "{tree}", "/", "--proc", "/proc", "--dev", "/dev"), {"read_only": True},
    ),
    Wall("environment", "exactly the one given", ("--clearenv",), {"use_config_proxy": False}),
    Wall("engine's log", "keeps nothing: we read and count from byte 0", None, {"log_config": {"Type": "none"}}),
    Wall("when memory is short", "the job goes before the node", (), {"oom_score_adj": OOM_FIRST}),
)  # fmt: skip

BY_NAME = {limit.name: limit for limit in LIMITS}


def default(name: str) -> float:
    return BY_NAME[name].default


def bwrap_arguments(**filled: str) -> list[str]:
    return [part.format(**filled) for wall in WALLS for part in wall.bubblewrap or ()]


def container_options(**filled: str) -> dict[str, Any]:
    """All walls together; lists of the same name are joined."""
    options: dict[str, Any] = {}
    for wall in WALLS:
        for name, value in wall.container.items():
            held = _filled(value, filled)
            options[name] = options[name] + held if name in options and isinstance(held, list) else held
    return options


def _filled(value: Any, filled: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_filled(each, filled) for each in value]
    return value.format(**filled) if isinstance(value, str) else value


def enforced(engine: str, has: Collection[str]) -> dict[str, str]:
    """Name of each row -> how `engine` ("bubblewrap" or a container engine) keeps it on a machine that `has` that."""
    limits = {row.name: _means(row, engine).here(has) for row in LIMITS}
    walls = {wall.name: wall.keeps for wall in WALLS if engine != "bubblewrap" or wall.bubblewrap is not None}
    return limits | walls


def weaker(engine: str, has: Collection[str]) -> dict[str, str]:
    """What this machine lacks -> what would bring it."""
    lacking = {_means(row, engine).needs for row in LIMITS} - {""} - set(has)
    return {need: HINTS[need] for need in sorted(lacking)}


def _means(row: Limit, engine: str) -> Means:
    return row.bubblewrap if engine == "bubblewrap" else row.container
