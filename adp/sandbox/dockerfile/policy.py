"""The static policy: every rule of the table over every instruction; a finding has its line, its code and a way out.

It reads text and nothing else, so that it says the same on every machine, with an engine or without."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from adp.errors import AuthorError
from adp.finding import Finding, Reason, Where
from adp.sandbox.dockerfile.parse import Instruction, instructions
from adp.sandbox.dockerfile.rules import OWN, ROOT_CODE, RULES, Rule, Stage, image_and_name, is_root

LARGEST = 256 << 10
MOST = 64  # instructions: each may be a layer


@dataclass(slots=True)
class _Reading:
    """What has been seen so far: names of stages, and the one that is open."""

    names: dict[str, Stage] = field(default_factory=dict)
    count: int = 0
    stage: Stage = field(default_factory=Stage)


def read(source: Path, name: str) -> tuple[Instruction, ...]:
    """The instructions of the Dockerfile `name` below `source`. Raises AuthorError with all that is refused."""
    path = source / name
    if path.is_symlink() or not path.is_file() or not path.resolve().is_relative_to(source.resolve()):
        message = f"{name} is not a regular file of the repository"
        raise AuthorError(Finding(Reason.BUILD_FAIL, "DOCKERFILE_MISSING", message, where=Where(file=name)))
    text = path.read_bytes()[: LARGEST + 1].decode("utf-8", errors="replace")
    findings = check(text, name)
    if findings:
        raise AuthorError(*findings)
    return tuple(instructions(text))


def check(text: str, name: str) -> tuple[Finding, ...]:
    """All that the policy refuses in a Dockerfile called `name`, in the order of its lines."""
    if len(text.encode()) > LARGEST or "\0" in text:
        message = f"{name} is no Dockerfile: it has more than {LARGEST >> 10} KiB, or bytes no text has"
        return (Finding(Reason.BUILD_FAIL, "DOCKERFILE", message, where=Where(file=name), hint="make it shorter"),)
    found: list[Finding] = []
    reading = _Reading()
    read = list(instructions(text))
    for instruction in read:
        found += _one(instruction, reading, name)
    return (*found, *_whole(read, reading, name))


def _one(instruction: Instruction, reading: _Reading, name: str) -> Iterator[Finding]:
    for rule in RULES:
        if instruction.word in rule.words or not rule.words:
            fault = rule.fault(instruction, reading.stage, reading.names)
            if fault:
                yield _finding(rule, fault, name, instruction.line)
                break
    _follow(instruction, reading)


def _follow(instruction: Instruction, reading: _Reading) -> None:
    if instruction.word == "FROM":
        base, name = image_and_name(instruction)
        reading.stage = replace(reading.names.get(base.lower(), Stage()), is_open=True, line=instruction.line)
        reading.names[str(reading.count)] = reading.stage
        reading.count += 1
        reading.stage = replace(reading.stage, name=name)
    elif instruction.word == "USER":
        reading.stage = replace(reading.stage, user=instruction.rest.strip(), line=instruction.line)
    elif instruction.word == "WORKDIR":
        reading.stage = replace(reading.stage, folder=reading.stage.entered(instruction.rest.strip()))
    reading.names[str(reading.count - 1)] = reading.stage
    if reading.stage.name:
        reading.names[reading.stage.name] = reading.stage


def _whole(read: list[Instruction], reading: _Reading, name: str) -> Iterator[Finding]:
    """What only the whole file shows."""
    if not reading.stage.is_open:
        where = Where(file=name)
        yield Finding(
            Reason.BUILD_FAIL, "DOCKERFILE", f"{name} has no FROM", where=where, hint=f"begin it with FROM {OWN[0]}"
        )
    elif is_root(reading.stage.user):
        rule = next(r for r in RULES if r.code == ROOT_CODE)
        who = f"USER {reading.stage.user}" if reading.stage.user else "no USER, which is root"
        yield _finding(rule, f"its last stage ends with {who}", name, reading.stage.line)
    if len(read) > MOST:
        message = f"{name} has {len(read)} instructions; a build may have {MOST}"
        where = Where(file=name, line=read[MOST].line)
        yield Finding(Reason.BUILD_LIMIT, "DOCKERFILE_LAYERS", message, where=where, hint="join commands: RUN a && b")


def _finding(rule: Rule, fault: str, name: str, line: int) -> Finding:
    message = f"{name}, line {line}: {fault}"
    return Finding(rule.reason, rule.code, message, where=Where(file=name, line=line), hint=rule.hint)
