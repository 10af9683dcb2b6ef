"""A file system to run in: the Debian tree, and the one set of Python packages laid over it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PACKAGES_AT = "/opt/packages"


@dataclass(frozen=True, slots=True)
class Root:
    """What a sandbox shows as `/`.

    `tree` is a Debian root file system on disk (None when `image` was built or named by the author and only a
    container engine can run it); `packages` is a folder of installed wheels shown read-only at PACKAGES_AT;
    `digest` pins tree recipe and package lock together; `contents` lists both, to the version, for the report.
    """

    name: str
    digest: str
    tree: Path | None = None
    packages: Path | None = None
    image: str | None = None
    contents: Mapping[str, str] = field(default_factory=dict)
