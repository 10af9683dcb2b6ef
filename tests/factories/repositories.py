"""Real git repositories, and a loopback server for them.

commit = make_repository(folder / "alice" / "pixtable", {"adp.toml": "…"}, tag="v1.0.0")
with serving(folder) as host:
    fetch(host.url_of("alice/pixtable"), "v1.0.0", into, policy=Policy.loopback(host.port))
"""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from config.demo.githost import GitHost

WHEN = 1_700_000_000
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin:/usr/local/bin",
    "HOME": "/nonexistent",
    "LC_ALL": "C.UTF-8",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    **{f"GIT_{who}_NAME": "Alice Example" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "alice@example.org" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_DATE": f"@{WHEN} +0000" for who in ("AUTHOR", "COMMITTER")},
}
Files = Mapping[str, str | bytes]


def git(folder: Path, *arguments: str, stdin: bytes = b"", variables: Mapping[str, str] | None = None) -> str:
    """A plain git command in `folder`, without anybody's configuration; its output, stripped."""
    done = subprocess.run(
        ["git", "-c", "protocol.file.allow=always", *arguments],
        cwd=folder,
        env=ENVIRONMENT | dict(variables or {}),
        input=stdin,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"git {' '.join(arguments)}: {done.stderr.decode(errors='replace')}")
    return done.stdout.decode("utf-8", "surrogateescape").strip()


def write_files(folder: Path, files: Files) -> None:
    for name, content in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)


def commit_files(
    folder: Path, files: Files, *, tag: str | None = None, annotated: bool = False, message: str = "work"
) -> str:
    """Another commit in the repository `folder`; its id."""
    write_files(folder, files)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", message)
    if tag is not None:
        git(folder, "tag", "-f", *(("-a", "-m", tag) if annotated else ()), tag)
    return git(folder, "rev-parse", "HEAD")


def make_repository(folder: Path, files: Files, *, tag: str | None = None, annotated: bool = False) -> str:
    """A new repository, branch main, one commit of `files`; the commit's id."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "--template=", "--initial-branch=main")
    return commit_files(folder, files, tag=tag, annotated=annotated)


def commit_tree(folder: Path, listing: bytes, *, branch: str = "main") -> str:
    """A commit of a tree that no work tree could hold: `listing` as `git ls-tree -z` prints it, checked by nobody."""
    tree = git(folder, "mktree", "-z", "--missing", stdin=listing)
    commit = git(folder, "commit-tree", tree, "-m", "made by hand")
    git(folder, "update-ref", f"refs/heads/{branch}", commit)
    return commit


def blob(folder: Path, content: bytes) -> str:
    return git(folder, "hash-object", "-w", "--stdin", stdin=content)


@contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[GitHost]:
    with GitHost(folder, port) as host:
        yield host
