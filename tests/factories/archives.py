"""Unpack an archive of ours, on every Python: Debian 12's has no filters for tar files yet."""

import tarfile
from pathlib import Path

SAFELY = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}


def unpack(tar: tarfile.TarFile, into: Path) -> None:
    tar.extractall(into, **SAFELY)
