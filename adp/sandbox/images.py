"""Images for a container engine: our tree as it is, given to the engine once."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import docker
import requests
from docker.errors import DockerException, ImageNotFound

from adp.environment import oci, place
from adp.environment.tree import Root
from adp.errors import PlatformError
from adp.sandbox.engine import OnLine

REPOSITORY = "localhost/pharos"  # the host part keeps Podman from asking a registry
BUILD_SECONDS = 900
LARGEST = 16 << 30


@contextmanager
def spoken() -> Iterator[None]:
    """The engine's own failures are ours, never the proposal's."""
    try:
        yield
    except (DockerException, requests.RequestException) as error:
        raise PlatformError(f"the container engine failed: {error}", hint="adp doctor tells what is wrong") from error


def image_for(client: docker.DockerClient, root: Root, on_line: OnLine) -> str:
    """The image a job of `root` runs in: the author's, or the tree, imported once per engine."""
    if root.image:
        return root.image
    if root.tree is None:
        raise PlatformError(f"{root.name} has neither a tree nor an image")
    bare = Root(root.name, root.digest, tree=root.tree)
    made = oci.image_of(bare)
    tag = f"{REPOSITORY}/{root.name}:{made.digest[:12]}"
    try:
        client.images.get(tag)
    except ImageNotFound:
        _import(client, bare, made, tag, on_line)
    return tag


def own_environment(client: docker.DockerClient, image: str, env: Mapping[str, str]) -> dict[str, str]:
    """`env`, over what an author's image sets for itself (its PATH comes last). Our own tree sets nothing."""
    if image.startswith(f"{REPOSITORY}/"):
        return dict(env)
    raw = client.images.get(image).attrs["Config"].get("Env") or []
    theirs = dict(pair.partition("=")[::2] for pair in raw)
    path = ":".join(p for p in (env.get("PATH", ""), theirs.get("PATH", "")) if p)
    return theirs | dict(env) | ({"PATH": path} if path else {})


def _import(client: docker.DockerClient, bare: Root, made: oci.Image, tag: str, on_line: OnLine) -> None:
    """Give the tree to the engine as an image whose digest is that of its content; `FROM astro-1` then names it too."""
    with place.lock(f"image-{made.digest}"), tempfile.TemporaryFile(dir=place.cache("images")) as packed:
        on_line(f"giving {bare.name} to the container engine (once)")
        oci.archive(made, oci.contents(bare, made), packed, tag)
        packed.seek(0)
        (image,) = client.images.load(packed)
        image.tag(*tag.split(":"))  # Podman reads no name from what it loads
        image.tag(bare.name, "latest")
