"""The command line that starts one bubblewrap job: first what root must do, then setpriv, then bwrap, then the job."""

import math
import os
from dataclasses import dataclass
from pathlib import Path

from adp.sandbox import inside, options
from adp.sandbox.engine import Job, Limits
from adp.sandbox.mounts import Layout, reachable

SHELF = 1 << 20
# A shell takes the limits of a process and joins the groups, all by itself, and gives no variable of its own away.
JOIN = """ulimit -c 0; ulimit -l 0; ulimit -r 0; ulimit -n "$1"; ulimit -f "$2"; ulimit -t "$3"; shift 3
while [ "$1" != -- ]; do echo 0 > "$1"; shift; done; shift; unset PWD OLDPWD; exec "$@"
"""
BLOCK = 512  # bytes, of ulimit -f
# A slot user cannot pass through a private folder (a clone in root's home): root binds what lies there into a place it
# can reach, in a mount namespace that ends with the job.
STAGE = """set -e
mount -t tmpfs -o mode=0755,size=1m,nosuid,nodev pharos-stage "$1"; stage=$1; shift
while [ "$1" != -- ]; do
  if [ -d "$2" ]; then mkdir "$stage/$1"; else : > "$stage/$1"; fi
  mount --bind -- "$2" "$stage/$1"; shift 2
done
shift; exec /usr/bin/env -i "$@"
"""


@dataclass(frozen=True, slots=True)
class Launch:
    """`entrances`: control groups to join; `stage`: an empty folder all can reach, where something to be shown is out
    of the user's reach; descriptors are inherited."""

    bwrap: str
    uid: int
    entrances: tuple[str, ...]
    stage: Path | None
    filter_fd: int
    status_fd: int
    bytes_per_process: int | None  # address space, where no group counts memory

    def command(self, tree: Path, job: Job, layout: Layout) -> list[str]:
        sources = [tree, *(m.source for m in layout.mounts)]
        hidden = out_of_reach(tree, layout, self.uid) if self.stage else []
        shown = {s: f"{self.stage}/{n}" for n, s in enumerate(hidden)}
        line = self._join(job.limits) if self.entrances else []
        if hidden:
            pairs = [part for n, s in enumerate(hidden) for part in (str(n), str(s))]
            line += ["/usr/bin/unshare", "--mount", "--propagation", "private", "--"]
            line += ["/bin/sh", "-c", STAGE, "sh", str(self.stage), *pairs, "--"]
        if self.uid != os.geteuid():
            ids = [f"--reuid={self.uid}", f"--regid={self.uid}", "--clear-groups", "--no-new-privs"]
            line += ["/usr/bin/setpriv", *ids, "--"]
        if self.bytes_per_process:
            line += ["/usr/bin/prlimit", f"--as={self.bytes_per_process}", "--"]
        files = {s: shown.get(s, str(s)) for s in sources}
        return [*line, *self._bwrap(tree, job, layout, files), "--", *self._job(job)]

    def _bwrap(self, tree: Path, job: Job, layout: Layout, files: dict[Path, str]) -> list[str]:
        line = [self.bwrap, *options.bwrap_arguments(filter=str(self.filter_fd), tree=files[tree])]
        line += ["--json-status-fd", str(self.status_fd)]
        line += ["--size", str(job.limits.disk), "--perms", "1777", "--tmpfs", "/tmp"]  # noqa: S108  # the job's own
        line += ["--size", str(options.SHM), "--perms", "1777", "--tmpfs", "/dev/shm"]  # noqa: S108  # likewise
        for shelf in layout.shelves:
            line += ["--size", str(SHELF), "--perms", "0755", "--tmpfs", shelf]
        for mount in layout.mounts:
            line += ["--bind" if mount.writable else "--ro-bind", files[mount.source], mount.target]
        for shelf in (*layout.shelves, "/dev"):
            line += ["--remount-ro", shelf]
        return [*line, "--chdir", job.cwd]

    def _join(self, limits: Limits) -> list[str]:
        most = (limits.open_files, math.ceil(limits.file_size / BLOCK), math.ceil(limits.cpu_seconds))
        return ["/bin/sh", "-ec", JOIN, "sh", *map(str, most), *self.entrances, "--"]

    def _job(self, job: Job) -> list[str]:
        """With a group, all limits are there before bwrap starts."""
        if self.entrances:
            return inside.with_environment(job.argv, job.env)
        return inside.command(job.argv, job.env, job.limits, own_users=True)


def out_of_reach(tree: Path, layout: Layout, uid: int) -> list[Path]:
    """What is to be shown and the user `uid` cannot reach."""
    return [s for s in (tree, *(m.source for m in layout.mounts)) if uid != os.geteuid() and not reachable(s)]
