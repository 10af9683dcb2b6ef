"""Stage `build`: the declared environment exists and is pinned, the data are here, and so is what the steps need."""

import platform
from contextlib import nullcontext
from pathlib import Path

from adp.checks import given, packaged
from adp.checks.bench import Bench, Notes
from adp.environment import inventory, oci, place
from adp.environment.build import packaged as packaged_lock
from adp.errors import PlatformError
from adp.manifest.load import NAME
from adp.manifest.model import Manifest
from adp.sandbox.roots import root_for

KEPT = "environment"  # below the workspace: what tells how to make the environment again, and what it is made of
SBOM = "sbom.cdx.json"


def run(bench: Bench, notes: Notes) -> None:
    """Raises AuthorError for a lock or recipe that cannot be built, CuratorError for data that are not what was agreed,
    PlatformError where we could not try."""
    _require(bench.declared)
    given.bring(bench, notes)
    with place.built_anew(bench.workspace / "anew") if bench.is_rebuilt else nullcontext():
        made = bench.brought or root_for(bench.engine, bench.declared.environment, bench.snapshot.path, notes.say)
    bench.root = made
    notes.say(f"environment {bench.root.name}, {len(bench.root.contents)} packages, digest {bench.root.digest[:12]}")
    if bench.root.tree:
        bench.image = oci.image_of(bench.root)
        notes.say(f"as an image: sha256:{bench.image.digest}")
    _keep(bench)
    text = (bench.snapshot.path / NAME).read_bytes()
    notes.find(*packaged.findings(bench.declared, bench.root.packages, text))


def _keep(bench: Bench) -> None:
    """Beside the products: the lock (or Dockerfile) this was made from, and the list of what it holds."""
    folder = bench.workspace / KEPT
    folder.mkdir()
    asked = bench.declared.environment
    recipes = [recipe for recipe in (asked.requirements, asked.dockerfile) if recipe]
    for recipe in recipes:
        (folder / Path(recipe).name).write_bytes((bench.snapshot.path / recipe).read_bytes())
    if not recipes and asked.base and bench.root and bench.root.tree:
        (folder / f"{asked.base}.lock").write_bytes(packaged_lock(f"{asked.base}.lock"))
    if bench.root and bench.root.tree:
        (folder / SBOM).write_bytes(inventory.of(bench.root))


def _require(manifest: Manifest) -> None:
    wants = manifest.resources
    if wants.gpu:
        raise PlatformError("the steps need a GPU, and no sandbox here gives one", hint="check it on a node with a GPU")
    if wants.arch != platform.machine():
        message = f"the steps need {wants.arch}, and this machine is {platform.machine()}"
        raise PlatformError(message, hint=f"check it on a machine with {wants.arch}")
