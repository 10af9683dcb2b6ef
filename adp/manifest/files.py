"""Rules of a manifest that need the tree: every file it names is there, is a plain file, and is the one it means."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from adp.finding import Finding
from adp.manifest import parameters, toml, tree
from adp.manifest.fault import Path as KeyPath
from adp.manifest.load import NAME, finding
from adp.manifest.model import Data, Manifest
from adp.manifest.positions import Positions

LICENSES = ("LICENSE", "LICENSE.txt", "LICENSE.md", "LICENSE.rst", "LICENCE", "LICENCE.txt", "LICENCE.md", "COPYING")
CHUNK = 1 << 20
LFS = b"version https://git-lfs.github.com/spec/"


def findings(manifest: Manifest, root: Path, text: bytes) -> tuple[Finding, ...]:
    """`text` is what `manifest` was read from: it gives line and column."""
    return tuple(_Tree(manifest, root, toml.read(text).positions).all())


class _Tree:
    def __init__(self, manifest: Manifest, root: Path, positions: Positions) -> None:
        self.manifest, self.root, self.positions = manifest, root, positions

    def all(self) -> Iterator[Finding]:
        yield from self.license()
        for path, file in self.named():
            yield from self.there(path, file)
        for i, data in enumerate(self.manifest.data):
            if data.path:
                yield from self.checksum(("data", i), data)
        yield from self.parameters()

    def named(self) -> Iterator[tuple[KeyPath, str]]:
        """Every file but those that are read further on, with the key that names it."""
        manifest = self.manifest
        environment, tests = manifest.environment, manifest.tests
        yield ("product", "science_case"), manifest.product.science_case
        yield ("environment", "requirements"), environment.requirements
        yield ("environment", "dockerfile"), environment.dockerfile
        for i, test in enumerate(tests.data):
            yield ("tests", "data", i, "spec"), test.spec

    def license(self) -> Iterator[Finding]:
        for name in LICENSES:
            try:
                with tree.opened(self.root, name) as stream:
                    if stream.read(1):
                        return
            except tree.FileError:
                continue
        licence = self.manifest.product.license
        message = f"the licence is {licence}, but there is no LICENSE file with its text"
        yield self.finding(("product", "license"), "LICENSE_MISSING", message, "add its full text as LICENSE")

    def there(self, path: KeyPath, file: str) -> Iterator[Finding]:
        if not file:
            return
        try:
            with tree.opened(self.root, file) as stream:
                if not stream.read(1):
                    yield self.finding(path, "FILE_EMPTY", f"`{file}` is empty", "write it, or do not name it")
        except tree.FileError as e:
            yield self.finding(path, e.code, str(e), e.hint)

    def checksum(self, path: KeyPath, data: Data) -> Iterator[Finding]:
        try:
            with tree.opened(self.root, data.path) as stream:
                start = stream.read(len(LFS))
                digest = hashlib.sha256(start)
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
        except tree.FileError as e:
            yield self.finding((*path, "path"), e.code, str(e), e.hint)
            return
        if digest.hexdigest() == data.sha256:
            return
        hint = f'if the file is right, write sha256 = "{digest.hexdigest()}"'
        if start == LFS:
            hint = "it is a Git LFS pointer, not the data: commit the data itself, or give its `url`"
        message = f"`{data.path}` is not the file the manifest means: its sha256 is {digest.hexdigest()[:12]}…"
        yield self.finding((*path, "sha256"), "CHECKSUM", message, hint)

    def parameters(self) -> Iterator[Finding]:
        declared = self.manifest.parameters
        if not declared.file:
            return
        try:
            yield from parameters.findings(self.root, declared)
        except parameters.ParametersError as e:
            yield self.finding(("parameters", e.key), e.code, str(e), e.hint)

    def finding(self, path: KeyPath, code: str, message: str, hint: str) -> Finding:
        return finding(NAME, self.positions.value(path), code, message, hint)
