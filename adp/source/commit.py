"""Make a repository and commits: for `adp init`, the demo and the tests. Nobody's git configuration has a say."""

import tempfile
from pathlib import Path

from adp.errors import UsageError
from adp.source.git import ON_DISK, Git, GitError
from adp.source.refuse import shown

NEUTRAL = ("ADP author", "author@example.invalid")


def create_repository(path: Path, message: str = "A new ADP") -> str:
    """A repository in the existing folder `path`, branch main, one commit of all its files. Returns the commit id."""
    if (path / ".git").exists():
        raise UsageError(f"{path} is a git repository already", hint="Commit your files with git.")
    with tempfile.TemporaryDirectory(prefix="adp-commit-") as home:
        _run(Git(Path(home)), path, "init", "-q", "--initial-branch=main", "--template=", str(path.resolve()))
    return commit_all(path, message)


def commit_all(path: Path, message: str, tag: str | None = None, when: int | None = None) -> str:
    """Commit everything `git add -A` takes; `tag` makes an annotated tag; `when` (Unix time) makes it repeatable."""
    with tempfile.TemporaryDirectory(prefix="adp-commit-") as home:
        git = Git(Path(home), config=ON_DISK, variables=_identity(Path(home)) | _dates(when))
        at = (f"--git-dir={path.resolve() / '.git'}", f"--work-tree={path.resolve()}")
        _run(git, path, *at, "add", "-A")
        _run(git, path, *at, "commit", "-q", "--no-verify", f"--message={message}")
        if tag is not None:
            _run(git, path, *at, "tag", "--annotate", f"--message={tag}", "--end-of-options", tag)
        return _run(git, path, *at, "rev-parse", "HEAD")


def _run(git: Git, path: Path, *arguments: str) -> str:
    try:
        return git.run(*arguments, cwd=path).decode("utf-8", "replace").strip()
    except GitError as error:
        said = shown(error.stderr) or "nothing to commit"
        raise UsageError(f"git {error.command} failed in {path}: {said}", hint="Look at git status there.") from error


def _identity(home: Path) -> dict[str, str]:
    """Who the person's own git says they are, else a neutral name. Reading one value runs nothing."""
    found = [_own_setting(home, "user.name"), _own_setting(home, "user.email")]
    name, email = found if all(found) else NEUTRAL
    return {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", name), ("EMAIL", email))
    }


def _own_setting(home: Path, name: str) -> str:
    files = (Path("~/.gitconfig"), Path("~/.config/git/config"))
    for file in files:
        try:
            place = file.expanduser()
            found = Git(home).run("config", "--no-includes", f"--file={place}", "--get", name).decode().strip()
        except (GitError, RuntimeError, UnicodeDecodeError):
            continue
        if found:
            return found
    return ""


def _dates(when: int | None) -> dict[str, str]:
    return {} if when is None else dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), f"@{when} +0000")
