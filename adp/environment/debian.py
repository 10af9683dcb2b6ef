"""Build a recipe's Debian tree with mmdebstrap, once per machine, from this machine's own package sources."""

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from adp.environment import place, uses
from adp.environment.recipe import KEPT, USER, Recipe
from adp.errors import PlatformError

OnLine = Callable[[str], None]
SECONDS = 1200
SOURCES = Path("/etc/apt")
KEPT_LINES = 40
RELEASES = "bookworm|trixie|forky|bullseye|sid|unstable|testing|stable"
PROXY = re.compile(r'^(Acquire::(?:http|https|ftp)::Proxy(?:-Auto-Detect)?|Acquire::Check-(?:Date|Valid-Until)) "')


def tree_for(recipe: Recipe, on_line: OnLine) -> Path:
    """The finished tree of `recipe`; built when this machine has none. Safe to call from many processes at once."""
    tree = place.trees() / recipe.folder
    uses.use(tree)
    if tree.is_dir():
        return tree
    waiting = f"another process is building {recipe.name}; waiting for it"
    with place.lock(recipe.folder, on_wait=lambda: on_line(waiting)):
        if not tree.is_dir():
            _build(recipe, tree, on_line)
    return tree


def contents(tree: Path) -> dict[str, str]:
    """Every Debian package in the tree, to the version, from dpkg's own list."""
    paragraphs = (tree / "var/lib/dpkg/status").read_text(encoding="utf-8").split("\n\n")
    found = (dict(re.findall(r"^(Package|Version|Status): (.+)$", p, re.MULTILINE)) for p in paragraphs)
    return {f"debian/{f['Package']}": f["Version"] for f in found if f.get("Status", "").endswith(" installed")}


def _build(recipe: Recipe, tree: Path, on_line: OnLine) -> None:
    if shutil.which("mmdebstrap") is None:
        raise PlatformError(
            f"the tree {recipe.name} is not built yet, and mmdebstrap is missing",
            hint="apt-get install mmdebstrap (and uidmap when not root), then try again",
        )
    on_line(f"building {recipe.name}: Debian {recipe.suite} with Python {recipe.python} (once, about a minute)")
    unfinished = tree.with_name(f".{tree.name}")  # alone here by the lock; a builder that died left its half
    place.remove(unfinished)
    unfinished.mkdir(mode=place.PRIVATE)
    try:
        _bootstrap(recipe, unfinished, on_line)
        _finish(recipe, unfinished)
        unfinished.rename(tree)
    finally:
        if unfinished.is_dir():
            place.remove(unfinished)
    on_line(f"{recipe.name} is ready in {tree}")


def _bootstrap(recipe: Recipe, into: Path, on_line: OnLine) -> None:
    """mmdebstrap writes a tar, tar unpacks it: the same files with or without root, without devices and owners."""
    unpack = ["tar", "-x", "-C", str(into), "--no-same-owner", "--same-permissions"]
    unpack += ["--exclude=./dev/*", "--exclude=./var/cache/apt/*", "--exclude=./var/lib/apt/lists/*"]
    unpack += ["--exclude=./var/log/*", "--exclude=./etc/apt/*", "--exclude=./etc/resolv.conf"]
    environment = {"SOURCE_DATE_EPOCH": "0", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}
    kept = {k: v for k, v in os.environ.items() if k.lower().endswith("_proxy") or k in {"TMPDIR", "HOME", "USER"}}
    with (
        subprocess.Popen(
            command(recipe),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=kept | environment,
            umask=0o022,
        ) as maker,
        subprocess.Popen(unpack, stdin=maker.stdout, stderr=subprocess.PIPE, umask=0o022) as unpacker,
    ):
        if maker.stdout is None or maker.stderr is None:
            raise PlatformError("mmdebstrap has no output")
        maker.stdout.close()
        late = threading.Timer(SECONDS, maker.kill)
        late.start()
        said = _follow((line.decode(errors="replace").rstrip() for line in maker.stderr), on_line)
        late.cancel()
        _, complaint = unpacker.communicate()
    if maker.returncode or unpacker.returncode:
        last = "\n".join([*said[-KEPT_LINES:], complaint.decode(errors="replace")]).strip()
        raise PlatformError(
            f"mmdebstrap could not build {recipe.name} (exit {maker.returncode}): {last}",
            hint="the lines above say why: a package source that cannot be reached, a full disk, or missing uidmap",
        )


def command(recipe: Recipe) -> list[str]:
    mode = "root" if os.geteuid() == 0 else "unshare"
    line = [
        "mmdebstrap",
        f"--mode={mode}",
        "--variant=minbase",
        "--format=tar",
        "--include=" + ",".join(recipe.include),
    ]
    line += [f"--dpkgopt=path-exclude={glob}" for glob in recipe.exclude]
    line += [f"--dpkgopt=path-include={glob}" for glob in KEPT]
    line += [f"--aptopt={setting}" for setting in _settings()]
    return [*line, recipe.suite, "-", *sources(recipe.suite)]


def sources(suite: str, folder: Path = SOURCES) -> list[str]:
    """This machine's own Debian archives as lines for `suite`; none found: mmdebstrap knows the usual ones."""
    lines: dict[str, None] = {}
    for key, uri, found in _entries(folder):
        match = re.fullmatch(rf"(?:{RELEASES})(/updates|-security|-updates)?", found)
        if match:
            option = f"[signed-by={key}] " if key else ""
            lines[f"deb {option}{uri} {suite}{match[1] or ''} main"] = None
    return list(lines)


def _entries(folder: Path) -> Iterator[tuple[str, str, str]]:
    """(keyring, address, suite) of every enabled entry with a component `main`, in both formats of sources.list(5)."""
    for path in [folder / "sources.list", *sorted(folder.glob("sources.list.d/*.list"))]:
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        for options, uri, suite in re.findall(
            r"^deb\s+(?:\[(.*?)\]\s+)?(\S+)\s+(\S+)\s+.*\bmain\b", text, re.MULTILINE
        ):
            key = re.search(r"signed-by=(\S+)", options)
            yield key[1] if key else "", uri, suite
    for path in sorted(folder.glob("sources.list.d/*.sources")):
        text = re.sub(r"^#.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for paragraph in re.split(r"\n\s*\n", text):
            yield from _paragraph(dict(re.findall(r"^([\w-]+):[ \t]*(\S.*)$", paragraph, re.MULTILINE)))


def _paragraph(fields: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    enabled = fields.get("Enabled", "yes") != "no" and "deb" in fields.get("Types", "").split()
    if enabled and "main" in fields.get("Components", "").split():
        key = fields.get("Signed-By", "")
        for uri in fields.get("URIs", "").split():
            for suite in fields.get("Suites", "").split():
                yield key if key.startswith("/") else "", uri, suite


def _settings() -> list[str]:
    """How apt reaches its archives from here (a proxy, a snapshot whose date has passed)."""
    if shutil.which("apt-config") is None:
        return []
    dump = subprocess.run(["apt-config", "dump"], check=False, capture_output=True, text=True, timeout=30).stdout
    return [line for line in dump.splitlines() if PROXY.match(line) and '""' not in line]


def _follow(lines: Iterator[str], on_line: OnLine) -> list[str]:
    said = []
    for line in lines:
        said.append(line)
        if line.startswith(("I: ", "E: ", "W: ")):
            on_line(line)
    return said


def _finish(recipe: Recipe, tree: Path) -> None:
    """Mount points, the job's user, `python`; nothing that is more than its user, nothing of this machine."""
    for point in recipe.mount_points:
        (tree / point.lstrip("/")).mkdir(parents=True, exist_ok=True)
    with (tree / "etc/passwd").open("a", encoding="utf-8") as passwd:
        passwd.write(f"{USER}:x:{recipe.uid}:{recipe.uid}::/tmp:/usr/sbin/nologin\n")
    with (tree / "etc/group").open("a", encoding="utf-8") as group:
        group.write(f"{USER}:x:{recipe.uid}:\n")
    (tree / "etc/hostname").write_text("sandbox\n", encoding="utf-8")
    (tree / "etc/hosts").write_text("127.0.0.1 localhost sandbox\n::1 localhost\n", encoding="utf-8")
    (tree / "etc/resolv.conf").write_text("", encoding="utf-8")
    (tree / "usr/bin/python").symlink_to("python3")
    subprocess.run(
        ["find", str(tree), "-type", "f", "-perm", "/6000", "-exec", "chmod", "a-s", "--", "{}", "+"],
        check=True,
        capture_output=True,
    )
    tree.chmod(place.LISTED)
