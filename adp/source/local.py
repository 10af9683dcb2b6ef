"""Proposals on this machine: what a laptop checks, and the first commit of a new one.

The person's own git configuration, hooks, filters and line-ending habits have no say, and neither has who owns the
folder: objects are read through an inert repository of ours, so laptop and registry see the same bytes.
"""

import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adp.errors import UsageError
from adp.source import bare as bare_repository
from adp.source.bare import Bare
from adp.source.commit import commit_all as commit_all
from adp.source.commit import create_repository as create_repository
from adp.source.export import export
from adp.source.fetch import OID, OID_SHA256, check_ref
from adp.source.git import ON_DISK, Git, GitError
from adp.source.limits import DEFAULT, Limits
from adp.source.refuse import refused, shown
from adp.source.snapshot import Snapshot
from adp.source.tree import LARGE, survey

ABBREVIATED = re.compile(r"[0-9a-f]{7,40}")
LISTING = 8 << 20


def snapshot(path: Path, into: Path, ref: str | None = None, limits: Limits = DEFAULT) -> Snapshot:
    """A repository root: HEAD's tree (or `ref`'s), from its objects, never its work tree; `dirty` says they differ.
    Any other folder: the files `git add -A` would take, as a tree with the id git gives the same files elsewhere."""
    path = path.resolve()
    if not path.is_dir():
        raise UsageError(f"{path} is not a folder", hint="Give the folder of an ADP, or the URL of a repository.")
    git_folder = repository_of(path)
    if git_folder is not None:
        return _of_repository(path, git_folder, into, ref, limits)
    if ref is not None:
        raise UsageError(f"{path} is not the root of a git repository, so it has no {ref}", hint="Leave --ref out.")
    return _of_folder(path, into, limits)


def repository_of(path: Path) -> Path | None:
    """The git folder when `path` is the root of a repository (or a bare one)."""
    if (path / ".git").exists():
        return path / ".git"
    is_bare = (path / "HEAD").is_file() and (path / "objects").is_dir() and (path / "refs").is_dir()
    return path if is_bare else None


@contextmanager
def _workbench(limits: Limits, objects: Path | None = None) -> Iterator[Bare]:
    with tempfile.TemporaryDirectory(prefix="adp-local-") as work:
        home = Path(work, "home")
        home.mkdir()
        inner = Git(home, limits, config=ON_DISK, ends_at=time.monotonic() + limits.seconds)
        yield bare_repository.make(Path(work, "repository.git"), inner, objects=objects)


def _of_repository(path: Path, git_folder: Path, into: Path, ref: str | None, limits: Limits) -> Snapshot:
    with tempfile.TemporaryDirectory(prefix="adp-local-") as home:
        theirs = Bare(git_folder, Git(Path(home), limits))
        oid, tag = _resolve(theirs, ref)
        objects = _objects(theirs, path)
    with _workbench(limits, objects) as bare:
        commit = bare_repository.commit(bare, oid)
        export(bare, survey(bare, commit.tree), into)
        dirty = ref is None and git_folder != path and _is_dirty(bare, path, oid)
    return Snapshot(into, commit.tree, oid, commit.committed_at, "", ref or "HEAD", tag, dirty)


def _resolve(theirs: Bare, ref: str | None) -> tuple[str, str | None]:
    names = {"HEAD": None} if ref is None or ref == "HEAD" else _names(ref)
    for name, tag in names.items():
        try:
            found = theirs.run("rev-parse", "--verify", "-q", "--end-of-options", f"{name}^{{commit}}").decode().strip()
        except GitError:
            continue
        if OID_SHA256.fullmatch(found):
            check_ref(found)
        return found, tag
    if ref is None or ref == "HEAD":
        raise refused(
            "REF_NOT_FOUND", "the repository has no commit yet", "Commit your files: git add -A && git commit"
        )
    hint = "See git tag and git branch; a tag of the server may have to be fetched first."
    raise refused("REF_NOT_FOUND", f"the repository has no tag, branch or commit {shown(ref)}", hint)


def _names(ref: str) -> dict[str, str | None]:
    check_ref(ref)
    if OID.fullmatch(ref):
        return {ref: None}
    if ref.startswith("refs/"):
        return {ref: ref.removeprefix("refs/tags/") if ref.startswith("refs/tags/") else None}
    names: dict[str, str | None] = {f"refs/tags/{ref}": ref, f"refs/heads/{ref}": None}
    return names | ({ref: None} if ABBREVIATED.fullmatch(ref) else {})


def _objects(theirs: Bare, path: Path) -> Path:
    try:
        answer = theirs.run("rev-parse", "--git-path", "objects", cwd=path).decode().rstrip("\n")
    except GitError as error:
        raise UsageError(
            f"git cannot read the repository {path}: {shown(error.stderr)}", hint="Run git status."
        ) from error
    if "\n" in answer:
        raise UsageError(
            "a repository in a folder whose name has a line break cannot be read", hint="Rename the folder."
        )
    return (path / answer).resolve()


def _is_dirty(bare: Bare, path: Path, oid: str) -> bool:
    """Anything changed, deleted, or neither tracked nor ignored; not through the repository's own index or filters."""
    work_tree = f"--work-tree={path}"
    try:
        bare.run("read-tree", oid)
        listed = bare.run(work_tree, "ls-files", "-m", "-d", "-o", "--exclude-standard", "-z", cwd=path, most=LISTING)
    except GitError:
        return True  # too many to list, or unreadable
    return bool(listed)


def _of_folder(path: Path, into: Path, limits: Limits) -> Snapshot:
    work_tree = f"--work-tree={path}"
    with _workbench(limits) as bare:
        try:
            listed = bare.run(work_tree, "ls-files", "-o", "--exclude-standard", "-z", cwd=path, most=LISTING)
            _check_size(path, listed.split(b"\0")[:-1], limits)
            bare.run(work_tree, "add", "-A", cwd=path)
            tree = bare.run("write-tree").decode().strip()
        except GitError as error:
            raise UsageError(
                f"git cannot take the files of {path}: {shown(error.stderr)}", hint="Are all readable?"
            ) from error
        export(bare, survey(bare, tree), into)
    return Snapshot(into, tree)


def _check_size(path: Path, names: list[bytes], limits: Limits) -> None:
    """Before anything is copied: a folder of raw data beside the ADP would take minutes."""
    if len(names) > limits.entries:
        raise refused(
            "TREE_TOO_LARGE", f"the folder holds more than {limits.entries} files", f"{LARGE} Or list it in .gitignore."
        )
    sizes = [((path / name.decode("utf-8", "surrogateescape")).lstat().st_size, name) for name in names]
    if sum(size for size, _ in sizes) > limits.tree_bytes:
        most, largest = limits.tree_bytes >> 20, max(sizes)[1].decode("utf-8", "replace")
        message = f"the files of the folder are larger than {most} MiB; the largest is {shown(largest)}"
        raise refused("TREE_TOO_LARGE", message, f"{LARGE} Or list it in .gitignore.")
