"""One git command: in a closed environment, with every option said, bounded in time, memory, file size and output."""

import functools
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from adp.errors import PlatformError
from adp.source import bounded
from adp.source.limits import DEFAULT, MIB, Limits

# Command-line scope beats anything a repository or a person's own configuration can carry.
CONFIG: Mapping[str, str] = {
    "protocol.allow": "never",
    **{f"protocol.{name}.allow": "never" for name in ("ext", "file", "git", "ssh", "http", "https", "ftp", "ftps")},
    "http.followRedirects": "false",
    "http.lowSpeedLimit": "1000",
    "http.maxRequests": "2",
    "http.proxy": "",
    "http.cookieFile": "",
    "http.saveCookies": "false",
    "http.emptyAuth": "false",
    "http.delegation": "none",
    "http.sslVerify": "true",
    "http.postBuffer": "1048576",
    "credential.helper": "",
    "credential.interactive": "false",
    "core.askPass": "/bin/false",
    "core.sshCommand": "/bin/false",
    "core.alternateRefsCommand": "/bin/false",
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.symlinks": "false",
    "core.protectHFS": "true",
    "core.protectNTFS": "true",
    "core.attributesFile": "/dev/null",
    "core.excludesFile": "/dev/null",
    "core.autocrlf": "false",
    "core.eol": "lf",
    "core.safecrlf": "false",
    "core.untrackedCache": "false",
    "core.bigFileThreshold": "1m",
    "core.packedGitLimit": "256m",
    "core.packedGitWindowSize": "16m",
    "core.deltaBaseCacheLimit": "64m",
    "core.useReplaceRefs": "false",
    "core.maxTreeDepth": "256",
    "core.pager": "cat",
    "core.editor": "/bin/false",
    "transfer.fsckObjects": "true",
    "fetch.fsckObjects": "true",
    "receive.fsckObjects": "true",
    "transfer.bundleURI": "false",
    "transfer.credentialsInUrl": "die",
    "fetch.uriProtocols": "",
    "fetch.recurseSubmodules": "false",
    "fetch.writeCommitGraph": "false",
    "fetch.unpackLimit": "1",
    "fetch.showForcedUpdates": "false",
    "submodule.recurse": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "safe.bareRepository": "explicit",
    "safe.directory": "",
    "log.showSignature": "false",
    "commit.gpgSign": "false",
    "tag.gpgSign": "false",
    "pack.threads": "1",
    "index.threads": "1",
    "protocol.version": "2",
    "init.templateDir": "",
    "init.defaultBranch": "main",
    "advice.detachedHead": "false",
}
ON_DISK: Mapping[str, str] = {"core.symlinks": "true", "core.fileMode": "true"}
"""For commands that look at a work tree of ours or of the person at the keyboard."""
SYSTEM_PATH = "/usr/bin:/bin"


class GitError(Exception):
    """A command that failed, before anybody has said whose fault it is. `cause`: exit | time | output."""

    def __init__(self, command: str, cause: str, status: int, stderr: str) -> None:
        super().__init__(f"git {command}: {cause} {status}: {stderr}")
        self.command, self.cause, self.status, self.stderr = command, cause, status, stderr


@functools.cache
def program(name: str) -> str:
    """Where git, prlimit and setpriv are; ours to provide."""
    found = shutil.which(name) or shutil.which(name, path=SYSTEM_PATH)
    if found is None:
        package = "git" if name == "git" else "util-linux"
        raise PlatformError(f"{name} is not installed", hint=f"Install the package {package}.")
    return found


def closed_environment(home: Path, protocols: tuple[str, ...] = ()) -> dict[str, str]:
    """The whole environment: nothing is inherited, no proxy, no GIT_*, no token. `home` is an empty folder."""
    place = str(home)
    return {
        "PATH": f"{SYSTEM_PATH}:{Path(program('git')).parent}",
        "HOME": place,
        "XDG_CONFIG_HOME": place,
        "TMPDIR": place,
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_SYSTEM": "/dev/null",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "/bin/false",
        "SSH_ASKPASS": "/bin/false",
        "GIT_SSH_COMMAND": "/bin/false",
        "GIT_ALLOW_PROTOCOL": ":".join(protocols) or "none",
        "GIT_PROTOCOL_FROM_USER": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_PAGER": "cat",
        "GIT_EDITOR": "/bin/false",
        "GIT_CEILING_DIRECTORIES": "/",
        "GIT_TEMPLATE_DIR": "",
    }


@dataclass(frozen=True, slots=True)
class Git:
    """Runs git commands. Without `protocols` it cannot reach any network. `ends_at` is on the monotonic clock."""

    home: Path
    limits: Limits = DEFAULT
    protocols: tuple[str, ...] = ()
    config: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    ends_at: float = float("inf")

    @property
    def environment(self) -> dict[str, str]:
        return closed_environment(self.home, self.protocols) | dict(self.variables)

    def command(self, *arguments: str) -> list[str]:
        limits = self.limits
        settings = {
            **CONFIG,
            "http.lowSpeedTime": str(limits.stall_seconds),
            **{f"protocol.{name}.allow": "always" for name in self.protocols},
            **self.config,
        }
        return [
            *(program("prlimit"), f"--as={limits.memory}", f"--fsize={limits.file_bytes + MIB}"),
            *(f"--cpu={int(limits.seconds) + 5}", "--core=0", "--nofile=256:256", "--"),
            *(program("setpriv"), "--no-new-privs", "--pdeathsig=KILL", "--"),
            *(program("git"), *(part for k, v in settings.items() for part in ("-c", f"{k}={v}"))),
            *arguments,
        ]

    def run(self, *arguments: str, cwd: Path | None = None, most: int = MIB) -> bytes:
        """Standard output, or GitError. The command's whole process group is dead when this returns."""
        name = next((a for a in arguments if not a.startswith("-")), "")
        ends_at = min(self.ends_at, time.monotonic() + self.limits.seconds)
        ended = bounded.run(
            self.command(*arguments),
            environment=self.environment,
            cwd=cwd or self.home,
            ends_at=ends_at,
            most=most,
        )
        if not ended.is_good:
            raise GitError(name, ended.cause or "exit", ended.status, ended.error)
        return ended.output
