"""Fetch one commit of a stranger's repository and write it out as inert files. Nothing is checked out, nothing runs.

Order: check the address and pin it → make an empty bare repository → resolve the name once → fetch that commit by its
id, one deep → survey its tree → write the files from the object store.
"""

import re
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from adp.errors import AuthorError
from adp.source import bare as bare_repository
from adp.source.bare import Bare
from adp.source.blame import explain
from adp.source.export import export
from adp.source.git import Git, GitError
from adp.source.limits import DEFAULT, Limits
from adp.source.policy import PUBLIC, Policy
from adp.source.refuse import refused, shown
from adp.source.snapshot import Snapshot
from adp.source.tree import survey
from adp.source.url import Location, check

OID = re.compile(r"[0-9a-f]{40}")
OID_SHA256 = re.compile(r"[0-9a-f]{64}")
REF = re.compile(r"(?!.*(?:\.\.|//|@\{|/\.|\.lock(?:/|$)))[A-Za-z0-9_][A-Za-z0-9._/+-]{0,199}(?<![./])")
PIN = "refs/adp/pin"
LISTED_TAGS = 8


@dataclass(frozen=True, slots=True)
class Named:
    """What a ref is: the commit it names now (None: no such name), and whether it is a tag."""

    oid: str | None
    tag: str | None = None


def fetch(
    url: str,
    ref: str,
    into: Path,
    policy: Policy = PUBLIC,
    limits: Limits = DEFAULT,
    pinned: str | None = None,
) -> Snapshot:
    """The files of `ref` (tag, branch, full commit id or HEAD) in `into`.

    `pinned`: the commit that was agreed on. A tag that no longer points there, or a name that is gone, is TAG_MOVED; a
    branch may move on: the agreed commit is fetched all the same.
    AuthorError: their fault, with findings; PlatformError: ours. Either way `into` is left as it was.
    """
    for name in (ref,) if pinned is None else (ref, pinned):
        check_ref(name)
    where = check(url, policy)
    ends_at = time.monotonic() + limits.seconds
    with tempfile.TemporaryDirectory(prefix="adp-fetch-") as work:
        home = Path(work, "home")
        home.mkdir()
        inner = Git(home, limits, policy.schemes, {"http.curloptResolve": where.pin}, ends_at=ends_at)
        bare = bare_repository.make(Path(work, "repository.git"), inner)
        try:
            named = _resolve(bare, where, ref)
            oid = _agreed(bare, where, ref, named, pinned)
            _bring(bare, where, oid)
        except GitError as error:
            raise explain(error, url) from error
        commit = bare_repository.commit(bare, oid)
        export(bare, survey(bare, commit.tree), into)
        return Snapshot(into, commit.tree, oid, commit.committed_at, where.url, ref, named.tag)


def check_ref(ref: str) -> None:
    if OID_SHA256.fullmatch(ref):
        hint = "Use a repository with SHA-1 object names (git's default)."
        raise refused("OBJECT_FORMAT", "the repository uses SHA-256 object names", hint)
    if not REF.fullmatch(ref):
        hint = "Give a tag, a branch or a full commit id, for example v1.0.0."
        raise refused("REF_REFUSED", f"{shown(ref) or 'an empty text'} is no name of a tag, branch or commit", hint)


def candidates(ref: str) -> tuple[str, ...]:
    """Full names `ref` may stand for, the first that exists wins. ^{} is what an annotated tag points at."""
    if ref == "HEAD":
        return (ref,)
    if ref.startswith("refs/tags/"):
        return (f"{ref}^{{}}", ref)
    if ref.startswith("refs/heads/"):
        return (ref,)
    return (f"refs/tags/{ref}^{{}}", f"refs/tags/{ref}", f"refs/heads/{ref}")


def _resolve(bare: Bare, where: Location, ref: str) -> Named:
    """Names are asked for once, in full; afterwards only the id counts. A commit id is never taken for a name."""
    if OID.fullmatch(ref):
        return Named(ref)
    wanted = candidates(ref)
    listed = _listed(bare, where, *wanted)
    found = next((name for name in wanted if name in listed), None)
    if found is None:
        return Named(None)
    tag = found.removeprefix("refs/tags/").removesuffix("^{}") if found.startswith("refs/tags/") else None
    return Named(listed[found], tag)


def _listed(bare: Bare, where: Location, *patterns: str) -> dict[str, str]:
    lines = (
        bare.run("ls-remote", "-q", "--", where.url, *patterns, most=1 << 16).decode("utf-8", "replace").splitlines()
    )
    pairs = (line.split("\t", 1) for line in lines if "\t" in line)
    return {name: oid for oid, name in pairs if OID.fullmatch(oid) or OID_SHA256.fullmatch(oid)}


def _agreed(bare: Bare, where: Location, ref: str, named: Named, pinned: str | None) -> str:
    is_branch = named.oid is not None and named.tag is None
    if pinned is not None and is_branch:
        return pinned
    if pinned is not None and named.oid != pinned:
        now = f"is now at {named.oid[:12]}" if named.oid else "no longer exists"
        raise refused(
            "TAG_MOVED",
            f"{shown(ref)} was agreed on at commit {pinned[:12]} and {now}",
            "Put it back, or make a new version with a new tag and submit that.",
            evidence={"pinned": pinned, "now": named.oid or ""},
        )
    if named.oid is None:
        raise _not_found(bare, where, ref)
    check_ref(named.oid)  # SHA-256?
    return named.oid


def _not_found(bare: Bare, where: Location, ref: str) -> AuthorError:
    tags: list[str] = []
    with suppress(GitError):  # only for the hint
        tags = [name.removeprefix("refs/tags/") for name in _listed(bare, where, "refs/tags/*") if "^" not in name]
    known = (
        f"It has the tags {shown(', '.join(tags[-LISTED_TAGS:]))}."
        if tags
        else "No tags are there: check the address, and push one."
    )
    return refused("REF_NOT_FOUND", f"the repository has no tag or branch {shown(ref)}", known)


def _bring(bare: Bare, where: Location, oid: str) -> None:
    options = (
        "-q",
        "--depth=1",
        "--no-tags",
        "--no-recurse-submodules",
        "--no-auto-maintenance",
        "--no-write-fetch-head",
    )
    bare.run("fetch", *options, "--end-of-options", where.url, f"+{oid}:{PIN}")
    try:
        got = bare.run("rev-parse", "--verify", "--end-of-options", f"{PIN}^{{commit}}").decode().strip()
    except GitError:
        got = ""
    if got != oid:
        hint = "Tag a commit, or give the full id of a commit."
        raise refused("REF_NOT_FOUND", f"{oid[:12]} is not a commit of this repository", hint)
