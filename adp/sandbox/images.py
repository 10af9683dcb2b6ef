"""Images for a container engine: our tree as it is, an author's Dockerfile built offline, or one by digest."""

import hashlib
import tarfile
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import docker
import requests
from docker.errors import APIError, DockerException, ImageNotFound

from adp.environment import debian, oci, place
from adp.environment.recipe import ASTRO_1
from adp.environment.tree import Root
from adp.errors import AuthorError, PlatformError
from adp.finding import Finding, Reason, Where
from adp.manifest.model import Environment
from adp.sandbox import dockerfile
from adp.sandbox.engine import OnLine

REPOSITORY = "localhost/pharos"  # the host part keeps Podman from asking a registry
BUILD_SECONDS = 900
BUILD_MEMORY = 4 << 30
LARGEST = 16 << 30
LARGEST_CONTEXT = 1 << 30
LAST_LINES = 30


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


def image_root(client: docker.DockerClient, environment: Environment, source: Path, on_line: OnLine) -> Root:
    """The root of `dockerfile` or `image`. Raises AuthorError: BUILD_FAIL or BUILD_LIMIT, with the file."""
    with spoken():
        if environment.dockerfile:
            image = _build(client, environment.dockerfile, source, on_line)
        else:
            image = _named(client, environment.image)
        attributes = client.images.get(image).attrs
    size = int(attributes.get("Size", 0))
    if size > LARGEST:
        message = f"the image has {size / 2**30:.1f} GiB; the limit is {LARGEST >> 30} GiB"
        raise AuthorError(_finding("IMAGE_TOO_LARGE", message, environment, reason=Reason.BUILD_LIMIT))
    identity = attributes["Id"]
    return Root(
        name=environment.image or environment.dockerfile,
        digest=hashlib.sha256(identity.encode()).hexdigest(),
        image=identity,
        contents={"image": identity},
    )


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


def _named(client: docker.DockerClient, image: str) -> str:
    name, _, digest = image.partition("@")
    where = Environment(image=image)
    if not name or not digest.startswith("sha256:"):
        raise AuthorError(_finding("IMAGE_NOT_BY_DIGEST", f"{image!r} is not name@sha256:…", where))
    for wanted in (image, digest):  # a registry's digest, or the engine's own id of an image loaded here
        try:
            return str(client.images.get(wanted).id)
        except ImageNotFound:
            continue
    raise PlatformError(
        f"this node does not hold the image {image}, and nothing here fetches images",
        hint=f"the node's operator puts it there by `docker load` or `docker pull {image}`, or another node runs it",
    )


def _build(client: docker.DockerClient, name: str, source: Path, on_line: OnLine) -> str:
    where = Environment(dockerfile=name)
    tree = debian.tree_for(ASTRO_1, on_line)
    image_for(client, Root(ASTRO_1.name, ASTRO_1.digest, tree=tree), on_line)
    _held(client, dockerfile.read(source, name))
    late = _finding("BUILD_TIME", f"{name} was not built within {BUILD_SECONDS} s", where, reason=Reason.BUILD_LIMIT)
    try:
        with _context(source) as context:
            return _identity(_messages(client, name, context), where, on_line, late)
    except requests.Timeout as error:
        raise AuthorError(late) from error
    except APIError as error:
        if error.is_client_error():
            raise AuthorError(_finding("DOCKERFILE", f"{name}: {error.explanation}", where)) from error
        raise


def _held(client: docker.DockerClient, wanted: Iterable[dockerfile.Instruction]) -> None:
    """Raises PlatformError for a base by digest that is not on this node: another node may hold it."""
    for instruction in wanted:
        if instruction.word == "FROM" and "@" in (image := instruction.arguments[0]):
            _named(client, image)


def _identity(messages: Iterator[dict[str, Any]], where: Environment, on_line: OnLine, late: Finding) -> str:
    """Follow a build to its last word (an answer left half read keeps its connection), then to the id of its image."""
    deadline = time.monotonic() + BUILD_SECONDS
    said: list[str] = []
    identity, fault = "", ""
    for message in messages:
        fault = str(message.get("error") or fault).rstrip()
        identity = str((message.get("aux") or {}).get("ID") or identity)
        text = str(message.get("stream") or message.get("error") or "").rstrip()
        if text:
            said.append(text)
            on_line(text)
        if time.monotonic() > deadline:
            raise AuthorError(late)
    if fault:
        log = "\n".join(said[-LAST_LINES:])
        raise AuthorError(_finding("DOCKERFILE", f"{where.dockerfile} cannot be built: {fault}", where, log=log))
    if not identity:
        raise PlatformError(f"the container engine built {where.dockerfile} but names no image")
    return identity


def _messages(client: docker.DockerClient, name: str, context: BinaryIO) -> Iterator[dict[str, Any]]:
    """Without a network, without the engine's proxies, within limits."""
    lines = client.api.build(
        fileobj=context,
        custom_context=True,
        dockerfile=name,
        network_mode="none",
        pull=False,
        nocache=place.is_built_anew(),
        rm=True,
        forcerm=True,
        use_config_proxy=False,
        container_limits={"memory": BUILD_MEMORY, "memswap": BUILD_MEMORY},
        labels={"pharos.build": "1"},
        timeout=BUILD_SECONDS,
        decode=True,
    )
    yield from lines


@contextmanager
def _context(source: Path) -> Iterator[BinaryIO]:
    """A tar of the snapshot with nothing of this machine in it: no owner, no time, no link."""
    total = 0
    with tempfile.TemporaryFile() as packed:
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for path in sorted(p for p in source.rglob("*") if p.is_file() and not p.is_symlink()):
                total += path.stat().st_size
                if total > LARGEST_CONTEXT:
                    message = f"the repository is larger than {LARGEST_CONTEXT >> 20} MiB, too much for a build"
                    raise AuthorError(_finding("CONTEXT_TOO_LARGE", message, Environment(), reason=Reason.BUILD_LIMIT))
                entry = tarfile.TarInfo(str(path.relative_to(source)))
                entry.size = path.stat().st_size
                entry.mode = path.stat().st_mode & 0o755
                with path.open("rb") as stream:
                    archive.addfile(entry, stream)
        packed.seek(0)
        yield packed


def _finding(
    code: str, message: str, environment: Environment, *, reason: Reason = Reason.BUILD_FAIL, log: str = ""
) -> Finding:
    hint = "repeat it here: docker build --network none ." if environment.dockerfile else "name an image the node holds"
    evidence = {"log": log} if log else {}
    return Finding(
        reason, code, message, where=Where(file=environment.dockerfile or "adp.toml"), hint=hint, evidence=evidence
    )
