"""Fill a folder with the wheels of a lock, once; later runs find it by its digest, without a network."""

import hashlib
import importlib.metadata
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import uv

from adp.environment import indexes, place
from adp.environment.recipe import UID, Recipe
from adp.environment.tree import PACKAGES_AT
from adp.errors import AuthorError, PlatformError
from adp.finding import Finding, Reason, Where

OnLine = Callable[[str], None]
SECONDS = 900
LARGEST_FILE = 4 << 30
LARGEST_SET = 8 << 30
REVISION = 1  # raised when the way of installing changes
GLIBC = "manylinux_2_36"  # Debian 12's
COMMAND = re.compile(r"^\w[\w.-]*$")
TARGET = re.compile(r"^[\w.]+\s*:\s*[\w.]+(?:\s*\[.*\])?$")
UNREACHABLE = re.compile(
    r"failed to fetch|error sending request|network was disabled|http status|dns error|timed out|"
    r"no space left|permission denied",
    re.IGNORECASE,
)


def digest_of(lock: bytes, recipe: Recipe) -> str:
    parts = (recipe.digest, str(REVISION), platform.machine(), hashlib.sha256(lock).hexdigest())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def set_for(lock: bytes, recipe: Recipe, tree: Path, on_line: OnLine, *, name: str) -> Path:
    """The folder with exactly the packages of `lock` (already checked). `name` is the lock's, for the findings.

    Raises AuthorError when the lock cannot be satisfied, PlatformError when the index cannot be reached."""
    digest = digest_of(lock, recipe)
    done = place.packages() / digest
    if done.is_dir():
        return done
    waiting = f"another process is installing {name}; waiting for it"
    with place.lock(f"packages-{digest}", on_wait=lambda: on_line(waiting)):
        if not done.is_dir():
            _make(lock, recipe, tree, done, on_line, name=name)
    return done


def contents(packages: Path) -> dict[str, str]:
    found = importlib.metadata.distributions(path=[str(packages)])
    versions = {str(d.metadata["Name"]): str(d.version) for d in found}
    return {f"python/{name}": versions[name] for name in sorted(versions, key=str.lower)}


def _make(lock: bytes, recipe: Recipe, tree: Path, done: Path, on_line: OnLine, *, name: str) -> None:
    unfinished = done.with_name(f".{done.name}")  # alone here by the lock; a builder that died left its half
    place.remove(unfinished)
    unfinished.mkdir()
    unfinished.chmod(place.LISTED)
    try:
        target = unfinished / "set"
        (unfinished / "lock").write_bytes(lock)
        on_line(f"installing {name}")
        _install(unfinished / "lock", target, recipe, name)
        _measure(target, name)
        _scripts(target)
        _compile(tree, target)
        target.rename(done)
    finally:
        place.remove(unfinished)


def _install(lock: Path, target: Path, recipe: Recipe, name: str) -> None:
    target.mkdir()
    command = ["prlimit", f"--fsize={LARGEST_FILE}", "--core=0", "--"]
    command += [uv.find_uv_bin(), "pip", "install", "--target", str(target), "--require-hashes", "--link-mode", "copy"]
    command += ["--only-binary", ":all:", "--python", sys.executable, "--python-version", recipe.python]
    command += ["--python-platform", f"{platform.machine()}-{GLIBC}", "--no-progress", "--color", "never"]
    own = {"UV_PYTHON_DOWNLOADS": "never", "UV_CACHE_DIR": str(place.cache("uv"))}
    environment = os.environ | indexes.settings() | own
    try:
        ran = subprocess.run(
            [*command, "-r", str(lock)],
            check=False,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            env=environment,
            umask=0o022,
            cwd=lock.parent,
        )
    except subprocess.TimeoutExpired as error:
        raise PlatformError(
            f"installing {name} took longer than {SECONDS} s", hint="is the package index slow or out of reach?"
        ) from error
    if ran.returncode != 0:
        _refuse(ran.stderr.replace(str(lock), name).strip()[-4000:], name)


def _refuse(said: str, name: str) -> None:
    if UNREACHABLE.search(said):
        raise PlatformError(
            f"the packages of {name} could not be fetched: {said}", hint="check this machine's way to its package index"
        )
    raise AuthorError(
        Finding(
            Reason.BUILD_FAIL,
            "PACKAGES",
            f"the packages of {name} cannot be installed: {said}",
            where=Where(file=name),
            hint="wheels only, for Python 3.11 on Debian 12; every dependency pinned with its hash",
        )
    )


def _measure(target: Path, name: str) -> None:
    size = sum(p.lstat().st_size for p in target.rglob("*"))
    if size > LARGEST_SET:
        message = f"the packages of {name} unpack to {size / 2**30:.1f} GiB; the limit is {LARGEST_SET >> 30} GiB"
        where = Where(file=name)
        raise AuthorError(
            Finding(Reason.BUILD_LIMIT, "PACKAGES_TOO_LARGE", message, where=where, hint="leave out what you can")
        )


def _scripts(target: Path) -> None:
    """Commands start the interpreter of the tree, not the one that ran the installer."""
    folder = target / "bin"
    for distribution in importlib.metadata.distributions(path=[str(target)]):
        for entry in distribution.entry_points.select(group="console_scripts"):
            if not COMMAND.match(entry.name) or not TARGET.match(entry.value):
                continue
            folder.mkdir(exist_ok=True)
            script = folder / entry.name
            script.unlink(missing_ok=True)
            first = entry.attr.split(".")[0]
            text = f"#!/usr/bin/python3\nimport sys\nfrom {entry.module} import {first}\nsys.exit({entry.attr}())\n"
            script.write_text(text, encoding="utf-8")
            script.chmod(0o755)
    for script in folder.glob("*"):
        body = script.read_bytes() if script.is_file() and not script.is_symlink() else b""
        if body.startswith(f"#!{sys.executable}".encode()):
            script.write_bytes(b"#!/usr/bin/python3\n" + body.partition(b"\n")[2])


def _compile(tree: Path, target: Path) -> None:
    """Byte code by the tree's own Python (a read-only set cannot make it later), in a sandbox of its own and as nobody
    in particular: compiling reads a stranger's text, it runs none of it. Without bubblewrap imports are only slower."""
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        return
    as_root = os.geteuid() == 0
    command = ["setpriv", f"--reuid={UID - 1}", f"--regid={UID - 1}", "--clear-groups", "--"] if as_root else []
    command += [
        bwrap,
        "--unshare-all",
        "--die-with-parent",
        "--cap-drop",
        "ALL",
        "--clearenv",
        "--ro-bind",
        str(tree),
        "/",
    ]
    command += [
        "--bind",
        str(target),
        PACKAGES_AT,
        "--proc",
        "/proc",
        "--dev",
        "/dev",
        "--tmpfs",
        "/tmp",  # noqa: S108  # inside
        "--chdir",
        "/",
    ]
    command += ["/usr/bin/python3", "-I", "-m", "compileall", "-q", "-j", "2", "--invalidation-mode", "unchecked-hash"]
    if as_root:
        _own(target, UID - 1)
    subprocess.run([*command, PACKAGES_AT], check=False, capture_output=True, env={}, timeout=SECONDS)
    if as_root:
        _own(target, 0)


def _own(target: Path, uid: int) -> None:
    subprocess.run(["chown", "-RPh", f"{uid}:{uid}", "--", str(target)], check=True, capture_output=True)
