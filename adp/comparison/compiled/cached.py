"""Where compiled code is kept: under a name that all the sources of compiled loops make.

numba looks at the one file a function stands in; what it has taken over from another file would outlive an upgrade."""

import hashlib
import importlib
import os
import tempfile
import threading
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

_loading = threading.Lock()  # both sides of a pair may ask at the same time
OWN = (Path(__file__).parent, Path(__file__).parent.with_name("kernels"))


@cache
def load(module: str) -> Any:
    """This module of compiled loops, compiled or about to be. A folder that NUMBA_CACHE_DIR names is left to who named
    it."""
    with _loading:
        config: Any = importlib.import_module("numba").config  # here: numba takes a second to import
        named = config.CACHE_DIR
        config.CACHE_DIR = named or str(folder())
        try:
            return importlib.import_module(module)
        finally:
            config.CACHE_DIR = named  # the rest of the process keeps its own


def folder() -> Path:
    """In the user's cache; where that cannot be written, a private one that ends with the machine's temporary files."""
    home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    wanted = Path(home).expanduser() / "pharos" / f"kernels-{digest(OWN)}"
    try:
        wanted.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=wanted):
            return wanted
    except (OSError, RuntimeError):  # RuntimeError: nobody's home
        return Path(tempfile.mkdtemp(prefix="pharos-kernels-"))


def digest(packages: Iterable[Path]) -> str:
    """Of the text of everything that is compiled."""
    total = hashlib.sha256()
    for source in sources(packages):
        total.update(source.name.encode() + source.read_bytes())
    return total.hexdigest()[:16]


def sources(packages: Iterable[Path] = OWN) -> list[Path]:
    return [source for package in packages for source in sorted(package.glob("*.py"))]
