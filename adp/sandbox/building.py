"""Build a Dockerfile step by step: each RUN in a container as hardened as a job's, the rest by the engine's builder.

An engine's builder runs RUN as root with its own list of system calls and capabilities, without a limit of processes or
disk. So it gets only what starts nothing (COPY, ENV, …), written anew from what the policy has read; RUN is ours."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import docker
from docker.errors import APIError

from adp.errors import AuthorError, PlatformError
from adp.finding import Finding, Reason, Where
from adp.sandbox import container, options, out
from adp.sandbox.container import Terms
from adp.sandbox.context import DOCKERFILE
from adp.sandbox.dockerfile import Instruction
from adp.sandbox.dockerfile.parse import ESCAPES, HEREDOC, exec_form
from adp.sandbox.engine import Job, Limits, Mount, OnLine, Outcome
from adp.sandbox.follow import follow
from adp.sandbox.log import Capture
from adp.sandbox.mounts import Layout
from adp.sandbox.reasons import outcome
from adp.sandbox.watch import Watch

LIMITS = Limits(cpus=2.0, memory=4 << 30, disk=8 << 30, files=400_000, seconds=900.0, processes=512, log=4 << 20)
LIMIT_REASONS = frozenset({r for row in options.LIMITS if (r := row.reason)})
SHELL = ("/bin/sh", "-c")
VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)(?::-([^}]*))?\})")
HINT = (
    "a build has no network; what it needs lies in the repository, or in wheels/ where the manifest names requirements"
)

Context = Callable[[str], AbstractContextManager[BinaryIO]]  # the repository as a tar, with this text as its Dockerfile
Base = Callable[[str], str]  # of an image's name, the engine's id


@dataclass(slots=True)
class Stage:
    """`image` is what it has come to ("scratch": nothing yet), `pending` is (line, text)
    of what the engine has not been asked to do yet."""

    image: str
    pending: list[tuple[int, str]] = field(default_factory=list)
    arguments: dict[str, str] = field(default_factory=dict)
    declared: list[str] = field(default_factory=list)


class Build:
    """One build. `images` are all it made; whoever calls removes those that nobody needs."""

    def __init__(self, client: docker.DockerClient, profile: str, context: Context, name: str, on_line: OnLine) -> None:
        self.client, self.profile, self.context, self.name, self.on_line = client, profile, context, name, on_line
        self.stages: dict[str, Stage] = {}
        self.images: list[str] = []
        self.globals: dict[str, str] = {}

    def run(self, wanted: tuple[Instruction, ...], base: Base) -> str:
        """The id of the last stage's image. Raises AuthorError: BUILD_FAIL or BUILD_LIMIT with the line."""
        stage: Stage | None = None
        count = 0
        for instruction in wanted:
            if instruction.word == "FROM":
                self._flush(stage)
                stage = self._begin(instruction, base)
                self.stages[str(count)] = stage
                count += 1
            elif stage is None:
                self.globals |= pairs(instruction.rest, self.globals)
            else:
                self._one(instruction, stage)
        if stage is None:
            raise PlatformError(f"{self.name} has no stage, and the policy let it pass")
        return self._flush(stage)

    def _begin(self, instruction: Instruction, base: Base) -> Stage:
        image, _, name = (*instruction.arguments, "", "", "")[:3]
        known = self.stages.get(image.lower())
        stage = Stage(known.image if known else image if image == "scratch" else base(image))
        if name:
            self.stages[name.lower()] = stage
        return stage

    def _one(self, instruction: Instruction, stage: Stage) -> None:
        if instruction.word == "RUN":
            self._flush(stage)
            self.on_line(f"{self.name}, line {instruction.line}: RUN {instruction.rest}")
            stage.image = self._command(instruction, stage)
        elif instruction.word == "ARG":
            stage.arguments |= pairs(instruction.rest, self.globals | stage.arguments)
            stage.declared = [f"ARG {name}={_quoted(value)}" for name, value in stage.arguments.items()]
        elif instruction.word == "COPY":
            stage.pending.append((instruction.line, self._copy(instruction)))
        elif instruction.word != "DIRECTIVE":
            stage.pending.append((instruction.line, f"{instruction.word} {instruction.rest}"))

    def _copy(self, instruction: Instruction) -> str:
        """A stage is named by its image: the engine sees one stage only, and would look elsewhere for another."""
        bare = instruction.bare
        if "--" in ESCAPES.sub("", bare).split():
            raise self._fault(instruction.line, Reason.BUILD_FAIL, "COPY has an option behind its files")
        kept = []
        for option in instruction.options:
            key, _, value = option.partition("=")
            stage = self.stages.get(value.lower()) if key == "--from" else None
            kept.append(f"{key}={stage.image}" if stage else option)
        return " ".join(["COPY", *kept, bare])

    def _flush(self, stage: Stage | None) -> str:
        if stage is None:
            return ""
        if stage.pending:
            text = "\n".join([f"FROM {stage.image}", *stage.declared, *(line for _, line in stage.pending), ""])
            stage.image = self._by_the_engine(text, stage.pending[0][0])
            self.images.append(stage.image)
            stage.pending = []
        return stage.image

    def _by_the_engine(self, text: str, line: int) -> str:
        identity, fault = "", ""
        with self.context(text) as packed:
            for message in _messages(self.client, packed):
                fault = str(message.get("error") or fault).rstrip()
                identity = str((message.get("aux") or {}).get("ID") or identity)
        if fault or not identity:
            raise self._fault(line, Reason.BUILD_FAIL, fault or "the engine names no image")
        return identity

    def _command(self, instruction: Instruction, stage: Stage) -> str:
        config = self.client.images.get(stage.image).attrs["Config"]
        argv = _argv(instruction, tuple(config.get("Shell") or SHELL))
        known = {pair.partition("=")[0] for pair in config.get("Env") or ()}
        given = [f"{name}={value}" for name, value in stage.arguments.items() if name not in known]
        argv = ("/usr/bin/env", *given, *argv) if given else argv
        job = Job(f"build {self.name}", argv, cwd=config.get("WorkingDir") or "/", limits=LIMITS)
        terms = Terms(self.profile, builds_as=str(config.get("User") or "0:0"))
        with self._started(stage.image, job, terms) as made:
            capture = Capture(LIMITS.log, self.on_line)
            ended = outcome(follow(self.client, made, capture, _watch(made)), capture, LIMITS)
            if ended.reason is not None:
                raise self._failed(instruction, ended)
            kept = {name: config.get(name) for name in ("Cmd", "Entrypoint", "Shell")}  # not those of this container
            kept["Cmd"] = kept["Cmd"] or [SHELL[0]]
            identity = str(self.client.api.commit(made.id, conf=kept)["Id"])
        self.images.append(identity)
        return identity

    @contextmanager
    def _started(self, image: str, job: Job, terms: Terms) -> Iterator[Any]:
        made = container.create(self.client, image, job, Layout((), (), None), terms)
        try:
            yield made
        finally:
            container.remove(made)

    def _failed(self, instruction: Instruction, ended: Outcome) -> AuthorError:
        is_limit = ended.reason in LIMIT_REASONS
        how = f"took more than a build may use ({ended.reason})" if is_limit else f"failed (exit {ended.exit_code})"
        reason = Reason.BUILD_LIMIT if is_limit else Reason.BUILD_FAIL
        return self._fault(instruction.line, reason, f"RUN {how}", log=ended.log[-4000:])

    def _fault(self, line: int, reason: Reason, what: str, *, log: str = "") -> AuthorError:
        message = f"{self.name}, line {line}: {what}"
        where = Where(file=self.name, line=line)
        return AuthorError(
            Finding(reason, "DOCKERFILE", message, where=where, hint=HINT, evidence={"log": log} if log else {})
        )


def forget(client: docker.DockerClient, made: list[str], kept: str) -> None:
    """Remove what a build left on the way, as far as nothing kept stands on it."""
    for identity in reversed(made):
        if identity != kept:
            with suppress(APIError):
                client.images.remove(identity)


def _argv(instruction: Instruction, shell: tuple[str, ...]) -> tuple[str, ...]:
    listed = exec_form(instruction.rest)
    if listed is not None:
        return listed
    lone = HEREDOC.fullmatch(instruction.rest.strip())
    if lone:
        return (*shell, instruction.body.rpartition("\n")[0])
    return (*shell, f"{instruction.rest}\n{instruction.body}" if instruction.body else instruction.rest)


def pairs(text: str, known: Mapping[str, str]) -> dict[str, str]:
    """`A=1 B="two"` with what is known put in; a bare name takes what was said before the first FROM."""
    found: dict[str, str] = {}
    for name, equals, value in re.findall(r"(\w+)(=?)((?:\"[^\"]*\"|'[^']*'|\S)*)", text):
        given = VARIABLE.sub(lambda m: {**known, **found}.get(m[1] or m[2], m[3] or ""), ESCAPES.sub("", value))
        if equals or name in known:
            found[name] = given if equals else known[name]
    return found


def _quoted(value: str) -> str:
    return '"' + re.sub(r'([\\"$])', r"\\\1", value) + '"'


def _watch(made: Any) -> Watch:
    """What the command writes is counted where the engine keeps it, if this account sees that."""
    upper = Path(((made.attrs.get("GraphDriver") or {}).get("Data") or {}).get("UpperDir") or "/nowhere")
    is_seen = os.geteuid() == 0 and upper.is_dir() and not out.limited(upper)
    return Watch(LIMITS, Mount(upper, "/", writable=True) if is_seen else None, None, launchers=container.INIT)


def _messages(client: docker.DockerClient, packed: BinaryIO) -> Iterator[dict[str, Any]]:
    """What the engine says while it does what starts nothing: without a network, without its proxies."""
    lines = client.api.build(
        fileobj=packed,
        custom_context=True,
        dockerfile=DOCKERFILE,
        network_mode="none",
        pull=False,
        nocache=True,
        rm=True,
        forcerm=True,
        use_config_proxy=False,
        timeout=int(LIMITS.seconds),
        decode=True,
    )
    yield from lines
