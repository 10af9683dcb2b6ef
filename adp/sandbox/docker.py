"""Engine on Docker or Podman through the docker SDK: the same tree as an image, the same view inside."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import docker
from docker.models.containers import Container

from adp.environment.tree import Root
from adp.sandbox import cgroup, container, floors, images, inside, options, out, seccomp
from adp.sandbox.container import DEADLINE, LABEL, OWNER, Terms
from adp.sandbox.engine import Engine, EngineInfo, Job, OnLine, OnUsage, Outcome, unheard
from adp.sandbox.follow import follow
from adp.sandbox.heartline import heartline, sure
from adp.sandbox.kept import KEEPER, Kept
from adp.sandbox.log import Capture
from adp.sandbox.mounts import Layout, layout
from adp.sandbox.reasons import outcome
from adp.sandbox.watch import Watch


@dataclass(frozen=True, slots=True)
class DockerEngine:
    """`labels` (run, lease) are put on every container, so that whoever owns the run can find what a dead node left."""

    client: docker.DockerClient
    labels: Mapping[str, str] = field(default_factory=dict)
    name: str = "docker"
    cgroup_driver: str = ""
    address: str = ""  # of an engine whose containers end with it

    def info(self) -> EngineInfo:
        has = {options.GROUP} | ({options.FILE_SYSTEM} if out.can_mount() else set())
        here = options.enforced(self.name, has)
        version = f"cgroup v{self.client.info().get('CgroupVersion', '?')}"
        here["memory"] += f" ({version})"
        here["user"] += "; remapped on the host" if _remapped(self.client) else "; the same number on the host"
        said = self.client.version()
        weaker = options.weaker(self.name, has) | floors.mended(floors.parts(self.name, said))
        return EngineInfo(self.name, said["Version"], here, weaker)

    def run(self, root: Root, job: Job, on_line: OnLine = unheard, on_usage: OnUsage = unheard) -> Outcome:
        found = layout(root, job)
        with images.spoken(), ExitStack() as held:
            image = images.image_for(self.client, root, on_line)
            if found.writable:
                out.hand_over(found.writable.source, inside.UID)
            group = held.enter_context(_counted(self.cgroup_driver))
            made = container.create(self.client, image, job, found, Terms(self.profile, self.labels, group))
            held.callback(container.remove, made)
            capture = Capture(job.limits.log, on_line)
            watch = Watch(job.limits, found.writable, group, on_usage, container.INIT)
            is_cut = held.enter_context(heartline(self.address))
            return outcome(sure(follow(self.client, made, capture, watch), is_cut), capture, job.limits)

    def together(self, jobs: int) -> AbstractContextManager[Engine]:
        if self.name == "podman":  # it leaves a process on the host for five minutes after each command in a container
            return nullcontext(self)

        def make(image: str, job: Job, found: Layout) -> Container:
            terms = Terms(self.profile, self.labels, keeper=KEEPER, jobs=jobs)
            return container.create(self.client, image, job, found, terms)

        return Kept(self, self.client, make, self.address)

    def clear(self, owner: str) -> None:
        with images.spoken():
            wanted = [LABEL, f"{OWNER}={owner}"]
            for each in self._listed(wanted):
                container.remove(each)
        cgroup.clear(owner)

    def _listed(self, labels: list[str]) -> list[Container]:
        """Not asked about one by one: one that goes in between is, to Podman, an error of its own."""
        return self.client.containers.list(all=True, filters={"label": labels}, sparse=True)

    @property
    def profile(self) -> str:
        return seccomp.path() if self.name == "podman" else seccomp.docker_json()

    def reap(self, label: str = "") -> int:
        """Remove containers nobody waits for: with `label` ("run=17") all that carry it, else those past their time."""
        with images.spoken():
            wanted = [LABEL, label] if label else [LABEL]
            late = [c for c in self._listed(wanted) if label or float(c.attrs["Labels"].get(DEADLINE, 0)) < time.time()]
            for each in late:
                container.remove(each)
        return len(late)


@contextmanager
def _counted(driver: str) -> Iterator[cgroup.Group | None]:
    """A group around the container's own: its figures are still there when the container is gone."""
    group = cgroup.new(at_top=True) if os.geteuid() == 0 and driver == "cgroupfs" else None
    try:
        yield group
    finally:
        if group:
            group.close()


def _remapped(client: docker.DockerClient) -> bool:
    return any("userns" in option or "rootless" in option for option in client.info().get("SecurityOptions") or ())


def brand(said: Mapping[str, Any]) -> str:
    """What an engine calls itself in its answer to `version`: the name of ours."""
    parts = [str(part.get("Name", "")) for part in said.get("Components") or ()]
    return "podman" if any("Podman" in part for part in parts) else "docker"
