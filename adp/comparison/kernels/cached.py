"""Where compiled code is kept: under a name that all the kernels' sources make.

numba looks at the one file a function stands in; what it has taken over from another file would outlive an upgrade."""

import hashlib
import importlib
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

OWN = Path(__file__).parent


@cache
def load() -> Any:
    """The module of the doors, compiled or about to be. A folder that NUMBA_CACHE_DIR names is left to who named it."""
    config: Any = importlib.import_module("numba").config  # here: numba takes a second to import
    named = config.CACHE_DIR
    config.CACHE_DIR = named or str(folder())
    try:
        return importlib.import_module("adp.comparison.kernels.doors")
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


def digest(sources: Path) -> str:
    """Of every kernel's text."""
    total = hashlib.sha256()
    for source in sorted(sources.glob("*.py")):
        total.update(source.name.encode() + source.read_bytes())
    return total.hexdigest()[:16]
