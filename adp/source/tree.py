"""What a commit holds, judged before a single file is written: names, kinds, number, size, depth, links."""

import posixpath
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

import git

from adp.errors import AuthorError
from adp.finding import Finding
from adp.source.bare import Bare
from adp.source.limits import Limits
from adp.source.refuse import refusal, refused, shown

SUBMODULE, LINK, FOLDER = 0o160000, 0o120000, 0o040000
FILES = frozenset({0o100644, 0o100755, 0o100664})
ENOUGH_FINDINGS = 20
VENDOR = "Copy the files you need into the repository (vendor them): submodules are never followed."
LARGE = "Keep large data out of the repository: give it as url in [[data]]."


@dataclass(frozen=True, slots=True)
class Entry:
    path: str
    mode: int
    oid: str
    size: int

    @property
    def is_link(self) -> bool:
        return self.mode == LINK

    @property
    def permissions(self) -> int:
        return 0o755 if self.mode & stat.S_IXUSR else 0o644


@dataclass(slots=True)
class Survey:
    limits: Limits
    seen: int = 0
    total: int = 0
    entries: list[Entry] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def refuse(self, code: str, message: str, hint: str, file: str) -> None:
        self.findings.append(refusal(code, message, hint, file=file))
        if len(self.findings) >= ENOUGH_FINDINGS:
            raise AuthorError(*self.findings)

    def count(self) -> None:
        self.seen += 1
        if self.seen > self.limits.entries:
            raise refused(
                "TREE_TOO_LARGE", f"the commit holds more than {self.limits.entries} files and folders", LARGE
            )

    def add(self, entry: Entry) -> None:
        self.total += entry.size
        if self.total > self.limits.tree_bytes:
            most = self.limits.tree_bytes >> 20
            evidence = {"limit": self.limits.tree_bytes, "at": shown(entry.path)}
            raise refused(
                "TREE_TOO_LARGE", f"the files of the commit are larger than {most} MiB", LARGE, evidence=evidence
            )
        self.entries.append(entry)


def survey(bare: Bare, tree: str) -> tuple[Entry, ...]:
    """All files and links, sorted by path. AuthorError with up to twenty findings."""
    found = Survey(bare.inner.limits)
    with bare.opened() as repository:
        for item in _walk(repository, tree, found):
            _judge(repository, item, found)
    if found.findings:
        raise AuthorError(*found.findings)
    return tuple(sorted(found.entries, key=lambda entry: entry.path))


def _walk(repository: git.Repo, tree: str, found: Survey) -> Iterator[git.IndexObject]:
    """Every entry that is no folder. Iterative: a hostile tree has any depth."""
    folders = [git.Tree(repository, bytes.fromhex(tree), FOLDER, "")]
    while folders:
        folder = folders.pop()
        if repository.odb.info(folder.binsha).size > found.limits.listing_bytes:
            raise refused("TREE_TOO_LARGE", "one folder of the commit holds too many files", LARGE)
        names: set[str] = set()
        for item in folder:
            found.count()
            if not _name_is_good(item, names, found):
                continue
            if item.mode == FOLDER:
                folders.append(git.Tree(repository, item.binsha, item.mode, item.path))
            else:
                yield item


def _name_is_good(item: git.IndexObject, names: set[str], found: Survey) -> bool:
    path = str(item.path)
    name = path.rpartition("/")[2]
    twin = unicodedata.normalize("NFC", name).casefold()
    if why := wrong_name(name):
        found.refuse("TREE_NAME", f"the name {shown(path)} {why}", "Rename the file.", path)
    elif twin in names:
        hint = "Rename one of the two: on many machines they are the same file."
        found.refuse("TREE_NAME", f"two names differ from {shown(path)} only in case or accents", hint, path)
    elif len(path.encode()) > found.limits.path_bytes or path.count("/") >= found.limits.depth:
        found.refuse(
            "TREE_TOO_DEEP", f"the path {shown(path)} is too long or too deep", "Use fewer, shorter folders.", path
        )
    else:
        names.add(twin)
        return True
    return False


def wrong_name(name: str) -> str:
    """Why a file must not be called so ("" when it may): what git, Windows, macOS or a terminal would take for more."""
    if any(unicodedata.category(c) == "Cs" for c in name):
        return "is not UTF-8"
    visible = "".join(c for c in name if unicodedata.category(c) not in {"Cf", "Cc"})
    folded = visible.rstrip(" .").casefold().split(":")[0]
    if folded in {"", ".git", "git~1"}:
        return "means something to git or to a file system"
    if visible != name or "\\" in name or "/" in name:
        return "has invisible characters or a slash in it"
    return "" if name == unicodedata.normalize("NFC", name) else "is not in Unicode normal form C"


def _judge(repository: git.Repo, item: git.IndexObject, found: Survey) -> None:
    path, mode = str(item.path), item.mode
    if mode == SUBMODULE:
        found.refuse("TREE_SUBMODULE", f"{shown(path)} is a submodule", VENDOR, path)
        return
    if path == ".gitmodules":
        found.refuse("TREE_SUBMODULE", "the repository declares submodules", VENDOR, path)
        return
    if mode not in FILES and mode != LINK:
        found.refuse(
            "TREE_MODE", f"{shown(path)} is no ordinary file (mode {mode:o})", "Commit it again as a file.", path
        )
        return
    entry = Entry(path, mode, item.hexsha, int(repository.odb.info(item.binsha).size))
    found.add(entry)
    if entry.is_link and not _link_stays_inside(repository, entry, found.limits):
        hint = "Link only to files of the repository, by relative paths; or commit the file itself."
        found.refuse("TREE_SYMLINK", f"the symbolic link {shown(path)} leaves the repository", hint, path)


def _link_stays_inside(repository: git.Repo, entry: Entry, limits: Limits) -> bool:
    if entry.size > limits.path_bytes:
        return False
    return stays_inside(entry.path, link_target(repository, entry))


def link_target(repository: git.Repo, entry: Entry) -> str:
    return bytes(repository.odb.stream(bytes.fromhex(entry.oid)).read()).decode("utf-8", "replace")


def stays_inside(path: str, target: str) -> bool:
    """By the words alone; chains of links are followed after writing (export)."""
    if not target or target.startswith("/") or any(unicodedata.category(c)[0] == "C" for c in target):
        return False
    inside = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    return inside != ".." and not inside.startswith("../") and ".git" not in inside.casefold().split("/")
