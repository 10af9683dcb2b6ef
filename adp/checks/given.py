"""Data that are not in the repository: from the store of this machine, or fetched into it; held while the check lasts.

And for all inputs: after the steps they are still what they were before."""

import hashlib
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from adp.checks.bench import Bench, Notes
from adp.checks.packaged import path_of
from adp.errors import PlatformError
from adp.manifest import tree
from adp.manifest.model import Data
from adp.reference import store
from adp.reference.wanted import Wanted
from adp.sandbox.engine import Mount
from adp.sandbox.inside import DATA, PACKAGES_AT, SOURCE

PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+-]{0,120}")
CHUNK = 1 << 20
FOLDER = "given"
HOLE = "this is a fault of ours: nothing inside may write there; tell the operator, with the engine's name"


def bring(bench: Bench, notes: Notes) -> None:
    """AuthorError, CuratorError or PlatformError as adp.reference.staging says."""
    for data in bench.declared.data:
        if not is_given(data):
            continue
        wanted = Wanted(data.name, data.sha256, data.url, data.size)
        file = bench.until_the_end.enter_context(bench.shelf.using(wanted, notes.say))
        link = file_of(bench, data)
        link.parent.mkdir(parents=True)
        link.symlink_to(file)


def is_given(data: Data) -> bool:
    return bool(data.url or data.centre)


def file_of(bench: Bench, data: Data) -> Path:
    """The file outside, under the name it has inside."""
    if data.path:
        return bench.snapshot.path / data.path
    if is_given(data):
        return bench.workspace / FOLDER / data.name / _name(data)
    if bench.built.packages is None:
        raise RuntimeError(f"the build stage let {data.name} pass, which this environment does not hold")
    return bench.built.packages / path_of(data)


def place_of(data: Data) -> str:
    """Where a step sees it."""
    if data.path:
        return f"{SOURCE}/{data.path}"
    return f"{DATA}/{data.name}/{_name(data)}" if is_given(data) else f"{PACKAGES_AT}/{path_of(data)}"


def mounts(bench: Bench) -> tuple[Mount, ...]:
    return tuple(Mount(file_of(bench, data), place_of(data)) for data in bench.declared.data if is_given(data))


def unchanged(bench: Bench) -> None:
    """Whatever the steps did: every input is still the file the manifest means. Raises PlatformError."""
    for data in bench.declared.data:
        if data.package and bench.built.packages is None:
            continue
        if _digest(bench, data) != data.sha256:
            raise PlatformError(f"the input {data.name} was changed while the steps ran", hint=HOLE)


def _digest(bench: Bench, data: Data) -> str:
    if not data.path:
        return store.digest(file_of(bench, data).resolve())
    found = hashlib.sha256()
    with tree.opened(bench.snapshot.path, data.path) as stream:
        while chunk := stream.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()


def _name(data: Data) -> str:
    """The last part of its address, for steps that go by the ending; its own name where that part is odd."""
    last = unquote(urlsplit(data.url).path.rpartition("/")[2])
    return last if PLAIN.fullmatch(last) else data.name
