"""An inert repository: made by us, without hooks, configuration or work tree, read through GitPython.

GitPython starts `git cat-file --batch` for us. It would hand on our whole environment, so its command wrapper is
replaced by one that puts the same closed environment, options and limits around git as everywhere else here.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adp.errors import PlatformError
from adp.source.git import Git, GitError, program
from adp.source.refuse import refused

os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")  # or `import git` itself raises where git is missing
import git


class ClosedGit(git.Git):
    """GitPython's command wrapper, inside our environment and limits."""

    def __init__(self, inner: Git, folder: Path) -> None:
        super().__init__(folder)
        self.inner = inner
        self.folder = folder

    def execute(self, command: Sequence[Any], *args: Any, **kwargs: Any) -> Any:
        _, *arguments = command
        closed = [program("env"), "-i", *(f"{k}={v}" for k, v in self.inner.environment.items())]
        wrapped = self.inner.command(f"--git-dir={self.folder}", *map(str, arguments))
        return super().execute([*closed, *wrapped], *args, **kwargs)


class InertRepo(git.Repo):
    """GitPython's view of a bare repository of ours. Its own constructor would believe GIT_* of our environment."""

    def __init__(self, folder: Path, inner: Git) -> None:
        self.git_dir = self.working_dir = self._common_dir = str(folder)
        self._bare = True
        self.git = ClosedGit(inner, folder)
        self.odb = git.GitCmdObjectDB(str(folder / "objects"), self.git)


@dataclass(frozen=True, slots=True)
class Commit:
    oid: str
    tree: str
    committed_at: int


@dataclass(frozen=True, slots=True)
class Bare:
    """`run` is for commands; `repository` is GitPython's view, open while `opened` is."""

    folder: Path
    inner: Git

    def run(self, *arguments: str, cwd: Path | None = None, most: int = 1 << 20) -> bytes:
        return self.inner.run(f"--git-dir={self.folder}", *arguments, cwd=cwd, most=most)

    @contextmanager
    def opened(self) -> Iterator[git.Repo]:
        """An object that is missing or unreadable ends as TREE_UNREADABLE."""
        repository = InertRepo(self.folder, self.inner)
        try:
            yield repository
        except (ValueError, TypeError, git.GitError, git.ODBError) as error:
            raise refused(
                "TREE_UNREADABLE",
                "the commit cannot be read to its end",
                "Push it again in full (no shallow or partial clone), or make a fresh commit of the same files.",
                evidence={"git": type(error).__name__},
            ) from error
        finally:
            repository.git.clear_cache()


def make(folder: Path, inner: Git, *, objects: Path | None = None) -> Bare:
    """An empty bare repository; `objects`: the object store of another repository, to read from as well."""
    try:
        inner.run("init", "-q", "--bare", "--template=", "--object-format=sha1", str(folder))
    except GitError as error:
        raise PlatformError(
            f"no repository can be made here: {error}", hint="Is there space, and a git ≥ 2.38?"
        ) from error
    if objects is not None:
        (folder / "objects" / "info").mkdir(exist_ok=True)
        (folder / "objects" / "info" / "alternates").write_text(f"{objects}\n", encoding="utf-8")
    return Bare(folder, inner)


def commit(bare: Bare, oid: str) -> Commit:
    with bare.opened() as repository:
        found = git.Commit(repository, bytes.fromhex(oid))
        return Commit(oid, found.tree.hexsha, int(found.committed_date))
