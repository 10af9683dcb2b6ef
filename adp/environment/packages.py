"""Fill a folder with the packages of a lock, once; later runs find it by its digest, without a network."""

import hashlib
import importlib.metadata
import os
import platform
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from adp.environment import place, sources, uses
from adp.environment.installing import LARGEST_FILE, SECONDS, install, refused
from adp.environment.recipe import UID, Recipe
from adp.environment.settled import settle
from adp.environment.tree import PACKAGES_AT
from adp.errors import AuthorError
from adp.finding import Finding, Reason, Where

OnLine = Callable[[str], None]
LARGEST_SET = 8 << 30
COMPILING = 2 << 30  # bytes of a process that compiles what a stranger wrote
REVISION = 2  # raised when the way of installing changes
COMMAND = re.compile(r"^\w[\w.-]*$")
TARGET = re.compile(r"^[\w.]+\s*:\s*[\w.]+(?:\s*\[.*\])?$")


class Builder(Protocol):
    """Makes one wheel in `folder` of each source, in a sandbox that shows `packages`. adp.sandbox.wheels has it."""

    def __call__(
        self, packages: Path, fetched: Mapping[sources.Source, Path], folder: Path, on_line: OnLine
    ) -> tuple[Path, ...]: ...


def digest_of(lock: bytes, recipe: Recipe) -> str:
    parts = (recipe.digest, str(REVISION), platform.machine(), hashlib.sha256(lock).hexdigest())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def set_for(
    lock: bytes, recipe: Recipe, tree: Path, on_line: OnLine, *, name: str, builder: Builder | None = None
) -> Path:
    """The folder with exactly the packages of `lock` (already checked). `name` is the lock's, for the findings;
    `builder` makes wheels of what comes as source only, without one such a lock is refused.

    Raises AuthorError when the lock cannot be satisfied, PlatformError when the index cannot be reached."""
    digest = digest_of(lock, recipe)
    done = place.packages() / digest
    uses.use(done)
    if done.is_dir():
        return done
    waiting = f"another process is installing {name}; waiting for it"
    with place.lock(f"packages-{digest}", on_wait=lambda: on_line(waiting)):
        if not done.is_dir():
            _make(lock, recipe, tree, done, on_line, name=name, builder=builder)
    return done


def contents(packages: Path) -> dict[str, str]:
    found = importlib.metadata.distributions(path=[str(packages)])
    versions = {str(d.metadata["Name"]): str(d.version) for d in found}
    return {f"python/{name}": versions[name] for name in sorted(versions, key=str.lower)}


def _make(
    lock: bytes, recipe: Recipe, tree: Path, done: Path, on_line: OnLine, *, name: str, builder: Builder | None
) -> None:
    unfinished = done.with_name(f".{done.name}")  # alone here by the lock; a builder that died left its half
    place.remove(unfinished)
    unfinished.mkdir()
    unfinished.chmod(place.LISTED)
    try:
        target = unfinished / "set"
        on_line(f"installing {name}")
        _fill(lock, target, recipe, on_line, name=name, builder=builder)
        _measure(target, name)
        _scripts(target)
        settle(target)
        compiled(tree, target)
        target.rename(done)
    finally:
        place.remove(unfinished)


def _fill(lock: bytes, target: Path, recipe: Recipe, on_line: OnLine, *, name: str, builder: Builder | None) -> None:
    said = _wheels(lock, target, recipe, name)
    if not said:
        return
    parts = sources.split(lock, recipe, name) if builder else None
    if builder is None or parts is None or not parts.sources:
        raise refused(name, said)
    place.remove(target)
    if said := _wheels(parts.wheels, target, recipe, name, "--no-deps"):
        raise refused(name, said)
    workshop = target.parent / "build"
    workshop.mkdir(mode=place.LISTED)
    fetched = {source: sources.fetch(source, workshop, name) for source in parts.sources}
    built = builder(target, fetched, workshop, on_line)
    _measure_packed(built, name)
    if said := install(target, ["--no-deps", "--no-index", *map(str, built)], recipe, name):
        raise refused(name, said)
    if lost := tuple(_lost(target, recipe)):
        raise refused(name, f"the lock lacks what they need: {', '.join(lost[:10])}")


def _wheels(lock: bytes, target: Path, recipe: Recipe, name: str, *more: str) -> str:
    """ "" or what uv said. Every line of the lock carries its hashes, and every file must have one of them."""
    target.mkdir()
    (target.parent / "lock").write_bytes(lock)
    return install(target, ["--require-hashes", *more, "-r", str(target.parent / "lock")], recipe, name)


def _lost(target: Path, recipe: Recipe) -> Iterator[str]:
    """Dependencies that no package of the set satisfies: uv looked at wheels alone, and not at what we built."""
    held = {canonicalize_name(d.name): d for d in importlib.metadata.distributions(path=[str(target)])}
    for name in sorted(held):
        for text in held[name].requires or ():
            wanted = Requirement(text)
            if wanted.marker and not wanted.marker.evaluate(recipe.markers | {"extra": ""}):
                continue
            there = held.get(canonicalize_name(wanted.name))
            if there is None or not wanted.specifier.contains(there.version, prereleases=True):
                yield f"{name} needs {wanted.name}{wanted.specifier}"


def _measure(target: Path, name: str) -> None:
    _within(sum(p.lstat().st_size for p in target.rglob("*")), name)


def _measure_packed(wheels: Iterable[Path], name: str) -> None:
    """Before they are unpacked: a stranger's build made them, and a megabyte of zeros may mean gigabytes."""
    size = 0
    for wheel in wheels:
        try:
            with zipfile.ZipFile(wheel) as packed:
                size += sum(entry.file_size for entry in packed.infolist())
        except (zipfile.BadZipFile, ValueError, OverflowError) as error:
            raise refused(name, f"{wheel.name} is no wheel: {error}") from error
    _within(size, name)


def _within(size: int, name: str) -> None:
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


def compiled(tree: Path, target: Path) -> None:
    """Byte code by the tree's own Python (a read-only set cannot make it later), in a sandbox of its own and as nobody
    in particular: compiling reads a stranger's text, it runs none of it. Without bubblewrap imports are only slower."""
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        return
    as_root = os.geteuid() == 0
    bounds = ["prlimit", f"--as={COMPILING}", f"--cpu={SECONDS}", f"--fsize={LARGEST_FILE}", "--core=0", "--"]
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
    subprocess.run([*bounds, *command, PACKAGES_AT], check=False, capture_output=True, env={}, timeout=SECONDS)
    if as_root:
        _own(target, 0)


def _own(target: Path, uid: int) -> None:
    subprocess.run(["chown", "-RPh", f"{uid}:{uid}", "--", str(target)], check=True, capture_output=True)
