"""The system calls a job may make: one profile, as JSON for Docker and as BPF for bubblewrap.

seccomp.json is the profile, seccomp.md says where it comes from, syscalls.json numbers it for each architecture.
The compiler is ours: no library has to be on the machine. It knows what the profile uses and refuses the rest."""

import json
import platform
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from itertools import pairwise
from typing import Any

from adp.errors import PlatformError

LOAD, JUMP_EQUAL, JUMP_GREATER, JUMP_GREATER_EQUAL, AND, RETURN = 0x20, 0x15, 0x25, 0x35, 0x54, 0x06
NUMBER_AT, ARCH_AT, ARGUMENTS_AT = 0, 4, 16  # struct seccomp_data
ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
LOW = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Instruction:
    """struct sock_filter."""

    code: int
    value: int
    if_true: int = 0
    if_false: int = 0

    def packed(self) -> bytes:
        return struct.pack("=HBBI", self.code, self.if_true, self.if_false, self.value)


def docker_json() -> str:
    """The text for security_opt "seccomp=…" (the SDK takes text where the command line takes a path)."""
    return _text("seccomp.json")


def path() -> str:
    """The same profile as a file, for Podman, which takes a path of its own machine."""
    with as_file(files("adp.sandbox").joinpath("seccomp.json")) as found:
        return str(found)


@cache
def bpf(machine: str = "") -> bytes:
    """The bytes bubblewrap reads from --seccomp FD. Another architecture's calls kill; x32's are refused."""
    machine = machine or platform.machine()
    if machine not in AUDIT_ARCH:
        raise PlatformError(f"no seccomp filter for {machine}", hint="bubblewrap jobs run on: " + ", ".join(AUDIT_ARCH))
    profile: Mapping[str, Any] = json.loads(docker_json())
    numbers: Mapping[str, int] = json.loads(_text("syscalls.json"))[machine]
    program = [
        Instruction(LOAD, ARCH_AT),
        Instruction(JUMP_EQUAL, AUDIT_ARCH[machine], if_true=1),
        Instruction(RETURN, KILL),
        Instruction(LOAD, NUMBER_AT),
    ]
    plain = [r for r in profile["syscalls"] if r["action"] == "SCMP_ACT_ALLOW" and not r.get("args")]
    allowed = sorted({numbers[n] for r in plain for n in r["names"] if n in numbers})
    for first, last in _ranges(allowed):
        program += [
            Instruction(JUMP_GREATER_EQUAL, first, if_false=2),
            Instruction(JUMP_GREATER, last, if_true=1),
            Instruction(RETURN, ALLOW),
        ]
    for rule in profile["syscalls"]:
        if rule not in plain:
            program += [i for n in rule["names"] if n in numbers for i in _conditional(numbers[n], rule)]
    program.append(Instruction(RETURN, ERRNO | profile["defaultErrnoRet"]))
    return b"".join(i.packed() for i in program)


def _conditional(number: int, rule: Mapping[str, Any]) -> list[Instruction]:
    """One call under conditions on its arguments. Every test that fails jumps behind the block."""
    tests = [t for argument in rule.get("args", ()) for t in _tests(argument)]
    action = ALLOW if rule["action"] == "SCMP_ACT_ALLOW" else ERRNO | rule["errnoRet"]
    body = [Instruction(LOAD, NUMBER_AT), Instruction(JUMP_EQUAL, number), *tests, Instruction(RETURN, action)]
    end = len(body)
    return [
        Instruction(i.code, i.value, if_false=end - at - 1) if i.code == JUMP_EQUAL else i for at, i in enumerate(body)
    ]


def _tests(argument: Mapping[str, Any]) -> list[Instruction]:
    """The 64-bit comparison of one argument as two halves (little-endian)."""
    at = ARGUMENTS_AT + 8 * argument["index"]
    if argument["op"] == "SCMP_CMP_EQ":
        mask, wanted = None, argument["value"]
    elif argument["op"] == "SCMP_CMP_MASKED_EQ":
        mask, wanted = argument["value"], argument.get("valueTwo", 0)
    else:
        raise PlatformError(f"seccomp.json uses {argument['op']}, which adp.sandbox.seccomp does not know")
    found = []
    for shift, offset in ((0, 0), (32, 4)):
        found.append(Instruction(LOAD, at + offset))
        if mask is not None:
            found.append(Instruction(AND, mask >> shift & LOW))
        found.append(Instruction(JUMP_EQUAL, wanted >> shift & LOW))
    return found


def _ranges(numbers: list[int]) -> list[tuple[int, int]]:
    """[1, 2, 3, 7] -> [(1, 3), (7, 7)]"""
    breaks = [(a, b) for a, b in pairwise(numbers) if b != a + 1]
    starts = [numbers[0], *(b for _, b in breaks)]
    ends = [*(a for a, _ in breaks), numbers[-1]]
    return list(zip(starts, ends, strict=True))


def _text(name: str) -> str:
    return files("adp.sandbox").joinpath(name).read_text(encoding="utf-8")
