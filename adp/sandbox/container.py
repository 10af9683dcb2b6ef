"""One container of ours: made from the option table, cleared away whatever happens to it."""

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import docker
from docker.errors import NotFound
from docker.models.containers import Container
from docker.types import LogConfig, Ulimit
from docker.types import Mount as Bind

from adp.environment import place
from adp.sandbox import cgroup, images, inside, options, out, seccomp
from adp.sandbox.engine import Job, Limits
from adp.sandbox.mounts import Layout

LATE = 60.0  # after its deadline a container of ours belongs to nobody
LABEL = "pharos.job"
OWNER = "pharos.owner"  # the job it works for (adp.environment.place.job): who finds it when its process died
DEADLINE = "pharos.deadline"
OF_THE_CONTAINER = ("user", "hostname", "network_disabled", "use_config_proxy")  # the rest is its host's
INIT = 1  # process 1 of the container is the engine's


def create(
    client: docker.DockerClient,
    image: str,
    job: Job,
    found: Layout,
    *,
    labels: Mapping[str, str],
    group: cgroup.Group | None = None,
) -> Container:
    walls = options.container_options(profile=seccomp.docker_json(), user=user())
    own = {name: walls.pop(name) for name in OF_THE_CONTAINER}
    walls["log_config"] = LogConfig(type=walls["log_config"]["Type"])
    host = {name: value for name, value in walls.items() if value != ""}
    config = client.api.create_host_config(
        **host,
        **_limits(job.limits, found),
        tmpfs=_tmpfs(job.limits, found),
        mounts=[
            Bind(m.target, str(m.source), type="bind", read_only=not m.writable, propagation="rprivate")
            for m in found.mounts
        ],
        cgroup_parent=group.path if group else None,
    )
    made = client.api.create_container(
        image,
        command=command(client, image, job),
        entrypoint=[],
        working_dir=job.cwd,
        labels={**labels, **_marks(job)},
        host_config=config,
        **own,
    )
    return client.containers.get(made["Id"])


def _marks(job: Job) -> dict[str, str]:
    return {LABEL: job.name, OWNER: place.job(), DEADLINE: str(int(time.time() + job.limits.seconds + LATE))}


def command(client: docker.DockerClient, image: str, job: Job) -> list[str]:
    env = images.own_environment(client, image, job.env)
    return ["/usr/bin/env", "-i", "--", *(f"{k}={v}" for k, v in env.items()), *job.argv]


def remove(container: Container) -> None:
    with suppress(NotFound):
        container.remove(force=True, v=True)


def user() -> str:
    """The job's user owns the output folder; where we cannot give it away, that is ourselves."""
    own = os.geteuid()
    return f"{inside.UID}:{inside.UID}" if own == 0 else f"{own}:{os.getegid()}"


def _limits(limits: Limits, found: Layout) -> dict[str, Any]:
    """A tmpfs counts its pages to who writes them: room for the output is added, it is not the job's memory."""
    memory = limits.memory + (limits.disk if found.writable and out.limited(found.writable.source) else 0)
    return {
        "mem_limit": memory,
        "memswap_limit": memory,
        "nano_cpus": int(limits.cpus * 1e9),
        "pids_limit": limits.processes + INIT,
        "shm_size": options.SHM,
        "ulimits": [Ulimit(name=n, soft=most, hard=most) for n, most in inside.per_process(limits).items()],
    }


def _tmpfs(limits: Limits, found: Layout) -> dict[str, str]:
    shelves = dict.fromkeys(found.shelves, "ro,nosuid,nodev,noexec,size=1m,mode=0755")
    return {"/tmp": f"rw,exec,nosuid,nodev,size={limits.disk},mode=1777"} | shelves  # noqa: S108  # the job's own
