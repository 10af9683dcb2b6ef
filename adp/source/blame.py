"""A git command failed: whose fault is it, and what should they do?

Git has no error codes, so its English (LC_ALL=C.UTF-8) is read here and nowhere else; a text nobody knows is the
server's fault, shown as it is.
"""

from dataclasses import dataclass

from adp.errors import AuthorError, PlatformError
from adp.finding import Reason
from adp.source.git import GitError
from adp.source.refuse import refused, shown

OURS = (
    "no space left on device",
    "disk quota exceeded",
    "cannot fork",
    "resource temporarily unavailable",
    "read-only file system",
    "permission denied",
    "unable to find remote helper",
    "too many open files",
)
LATER = frozenset({"UNREACHABLE", "FETCH_LIMIT"})
"""Codes that another try may cure: a refusal at submission, a retry on a node."""


@dataclass(frozen=True, slots=True)
class Case:
    texts: tuple[str, ...]
    code: str
    message: str
    hint: str
    reason: Reason = Reason.POLICY


PRIVATE = "Make the repository public, or use a public mirror; the registry never sends credentials."
SMALLER = "Keep large data out of the repository: give it as url in [[data]]."
CASES = (
    Case(
        ("out of memory", "died of signal", "file too large", "file size limit", "memory exhausted", "mmap failed"),
        "FETCH_LIMIT",
        "the repository sends more than is accepted",
        SMALLER,
        Reason.BUILD_LIMIT,
    ),
    Case(
        ("operation too slow", "operation timed out", "connection timed out"),
        "FETCH_LIMIT",
        "the repository's server is too slow",
        "Try again later, or use another server.",
        Reason.BUILD_LIMIT,
    ),
    Case(
        ("not our ref", "unadvertised object", "couldn't find remote ref", "remote did not send all necessary objects"),
        "REF_NOT_FOUND",
        "the repository does not have this commit",
        "Push the commit with its tag or branch, then try again.",
    ),
    Case(
        ("redirect", "error: 301", "error: 302", "error: 303", "error: 307", "error: 308"),
        "REDIRECTED",
        "the address redirects to another one, and redirects are not followed",
        "Open the address in a browser and give the one it ends at.",
    ),
    Case(
        ("authentication failed", "could not read username", "terminal prompts disabled", "error: 401", "error: 403"),
        "PRIVATE",
        "the repository asks for a password",
        PRIVATE,
    ),
    Case(
        ("dumb http transport",),
        "UNREACHABLE",
        "the server does not speak git's smart HTTP protocol",
        "Use a git hosting service, or serve the repository by git http-backend.",
    ),
    Case(
        ("mismatched algorithms", "unknown object format", "unsupported object format"),
        "OBJECT_FORMAT",
        "the repository uses SHA-256 object names",
        "Use a repository with SHA-1 object names (git's default).",
    ),
    Case(
        ("fsck error", "error in object", "repository corruption", "gitmodules", "malformed", "pack has bad object"),
        "TREE_MALFORMED",
        "git finds a malformed object in the commit",
        "Run git fsck, and make a fresh commit of the same files.",
    ),
    Case(
        ("error: 404", "repository not found", "not found"),
        "UNREACHABLE",
        "there is no public repository at this address",
        "Check the spelling, and that the repository is public.",
    ),
    Case(
        ("early eof", "hung up unexpectedly", "rpc failed", "unexpected disconnect"),
        "UNREACHABLE",
        "the repository's server broke off",
        "Try again later, or use another server.",
    ),
    Case(
        ("invalid index-pack output",),  # and nothing more: it was ended by the limit of what it may write
        "FETCH_LIMIT",
        "the repository sends more than is accepted",
        SMALLER,
        Reason.BUILD_LIMIT,
    ),
)
UNKNOWN = Case((), "UNREACHABLE", "the repository could not be fetched", "Check with git ls-remote, then try again.")


def explain(error: GitError, url: str) -> AuthorError | PlatformError:
    """The error to raise instead."""
    if error.cause == "time":
        slow = next(case for case in CASES if "operation too slow" in case.texts)
        return _refusal(slow, error, url)
    said = error.stderr.casefold()
    if any(text in _said_here(said) for text in OURS):
        return PlatformError(f"git {error.command} failed here: {shown(error.stderr)}", hint="Tell the operator.")
    if error.cause == "output":
        return _refusal(CASES[0], error, url)
    return _refusal(next((c for c in CASES if any(text in said for text in c.texts)), UNKNOWN), error, url)


def _said_here(said: str) -> str:
    """Without what the server said: it must not be able to put the blame on us, and be tried for ever."""
    return "\n".join(
        line for line in said.splitlines() if not line.startswith("remote:") and "remote error" not in line
    )


def _refusal(case: Case, error: GitError, url: str) -> AuthorError:
    said = shown(error.stderr.strip().replace("\n", " · "))
    evidence = {"url": shown(url), "git": said}
    return refused(case.code, case.message, case.hint, reason=case.reason, evidence=evidence)
