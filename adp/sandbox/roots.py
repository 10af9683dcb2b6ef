"""The root a proposal asks for, on the engine it will run on."""

from functools import partial
from pathlib import Path

from adp.environment import build
from adp.environment.tree import Root
from adp.manifest.model import Environment
from adp.sandbox import dockerfile
from adp.sandbox.authored import image_root
from adp.sandbox.docker import DockerEngine
from adp.sandbox.engine import Engine, OnLine
from adp.sandbox.wheels import builder


def root_for(engine: Engine, environment: Environment, source: Path, on_line: OnLine) -> Root:
    """A Dockerfile or an image only on a container engine; a base everywhere. Raises AuthorError or PlatformError.

    What the policy refuses of a Dockerfile it refuses on every machine, also where nothing could build it."""
    if environment.dockerfile:
        dockerfile.read(source, environment.dockerfile)
    if (environment.dockerfile or environment.image) and isinstance(engine, DockerEngine):
        return image_root(engine.client, engine.profile, environment, source, on_line)
    return build.root_for(environment, source, on_line, partial(builder, engine))
