"""One call of uv that fills a folder with packages, and what its refusal means."""

import os
import platform
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import uv

from adp.environment import indexes, place
from adp.environment.recipe import Recipe
from adp.errors import AuthorError, PlatformError
from adp.finding import Finding, Reason, Where

SECONDS = 900
LARGEST_FILE = 4 << 30
GLIBC = 36  # 2.36, Debian 12's
UNREACHABLE = re.compile(
    r"failed to fetch|error sending request|network was disabled|http status|dns error|timed out|"
    r"no space left|permission denied",
    re.IGNORECASE,
)


def install(target: Path, wanted: Sequence[str], recipe: Recipe, name: str) -> str:
    """Wheels only, into `target`; `wanted` are uv's own words for which. "" when done, else what uv said.

    Raises PlatformError when the index could not be reached or took too long."""
    command = ["prlimit", f"--fsize={LARGEST_FILE}", "--core=0", "--"]
    command += [uv.find_uv_bin(), "pip", "install", "--target", str(target), "--link-mode", "copy"]
    command += ["--only-binary", ":all:", "--python", sys.executable, "--python-version", recipe.python]
    command += ["--python-platform", f"{platform.machine()}-manylinux_2_{GLIBC}", "--no-progress", "--color", "never"]
    own = {"UV_PYTHON_DOWNLOADS": "never", "UV_CACHE_DIR": str(place.cache("uv"))}
    try:
        ran = subprocess.run(
            [*command, *wanted],
            check=False,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            env=os.environ | indexes.settings() | own,
            umask=0o022,
            cwd=target.parent,
        )
    except subprocess.TimeoutExpired as error:
        raise PlatformError(
            f"installing {name} took longer than {SECONDS} s", hint="is the package index slow or out of reach?"
        ) from error
    if ran.returncode == 0:
        return ""
    said = ran.stderr.replace(str(target.parent), name).strip()[-4000:]
    if UNREACHABLE.search(said):
        raise unreachable(name, said)
    return said or f"uv ended with exit status {ran.returncode}"


def unreachable(name: str, said: str) -> PlatformError:
    return PlatformError(
        f"the packages of {name} could not be fetched: {said}", hint="check this machine's way to its package index"
    )


def refused(name: str, said: str) -> AuthorError:
    return AuthorError(
        Finding(
            Reason.BUILD_FAIL,
            "PACKAGES",
            f"the packages of {name} cannot be installed: {said}",
            where=Where(file=name),
            hint="packages for Python 3.11 on Debian 12; every dependency, and what builds it, pinned with its hash",
        )
    )
