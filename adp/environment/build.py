"""From what a manifest asks for to something an engine can run in."""

import hashlib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from adp.environment import debian, lock, packages
from adp.environment.recipe import ASTRO_1, RECIPES, Recipe
from adp.environment.tree import Root
from adp.errors import AuthorError, PlatformError
from adp.finding import Finding, Reason, Where
from adp.manifest.model import Environment

OnLine = Callable[[str], None]
Workshop = Callable[[Recipe, Path, str], packages.Builder]  # for a recipe, its tree, and the name of the lock


def _quiet(line: str) -> None:
    """Nobody listens."""


def root_for(
    environment: Environment, source: Path, on_line: OnLine = _quiet, workshop: Workshop | None = None
) -> Root:
    """The root a proposal's code runs in: `base` with its default set, or with the proposal's own lock instead.
    `workshop` builds what a lock pins as source only.

    `dockerfile` and `image` need a container engine: adp.sandbox.images makes those. Raises AuthorError BUILD_FAIL for
    a bad lock, PlatformError when this machine cannot make it."""
    if environment.dockerfile or environment.image:
        raise PlatformError(
            "this environment could not be checked: a Dockerfile or an image needs a container engine",
            hint="run it where Docker or Podman runs: adp check --engine docker",
        )
    recipe = RECIPES.get(environment.base)
    if recipe is None:
        raise AuthorError(_unknown(environment.base))
    if environment.requirements:
        wanted = lock.read(source, environment.requirements)
        return root_of(recipe, wanted, on_line, name=environment.requirements, workshop=workshop)
    return root_of(recipe, packaged(f"{recipe.name}.lock"), on_line, name=f"{recipe.name}.lock")


def judge_root(on_line: OnLine = _quiet) -> Root:
    """The root the judge reads data in: our tree, our lock, never a package of an author."""
    return root_of(ASTRO_1, packaged("judge.lock"), on_line, name="judge.lock")


def root_of(recipe: Recipe, wanted: bytes, on_line: OnLine, *, name: str, workshop: Workshop | None = None) -> Root:
    tree = debian.tree_for(recipe, on_line)
    builder = workshop(recipe, tree, name) if workshop else None
    chosen = packages.set_for(wanted, recipe, tree, on_line, name=name, builder=builder)
    return Root(
        name=recipe.name,
        digest=hashlib.sha256(recipe.digest.encode() + wanted).hexdigest(),
        tree=tree,
        packages=chosen,
        contents=debian.contents(tree) | packages.contents(chosen),
    )


def packaged(name: str) -> bytes:
    """A lock that ships with this package."""
    return files("adp.environment").joinpath(name).read_bytes()


def _unknown(base: str) -> Finding:
    known = ", ".join(sorted(RECIPES))
    return Finding(
        Reason.BUILD_FAIL,
        "BASE_UNKNOWN",
        f"there is no base environment {base!r}; there is: {known}",
        where=Where(file="adp.toml"),
        hint=f'write base = "{ASTRO_1.name}"',
    )
