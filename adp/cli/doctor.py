"""adp doctor: what this machine can run, what is enforced, what is missing and how to get it."""

import argparse
import json
import platform
import shutil
import subprocess  # noqa: TID251  # asks other programs for their version, runs nothing of a proposal
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from adp.environment import place
from adp.environment.recipe import RECIPES
from adp.errors import PlatformError
from adp.sandbox import bubblewrap, sockets
from adp.sandbox.engine import Engine

SCHEMA = "adp-doctor/1"
WORKS, NOTHING_WORKS = 0, 2
LEAST_DISK = 3 << 30  # a tree, two package sets, room for a job
PYTHON = (3, 11)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing looked at; `hint` is how to get it where it is not `ok`."""

    name: str
    ok: bool
    detail: str
    hint: str = ""
    enforces: dict[str, str] = field(default_factory=dict)
    weaker: dict[str, str] = field(default_factory=dict)  # what this machine lacks for more -> how to get it


def add(verbs: Any) -> None:
    p = verbs.add_parser("doctor", help="say what this machine can run, and what is missing")
    p.add_argument("--json", action="store_true", help="print one JSON document on stdout")
    p.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    engines, machine = list(_engines()), list(_machine())
    works = any(line.ok for line in engines)
    if args.json:
        found = {"engines": [asdict(line) for line in engines], "machine": [asdict(line) for line in machine]}
        print(json.dumps({"schema": SCHEMA, "works": works, **found}, indent=1))
    else:
        _print(engines, machine, works=works)
    return WORKS if works else NOTHING_WORKS


def _engines() -> Iterator[Line]:
    yield _engine("bubblewrap", _bubblewrap)
    for name in sockets.OWN:
        yield _engine(name, partial(sockets.connect, name=name))


def _engine(name: str, start: Callable[[], Engine]) -> Line:
    try:
        info = start().info()
    except PlatformError as error:
        return Line(name, ok=False, detail=str(error), hint=error.hint)
    return Line(name, ok=True, detail=info.version, enforces=dict(info.enforces), weaker=dict(info.weaker))


def _bubblewrap() -> Engine:
    """It needs a tree too: built, or buildable."""
    bubblewrap.works()
    if not shutil.which("mmdebstrap") and not _built():
        raise PlatformError("bubblewrap works, but there is no tree to run in", hint="apt-get install mmdebstrap")
    return bubblewrap.Bubblewrap()


def _machine() -> Iterator[Line]:
    found = platform.python_version()
    yield Line("python", sys.version_info[:2] >= PYTHON, found, "it takes Python 3.11 or newer")
    yield _program("git", "to fetch and read repositories: apt-get install git")
    yield _program("mmdebstrap", "to build the tree astro-1 once: apt-get install mmdebstrap (uidmap when not root)")
    yield from (_tree(name) for name in RECIPES)
    yield _disk()
    yield _core_dumps()


def _program(name: str, hint: str) -> Line:
    path = shutil.which(name)
    if path is None:
        return Line(name, ok=False, detail="not installed", hint=hint)
    said = subprocess.run([path, "--version"], check=False, capture_output=True, text=True, timeout=30)  # noqa: S603  # a program of this machine
    return Line(name, ok=said.returncode == 0, detail=said.stdout.strip().splitlines()[0] if said.stdout else path)


def _built() -> list[str]:
    return [r.name for r in RECIPES.values() if (place.trees() / r.folder).is_dir()]


def _tree(name: str) -> Line:
    if name in _built():
        return Line(f"tree {name}", ok=True, detail=str(place.trees() / RECIPES[name].folder))
    return Line(f"tree {name}", ok=False, detail="not built yet", hint="the first check builds it, in about a minute")


def _disk() -> Line:
    where = place.shared()
    free = shutil.disk_usage(where).free
    hint = "make room, or set PHAROS_VAR to a folder that has it"
    return Line("disk", free >= LEAST_DISK, f"{free / 2**30:.0f} GiB free in {where}", hint)


def _core_dumps() -> Line:
    """A handler behind a pipe runs on the host with a stranger's core, whatever the sandbox forbids."""
    pattern = Path("/proc/sys/kernel/core_pattern")
    text = pattern.read_text(encoding="utf-8").strip() if pattern.exists() else ""
    hint = "sysctl kernel.core_pattern=core on machines that run strangers' code"
    return Line("core dumps", not text.startswith("|"), text or "unknown", hint)


def _print(engines: list[Line], machine: list[Line], *, works: bool) -> None:
    for title, lines in (("engines", engines), ("machine", machine)):
        print(title)
        for line in lines:
            print(f"  {'ok' if line.ok else '--'}  {line.name}: {line.detail}")
            for what, how in line.enforces.items():
                print(f"        {what}: {how}")
            for what, how in line.weaker.items():
                print(f"        weaker here for lack of {what} → {how}")
            if line.hint and not line.ok:
                print(f"        → {line.hint}")
    print("this machine can check ADPs" if works else "no sandbox works here: nothing can be checked on this machine")
