"""Real git repositories with tags, made of the folders in examples/."""

import shutil
import subprocess
from pathlib import Path

from adp.source.local import commit_all

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
WHEN = 1_790_000_000  # commit times are fixed, so that each demo makes the same commits


def make_all(folder: Path) -> None:
    """`muse-pixtable` with v1.0.0 (the patch applied) and v1.0.1, the other two with v1.0.0."""
    faulty_then_right(folder / "muse-pixtable")
    for name in ("emmi-photometry", "rrlyrae-period"):
        _copy(EXAMPLES / name, folder / name)
        _start(folder / name)


def faulty_then_right(path: Path) -> None:
    source = EXAMPLES / "muse-pixtable"
    _copy(source, path)
    patch = EXAMPLES / "muse-pixtable-1.0.0.patch"
    subprocess.run(["git", "apply", str(patch)], cwd=path, check=True, env=_closed(path))
    _start(path)
    _copy(source, path)
    commit_all(path, "Compute the shift", tag="v1.0.1", when=WHEN + 3600)


def _start(path: Path) -> None:
    subprocess.run(
        ["git", "init", "-q", "--initial-branch=main", "--template=", str(path)],
        check=True,
        env=_closed(path),
    )
    commit_all(path, "First version", tag="v1.0.0", when=WHEN)


def _copy(source: Path, path: Path) -> None:
    """What git tracks of an example is what lies in its folder, but for caches that running its tests leaves."""
    ignore = shutil.ignore_patterns("__pycache__", ".pytest_cache", ".ruff_cache", ".hypothesis")
    shutil.copytree(source, path, dirs_exist_ok=True, ignore=ignore)


def _closed(path: Path) -> dict[str, str]:
    """`GIT_CEILING_DIRECTORIES`: a folder inside this clone must not be taken for a part of it."""
    ceiling = str(path.parent)
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(path), "GIT_CEILING_DIRECTORIES": ceiling} | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
    }
