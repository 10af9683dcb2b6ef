"""Stage `build`: the declared environment exists and is pinned, and this machine has what the steps need."""

import platform

from adp.checks import packaged
from adp.checks.bench import Bench, Notes
from adp.environment import oci
from adp.errors import PlatformError
from adp.manifest.load import NAME
from adp.manifest.model import Manifest
from adp.sandbox.roots import root_for


def run(bench: Bench, notes: Notes) -> None:
    """Raises AuthorError for a lock or recipe that cannot be built, PlatformError where we could not try."""
    _require(bench.declared)
    bench.root = root_for(bench.engine, bench.declared.environment, bench.snapshot.path, notes.say)
    notes.say(f"environment {bench.root.name}, {len(bench.root.contents)} packages, digest {bench.root.digest[:12]}")
    if bench.root.tree:
        bench.image = oci.image_of(bench.root)
        notes.say(f"as an image: sha256:{bench.image.digest}")
    text = (bench.snapshot.path / NAME).read_bytes()
    notes.find(*packaged.findings(bench.declared, bench.root.packages, text))


def _require(manifest: Manifest) -> None:
    wants = manifest.resources
    if wants.gpu:
        raise PlatformError("the steps need a GPU, and no sandbox here gives one", hint="check it on a node with a GPU")
    if wants.arch != platform.machine():
        message = f"the steps need {wants.arch}, and this machine is {platform.machine()}"
        raise PlatformError(message, hint=f"check it on a machine with {wants.arch}")
    away = ", ".join(d.name for d in manifest.data if d.url)
    if away:
        raise PlatformError(
            f"the data {away} are given by a url, and nothing here fetches them yet",
            hint="keep them in the repository, or in a package of the pinned environment",
        )
