"""One container of ours: made from the option table, cleared away whatever happens to it."""

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docker
from docker.errors import NotFound
from docker.models.containers import Container
from docker.types import LogConfig, Ulimit
from docker.types import Mount as Bind

from adp.environment import place
from adp.sandbox import cgroup, images, inside, options, out
from adp.sandbox.engine import Job, Limits, Mount
from adp.sandbox.mounts import Layout

LATE = 60.0  # after its deadline a container of ours belongs to nobody
LABEL = "pharos.job"
OWNER = "pharos.owner"  # the job it works for (adp.environment.place.job): who finds it when its process died
DEADLINE = "pharos.deadline"
OF_THE_CONTAINER = ("user", "hostname", "network_disabled", "use_config_proxy")  # the rest is its host's
BUILDING = {"read_only": False, "cap_add": ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"]}
ALL_JOBS = 64 * 256  # processes of the user of all jobs together, without a user namespace
EMPTY = ("/sys", "/sys/fs/cgroup", "/run", "/var/tmp")  # noqa: S108
HOSTS = Path(__file__).with_name("hosts")  # an engine writes the host's names into its own
INIT = 1  # process 1 of the container is the engine's


@dataclass(frozen=True, slots=True)
class Terms:
    """What a container is made with beside its job: `profile` of system calls, `labels`, the `group` around its own. A
    `keeper` is the user that only waits in it, while `jobs` jobs run there one after the other. `builds_as` is the user
    of a RUN of a Dockerfile: its root may be written to, and of root's powers it has what installing takes."""

    profile: str
    labels: Mapping[str, str] = field(default_factory=dict)
    group: cgroup.Group | None = None
    keeper: str = ""
    jobs: int = 1
    builds_as: str = ""


def create(client: docker.DockerClient, image: str, job: Job, found: Layout, terms: Terms) -> Container:
    """Not started yet."""
    walls = options.container_options(profile=terms.profile, user=terms.builds_as or terms.keeper or user())
    if terms.builds_as:
        walls |= BUILDING
    own = {name: walls.pop(name) for name in OF_THE_CONTAINER}
    walls["log_config"] = LogConfig(type=walls["log_config"]["Type"])
    config = client.api.create_host_config(
        **walls,
        **_limits(job.limits, found, INIT + bool(terms.keeper)),
        tmpfs=_tmpfs(job.limits, found),
        mounts=[_bind(m) for m in (Mount(HOSTS, "/etc/hosts"), *found.mounts)],
        cgroup_parent=terms.group.path if terms.group else None,
    )
    made = client.api.create_container(
        image,
        command=list(job.argv) if terms.builds_as else command(client, image, job),
        entrypoint=[],
        working_dir=job.cwd,
        labels={**terms.labels, **_marks(job, terms.jobs)},
        host_config=config,
        **own,
    )
    return client.containers.get(made["Id"])


def _marks(job: Job, jobs: int) -> dict[str, str]:
    deadline = int(time.time() + jobs * (job.limits.seconds + LATE))
    return {LABEL: job.name, OWNER: place.job(), DEADLINE: str(deadline)}


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


def _limits(limits: Limits, found: Layout, ours: int) -> dict[str, Any]:
    """A tmpfs counts its pages to who writes them: room for the output is added, it is not the job's memory."""
    own = {"nproc": ALL_JOBS}  # Podman's default is more than it may set inside another sandbox
    memory = limits.memory + (limits.disk if found.writable and out.limited(found.writable.source) else 0)
    return {
        "mem_limit": memory,
        "memswap_limit": memory,
        "nano_cpus": int(limits.cpus * 1e9),
        "pids_limit": limits.processes + ours,
        "shm_size": options.SHM,
        "ulimits": [Ulimit(name=n, soft=most, hard=most) for n, most in {**inside.per_process(limits), **own}.items()],
    }


def _bind(mount: Mount) -> Bind:
    return Bind(mount.target, str(mount.source), type="bind", read_only=not mount.writable, propagation="rprivate")


def _tmpfs(limits: Limits, found: Layout) -> dict[str, str]:
    """/sys tells of the host, and Podman makes the others writable: nobody else has them."""
    shelves = dict.fromkeys((*found.shelves, *EMPTY), "ro,nosuid,nodev,noexec,size=1m,mode=0755")
    return {"/tmp": f"rw,exec,nosuid,nodev,size={limits.disk},mode=1777"} | shelves  # noqa: S108  # the job's own
