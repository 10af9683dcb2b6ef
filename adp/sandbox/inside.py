"""What a job sees, on every engine alike: paths, user, host name, environment."""

import math
from collections.abc import Mapping

from adp.environment.recipe import UID as UID
from adp.environment.tree import PACKAGES_AT as PACKAGES_AT
from adp.sandbox.engine import Limits
from adp.sandbox.options import HOST as HOST

SOURCE = "/source"  # the proposal, read-only, and the working directory of its steps
OUT = "/out"  # the one writable folder that outlives a command
DATA = "/data"  # inputs fetched by the node, each a file or folder below it
REFERENCE = "/reference"
JUDGE = "/judge"  # what the judge reads
JUDGE_CODE = "/opt/judge"
HOME = "/tmp"  # noqa: S108  # the job's own, fresh and private
PATH = f"{PACKAGES_AT}/bin:/usr/local/bin:/usr/bin:/bin"
PROCESS_ONE = 1  # bubblewrap's own, of the job's user
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMBA_NUM_THREADS")


def standard_env(cpus: float, epoch: int, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The closed environment of a step. `epoch`: the commit's time, for tools that stamp what they write."""
    fixed = {
        "PATH": PATH,
        "PYTHONPATH": PACKAGES_AT,
        "HOME": HOME,
        "TMPDIR": HOME,
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUNBUFFERED": "1",
        "MPLBACKEND": "Agg",
        "SOURCE_DATE_EPOCH": str(epoch),
    }
    threads = dict.fromkeys(THREADS, str(max(1, int(cpus))))
    return fixed | threads | dict(extra or {})


def per_process(limits: Limits) -> dict[str, int]:
    """The limits one process keeps for itself, by their names in prlimit(1)."""
    fixed = {"core": 0, "memlock": 0, "rtprio": 0, "nice": 0}
    return fixed | {"nofile": limits.open_files, "fsize": limits.file_size, "cpu": math.ceil(limits.cpu_seconds)}


def command(argv: tuple[str, ...], env: Mapping[str, str], limits: Limits, *, own_users: bool) -> list[str]:
    """`argv` with exactly `env` and the limits one process keeps for itself, by the tree's own tools: engines add
    variables of their own (PWD, HOSTNAME). The number of processes counts by user: only where the job has `own_users`,
    a user namespace, is it the job's own."""
    kept = per_process(limits) | ({"nproc": limits.processes + PROCESS_ONE} if own_users else {})
    line = ["/usr/bin/prlimit", *(f"--{name}={most}" for name, most in kept.items()), "--"]
    return [*line, *with_environment(argv, env)]


def with_environment(argv: tuple[str, ...], env: Mapping[str, str]) -> list[str]:
    return ["/usr/bin/env", "-i", "--", *(f"{name}={value}" for name, value in env.items()), *argv]
