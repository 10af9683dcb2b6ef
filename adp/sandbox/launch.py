"""The command line that starts one bubblewrap job: first what root must do, then setpriv, then bwrap, then the job."""

import os
from dataclasses import dataclass
from pathlib import Path

from adp.sandbox import inside, options
from adp.sandbox.engine import Job
from adp.sandbox.mounts import Layout, reachable

SHELF = 1 << 20
JOIN = 'while [ "$1" != -- ]; do echo 0 > "$1"; shift; done; shift; exec /usr/bin/env -i "$@"'
# (A shell adds variables of its own: env takes them away again.)
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
    """`entrances`: control groups to join; `stage`: an empty folder all can reach; descriptors are inherited."""

    bwrap: str
    uid: int
    entrances: tuple[str, ...]
    stage: Path
    filter_fd: int
    status_fd: int
    bytes_per_process: int | None  # address space, where no group counts memory

    def command(self, tree: Path, job: Job, layout: Layout) -> list[str]:
        sources = [tree, *(m.source for m in layout.mounts)]
        hidden = [s for s in sources if self.uid != os.geteuid() and not reachable(s)]
        shown = {s: str(self.stage / str(n)) for n, s in enumerate(hidden)}
        line = ["/bin/sh", "-ec", JOIN, "sh", *self.entrances, "--"] if self.entrances else []
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

    def _job(self, job: Job) -> list[str]:
        return inside.command(job.argv, job.env, job.limits, own_users=True)
