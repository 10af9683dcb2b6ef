"""Data that come with a package of the pinned environment: there, and the ones the manifest means."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from adp.finding import Finding, Reason, Where
from adp.manifest import toml, tree
from adp.manifest.load import NAME
from adp.manifest.model import Data, Manifest
from adp.manifest.positions import Positions

CHUNK = 1 << 20


def findings(manifest: Manifest, packages: Path | None, text: bytes) -> Iterator[Finding]:
    """`text` is the manifest's, for the places in it; `packages` is None where an image keeps them to itself."""
    positions = toml.read(text).positions
    for number, data in enumerate(manifest.data):
        if data.package:
            yield from _one(data, ("data", number), packages, positions)


def path_of(data: Data) -> str:
    """`package:path/in/it`, as a path below the packages."""
    return data.package.replace(":", "/", 1)


def _one(data: Data, at: tuple[str | int, ...], packages: Path | None, positions: Positions) -> Iterator[Finding]:
    where = _where(positions, (*at, "package"))
    if packages is None:
        hint = "keep it in the repository, or use a base environment"
        yield _finding(
            "DATA_NOT_HELD", f"`{data.package}` is inside an image, where nothing can compare it", where, hint
        )
        return
    try:
        with tree.opened(packages, path_of(data)) as stream:
            digest = hashlib.sha256()
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
    except tree.FileError as e:
        yield _finding(e.code, f"the environment does not hold `{data.package}`", where, "is its package in the lock?")
        return
    found = digest.hexdigest()
    if found != data.sha256:
        message = f"`{data.package}` is not the file the manifest means: its sha256 is {found[:12]}…"
        hint = f'if the file is right, write sha256 = "{found}"'
        yield _finding("CHECKSUM", message, _where(positions, (*at, "sha256")), hint)


def _where(positions: Positions, path: tuple[str | int, ...]) -> Where:
    place = positions.value(path)
    return Where(file=NAME, line=place.line, column=place.column)


def _finding(code: str, message: str, where: Where, hint: str) -> Finding:
    return Finding(Reason.MANIFEST_INVALID, code, message, where=where, hint=hint)
