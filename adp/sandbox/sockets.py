"""Find a container engine on this machine: the one that is named, else the usual sockets."""

import os
from collections.abc import Iterator
from pathlib import Path

import docker
import requests
from docker.errors import DockerException

from adp.errors import PlatformError
from adp.sandbox import floors
from adp.sandbox.docker import DockerEngine, brand

DOCKER, PODMAN = "docker", "podman"
USUAL = {DOCKER: ("/run/docker.sock", "/var/run/docker.sock"), PODMAN: ("/run/podman/podman.sock",)}
OWN = {DOCKER: "docker.sock", PODMAN: "podman/podman.sock"}  # below XDG_RUNTIME_DIR
SECONDS = 60
MISSING = {
    DOCKER: "install it (apt-get install docker.io), start it, and let this account use its socket",
    PODMAN: "install it (apt-get install podman catatonit) and start its socket: systemctl enable --now podman.socket",
}


def connect(address: str | None = None, *, name: str = "") -> DockerEngine:
    """An engine that answers and is new enough; `name` it, or take what is there. Clears away containers of ours that
    outlived their time."""
    said = []
    for candidate in [address] if address else addresses(name):
        try:
            engine = _try(candidate, name)
        except PlatformError as error:
            said.append(str(error))
        else:
            engine.reap()
            return engine
    hint = MISSING.get(name) or "; or ".join(MISSING.values())
    raise PlatformError("; ".join(said) or f"no socket of {name or 'a container engine'} is here", hint=hint)


def addresses(name: str = "") -> Iterator[str]:
    """Where an engine called `name` may listen. A variable of its own client that names one is believed, and then
    alone; Podman may also be meant by Docker's."""
    seen = set()
    docker_host, podman_host = os.environ.get("DOCKER_HOST"), os.environ.get("CONTAINER_HOST")
    named = {DOCKER: docker_host, PODMAN: podman_host}
    for each in [name] if name else OWN:
        only, also = named[each], [docker_host] if docker_host else []
        for address in [only] if only else [*also, *_sockets(each)]:
            if address not in seen:
                seen.add(address)
                yield address


def _sockets(name: str) -> Iterator[str]:
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    seen = set()
    for path in map(Path, [*([f"{runtime}/{OWN[name]}"] if runtime else []), *USUAL[name]]):
        if path.is_socket() and path.resolve() not in seen:
            seen.add(path.resolve())
            yield f"unix://{path}"


def _try(address: str, name: str) -> DockerEngine:
    hint = MISSING[name or DOCKER]
    path = address.removeprefix("unix://")
    if path != address and not Path(path).is_socket():
        raise PlatformError(f"there is no socket at {path}", hint=hint)
    try:
        client = docker.DockerClient(base_url=address, timeout=SECONDS)
        said, about = client.version(), client.info()
    except (DockerException, requests.RequestException) as error:
        raise PlatformError(f"the container engine at {address} does not answer: {error}", hint=hint) from error
    found = brand(said)
    fault = f"{found} answers at {address}, not {name}" if name and found != name else floors.fault(found, said)
    if any("rootless" in option for option in about.get("SecurityOptions") or ()):
        fault = f"{found} at {address} is rootless: what a job writes there, this account could not take away"
    if fault:
        client.close()
        raise PlatformError(fault, hint="use --engine bubblewrap, or a newer engine that runs as root")
    driver = str(about.get("CgroupDriver", ""))
    return DockerEngine(client, name=found, cgroup_driver=driver, address=address if found == DOCKER else "")
