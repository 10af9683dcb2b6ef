"""Engine on Docker or Podman through the docker SDK: the same tree as an image, the same view inside."""

import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import docker
from docker.errors import APIError, NotFound
from docker.models.containers import Container
from docker.types import LogConfig, Ulimit
from docker.types import Mount as Bind
from docker.utils.socket import STDOUT, frames_iter

from adp.environment.tree import Root
from adp.finding import Reason
from adp.sandbox import cgroup, images, inside, out, seccomp
from adp.sandbox.engine import EngineInfo, Job, Limits, OnLine, OnUsage, Outcome, unheard
from adp.sandbox.log import Capture
from adp.sandbox.mounts import Layout, layout
from adp.sandbox.reasons import Ending, outcome
from adp.sandbox.watch import Watch

SHM = 64 << 20
TICK = 0.05
INIT = 1  # process 1 of the container is the engine's
GRACE = 10.0
LATE = 60.0  # after its deadline a container of ours belongs to nobody
LABEL = "pharos.job"
DEADLINE = "pharos.deadline"


@dataclass(frozen=True, slots=True)
class DockerEngine:
    """`labels` (run, lease) are put on every container, so that whoever owns the run can find what a dead node left."""

    client: docker.DockerClient
    labels: Mapping[str, str] = field(default_factory=dict)
    name: str = "docker"

    def info(self) -> EngineInfo:
        said = self.client.version()
        counted = f"container's control group (v{self.client.info().get('CgroupVersion', '?')})"
        enforces = {
            "user": f"{inside.UID} inside" + (", remapped" if _remapped(self.client) else ""),
            "network": "none",
            "system calls": "own seccomp profile",
            "memory": counted,
            "processes": counted,
            "cpus": counted,
            "disk": "file system of that size" if out.can_mount() else "watched; per file by the kernel",
            "time": "wall clock",
            "log": "capped as it is read",
        }
        return EngineInfo(self.name, f"{brand(said)} {said['Version']}", enforces)

    def run(self, root: Root, job: Job, on_line: OnLine = unheard, on_usage: OnUsage = unheard) -> Outcome:
        found = layout(root, job)
        with images.spoken(), ExitStack() as held:
            image = images.image_for(self.client, root, on_line)
            if found.writable:
                out.hand_over(found.writable.source, inside.UID)
            group = held.enter_context(_counted(self.client))
            container = self._create(image, job, found, group)
            held.callback(_remove, container)
            capture = Capture(job.limits.log, on_line)
            watch = Watch(job.limits, found.writable, group, on_usage, INIT)
            return outcome(_follow(self.client, container, capture, watch), capture)

    def reap(self, label: str = "") -> int:
        """Remove containers nobody waits for: with `label` ("run=17") all that carry it, else those past their time."""
        with images.spoken():
            wanted = [LABEL, label] if label else [LABEL]
            found = self.client.containers.list(all=True, filters={"label": wanted}, ignore_removed=True)
            late = [c for c in found if label or float(c.labels.get(DEADLINE, 0)) < time.time()]
            for container in late:
                _remove(container)
        return len(late)

    def _create(self, image: str, job: Job, found: Layout, group: cgroup.Group | None) -> Container:
        limits = job.limits
        extra = limits.disk if found.writable and out.limited(found.writable.source) else 0
        config = self.client.api.create_host_config(
            network_mode="none",
            cap_drop=["ALL"],
            security_opt=["no-new-privileges:true", "seccomp=" + seccomp.docker_json()],
            read_only=True,
            tmpfs=_tmpfs(limits, found),
            shm_size=SHM,
            mem_limit=limits.memory + extra,
            memswap_limit=limits.memory + extra,
            nano_cpus=int(limits.cpus * 1e9),
            pids_limit=limits.processes + 1,
            ulimits=_ulimits(limits),
            ipc_mode="private",
            init=True,
            log_config=LogConfig(type="none"),
            mounts=[
                Bind(m.target, str(m.source), type="bind", read_only=not m.writable, propagation="rprivate")
                for m in found.mounts
            ],
            oom_score_adj=500,
            cgroup_parent=group.path if group else None,
        )
        labels = {**self.labels, LABEL: job.name, DEADLINE: str(int(time.time() + limits.seconds + LATE))}
        made = self.client.api.create_container(
            image,
            command=self._command(image, job),
            entrypoint=[],
            user=_user(),
            hostname=inside.HOST,
            working_dir=job.cwd,
            network_disabled=True,
            labels=labels,
            host_config=config,
            use_config_proxy=False,  # its address may hold a password, and process 1 shows what it was given
        )
        return self.client.containers.get(made["Id"])

    def _command(self, image: str, job: Job) -> list[str]:
        env = images.own_environment(self.client, image, job.env)
        return ["/usr/bin/env", "-i", "--", *(f"{k}={v}" for k, v in env.items()), *job.argv]


def _tmpfs(limits: Limits, found: Layout) -> dict[str, str]:
    shelves = dict.fromkeys(found.shelves, "ro,nosuid,nodev,size=1m,mode=0755")
    return {"/tmp": f"rw,exec,nosuid,nodev,size={limits.disk},mode=1777"} | shelves  # noqa: S108  # the job's own


def _ulimits(limits: Limits) -> list[Ulimit]:
    """Not the number of processes: without a user namespace that one counts a user's across all containers."""
    most = {"core": 0, "nofile": 4096, "fsize": limits.disk, "memlock": 0, "rtprio": 0, "nice": 0}
    return [Ulimit(name=name, soft=number, hard=number) for name, number in most.items()]


def _user() -> str:
    """The job's user owns the output folder; where we cannot give it away, that is ourselves."""
    own = os.geteuid()
    return f"{inside.UID}:{inside.UID}" if own == 0 else f"{own}:{os.getegid()}"


def _follow(client: docker.DockerClient, container: Container, capture: Capture, watch: Watch) -> Ending:
    """From start to end: read what it says, stop it at a limit, then ask the engine how it went."""
    wire = client.api.attach_socket(str(container.id), params={"stdout": 1, "stderr": 1, "stream": 1})
    reader = threading.Thread(target=_read, args=(wire, capture), daemon=True)
    reader.start()
    try:
        container.start()
        return _attend(container, reader, capture, watch)
    finally:
        wire._response.close()  # noqa: SLF001  # the SDK's only handle on the connection it opened for us


def _attend(container: Container, reader: threading.Thread, capture: Capture, watch: Watch) -> Ending:
    begun = time.monotonic()
    stopped: Reason | None = None
    reader.join(TICK)
    if watch.group is None:
        container.reload()
        watch.group = cgroup.of(container.attrs["State"]["Pid"])
    while stopped is None and _alive(container, reader):
        stopped = _why(begun + watch.limits.seconds, capture, watch)
        reader.join(TICK)
    if stopped:
        with suppress(APIError):  # it may have ended in the same moment
            container.kill()
    code = int(container.wait(timeout=GRACE)["StatusCode"])
    seconds = time.monotonic() - begun
    reader.join(GRACE)
    watch.count()
    container.reload()
    writable = watch.writable.source if watch.writable else None
    return Ending(
        exit_code=code,
        seconds=seconds,
        cpu_seconds=watch.cpu_seconds,
        peak_memory=watch.peak,
        stopped=stopped or (Reason.LOG_LIMIT if capture.is_over else None),
        killed_for_memory=bool(container.attrs["State"].get("OOMKilled")),
        refused_a_process=watch.refused_a_process,
        disk_is_full=writable is not None and out.limited(writable) and out.is_full(writable),
    )


def _read(wire: Any, capture: Capture) -> None:
    for stream, chunk in frames_iter(wire, tty=False):  # type: ignore[no-untyped-call]  # the SDK's stubs leave it out
        capture.add("stdout" if stream == STDOUT else "stderr", chunk)


def _alive(container: Container, reader: threading.Thread) -> bool:
    """A job may close both its streams and go on."""
    if reader.is_alive():
        return True
    container.reload()
    return container.status not in {"exited", "dead"}


def _why(deadline: float, capture: Capture, watch: Watch) -> Reason | None:
    if capture.is_over:
        return Reason.LOG_LIMIT
    if time.monotonic() > deadline:
        return Reason.TIME_LIMIT
    return watch.reason()


def _remove(container: Container) -> None:
    with suppress(NotFound):
        container.remove(force=True, v=True)


@contextmanager
def _counted(client: docker.DockerClient) -> Iterator[cgroup.Group | None]:
    """A group around the container's own: its figures are still there when the container is gone."""
    ours = os.geteuid() == 0 and client.info().get("CgroupDriver") == "cgroupfs"
    group = cgroup.new(at_top=True) if ours else None
    try:
        yield group
    finally:
        if group:
            group.close()


def _remapped(client: docker.DockerClient) -> bool:
    return any("userns" in option or "rootless" in option for option in client.info().get("SecurityOptions") or ())


def brand(said: Mapping[str, Any]) -> str:
    parts = [str(part.get("Name", "")) for part in said.get("Components") or ()]
    return "Podman" if any("Podman" in part for part in parts) else "Docker"
