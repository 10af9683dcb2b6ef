"""An author's own image on a container engine: a Dockerfile built offline, or one by digest that the node holds."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import docker
from docker.errors import ImageNotFound

from adp.environment import debian, lock, place, sources
from adp.environment.recipe import ASTRO_1
from adp.environment.tree import Root
from adp.errors import AuthorError, PlatformError
from adp.finding import Finding, Reason, Where
from adp.manifest.model import Environment
from adp.sandbox import building, context, dockerfile
from adp.sandbox.engine import OnLine
from adp.sandbox.images import REPOSITORY, image_for, spoken

LARGEST = 16 << 30


def image_root(
    client: docker.DockerClient, profile: str, environment: Environment, source: Path, on_line: OnLine
) -> Root:
    """The root of `dockerfile` or `image`. Raises AuthorError: BUILD_FAIL or BUILD_LIMIT, with the file."""
    with spoken():
        if environment.dockerfile:
            image = _build(client, profile, environment, source, on_line)
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


def _build(client: docker.DockerClient, profile: str, environment: Environment, source: Path, on_line: OnLine) -> str:
    """Built once for the same instructions, files and bases; then found by their digest."""
    name = environment.dockerfile
    wanted = dockerfile.read(source, name)
    tree = debian.tree_for(ASTRO_1, on_line)
    own = client.images.get(image_for(client, Root(ASTRO_1.name, ASTRO_1.digest, tree=tree), on_line)).id

    def base(image: str) -> str:
        return str(own) if image == ASTRO_1.name else _named(client, image)

    bases = [base(image) for image in filter(None, map(_base_of, wanted))]
    with _wheels(environment.requirements, source, on_line) as wheels, context.packed(source, wheels) as files:
        parts = (repr(wanted), files.digest, *bases, repr(building.LIMITS))
        tag = f"{REPOSITORY}/built:{hashlib.sha256(chr(10).join(parts).encode()).hexdigest()[:32]}"
        with place.lock(f"image-{tag.rpartition(':')[2]}"):
            if not place.is_built_anew() and (known := client.images.list(name=tag)):
                return str(known[0].id)
            build = building.Build(client, profile, files.with_dockerfile, name, on_line)
            kept = ""
            try:
                kept = build.run(wanted, base)
                client.images.get(kept).tag(*tag.split(":"))
            finally:
                building.forget(client, build.images, kept)
    return kept


@contextmanager
def _wheels(requirements: str, source: Path, on_line: OnLine) -> Iterator[Path | None]:
    """A folder with the files a lock pins, fetched by hash; nothing of them is run."""
    if not requirements:
        yield None
        return
    wanted = lock.read(source, requirements)
    with tempfile.TemporaryDirectory(dir=place.cache("wheels")) as folder:
        for file in sources.best(wanted, ASTRO_1, requirements):
            on_line(f"fetching {file.filename}")
            sources.fetch(file, Path(folder), requirements)
        yield Path(folder)


def _base_of(instruction: dockerfile.Instruction) -> str:
    """The image a FROM takes from outside of the Dockerfile, or ""."""
    image = instruction.arguments[0] if instruction.word == "FROM" else ""
    return image if image == ASTRO_1.name or "@" in image else ""


def _finding(
    code: str, message: str, environment: Environment, *, reason: Reason = Reason.BUILD_FAIL, log: str = ""
) -> Finding:
    hint = "repeat it here: docker build --network none ." if environment.dockerfile else "name an image the node holds"
    evidence = {"log": log} if log else {}
    return Finding(
        reason, code, message, where=Where(file=environment.dockerfile or "adp.toml"), hint=hint, evidence=evidence
    )
