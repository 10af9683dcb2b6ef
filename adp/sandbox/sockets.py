"""Find a container engine on this machine: the one that is named, else the usual sockets."""

import os
from collections.abc import Iterator
from pathlib import Path

import docker
import requests
from docker.errors import DockerException

from adp.errors import PlatformError
from adp.sandbox.docker import DockerEngine, brand

USUAL = ("/run/docker.sock", "/var/run/docker.sock", "/run/podman/podman.sock")
FLOORS = {"Docker": (20, 10), "Podman": (4, 3)}
SECONDS = 60
MISSING = "install Docker or Podman (apt-get install docker.io), start it, and let this account use its socket"


def connect(address: str | None = None) -> DockerEngine:
    """An engine that answers and is new enough. Clears away containers of ours that outlived their time."""
    said = []
    for candidate in [address] if address else addresses():
        try:
            engine = _try(candidate)
        except PlatformError as error:
            said.append(str(error))
        else:
            engine.reap()
            return engine
    raise PlatformError("; ".join(said) or "no container engine's socket is here", hint=MISSING)


def addresses() -> Iterator[str]:
    named = os.environ.get("DOCKER_HOST")
    if named:
        yield named
        return
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    own = [f"{runtime}/docker.sock", f"{runtime}/podman/podman.sock"] if runtime else []
    seen = set()
    for path in (Path(p) for p in [*own, *USUAL]):
        if path.is_socket() and path.resolve() not in seen:
            seen.add(path.resolve())
            yield f"unix://{path}"


def _try(address: str) -> DockerEngine:
    path = address.removeprefix("unix://")
    if path != address and not Path(path).is_socket():
        raise PlatformError(f"there is no socket at {path}", hint=MISSING)
    try:
        client = docker.DockerClient(base_url=address, timeout=SECONDS)
        said = client.version()
    except (DockerException, requests.RequestException) as error:
        raise PlatformError(f"the container engine at {address} does not answer: {error}", hint=MISSING) from error
    name, found = brand(said), tuple(int(p) for p in said["Version"].split("+")[0].split("-")[0].split(".")[:2])
    if found < FLOORS[name]:
        client.close()
        floor = ".".join(map(str, FLOORS[name]))
        raise PlatformError(f"{name} {said['Version']} at {address} is too old", hint=f"it takes {floor} or newer")
    if any("rootless" in option for option in client.info().get("SecurityOptions") or ()):
        client.close()
        raise PlatformError(
            f"{name} at {address} is rootless: what a job writes there, this account could not take away",
            hint="use --engine bubblewrap, or an engine that runs as root",
        )
    return DockerEngine(client)
