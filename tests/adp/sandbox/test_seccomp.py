"""The filter, run by a small interpreter of the kernel's instructions."""

import json
import struct

import pytest

from adp.errors import PlatformError
from adp.sandbox import seccomp

ALLOW, EPERM, ENOSYS, KILL = seccomp.ALLOW, seccomp.ERRNO | 1, seccomp.ERRNO | 38, seccomp.KILL
X86, ARM = seccomp.AUDIT_ARCH["x86_64"], seccomp.AUDIT_ARCH["aarch64"]
NEW_USER = 0x10000000


def answer(machine: str, arch: int, number: int, *arguments: int) -> int:
    data = struct.pack("<IIQ6Q", number, arch, 0, *[*arguments, *[0] * 6][:6])
    program = list(struct.iter_unpack("<HBBI", seccomp.bpf(machine)))
    at = value = 0
    while True:
        code, if_true, if_false, k = program[at]
        at += 1
        if code == seccomp.RETURN:
            return k
        if code == seccomp.LOAD:
            value = struct.unpack_from("<I", data, k)[0]
        elif code == seccomp.AND:
            value &= k
        else:
            holds = {seccomp.JUMP_EQUAL: value == k, seccomp.JUMP_GREATER: value > k}
            holds[seccomp.JUMP_GREATER_EQUAL] = value >= k
            at += if_true if holds[code] else if_false


@pytest.mark.parametrize(("machine", "arch", "call", "expected"), [
    ("x86_64", X86, (0,), ALLOW),  # read
    ("x86_64", X86, (59,), ALLOW),  # execve
    ("x86_64", X86, (101,), EPERM),  # ptrace
    ("x86_64", X86, (272, NEW_USER), EPERM),  # unshare
    ("x86_64", X86, (425,), EPERM),  # io_uring_setup
    ("x86_64", X86, (56, 17), ALLOW),  # clone as fork does
    ("x86_64", X86, (56, 17 | NEW_USER), EPERM),
    ("x86_64", X86, (435,), ENOSYS),  # clone3
    ("x86_64", X86, (41, 2, 1), ALLOW),  # socket TCP
    ("x86_64", X86, (41, 10, 2 | 0o2004000, 17), ALLOW),  # UDP over IPv6, close-on-exec and non-blocking
    ("x86_64", X86, (41, 2, 3, 1), EPERM),  # raw
    ("x86_64", X86, (41, 2, 5, 132), EPERM),  # SCTP, a module to load
    ("x86_64", X86, (41, 2, 1, 262), EPERM),  # MPTCP
    ("x86_64", X86, (53, 1, 1), ALLOW),  # socketpair AF_UNIX
    ("x86_64", X86, (53, 30, 1), EPERM),  # socketpair AF_TIPC
    ("x86_64", X86, (41, 40), EPERM),  # AF_VSOCK
    ("x86_64", X86, (41, 2 | 1 << 32), EPERM),  # the upper half counts
    ("x86_64", X86, (0x40000000,), EPERM),  # x32's read
    ("x86_64", 0x40000003, (3,), KILL),  # i386
    ("x86_64", X86, (9999,), EPERM),
    ("aarch64", ARM, (63,), ALLOW),  # read
    ("aarch64", ARM, (117,), EPERM),  # ptrace
    ("aarch64", ARM, (198, 1), ALLOW),  # socket AF_UNIX
    ("aarch64", X86, (0,), KILL),
])  # fmt: skip
def test_calls_are_answered(machine: str, arch: int, call: tuple[int, ...], expected: int) -> None:
    assert answer(machine, arch, *call) == expected


def test_every_name_of_the_profile_is_answered_alike_by_json_and_filter() -> None:
    profile = json.loads(seccomp.docker_json())
    plain = {
        n for r in profile["syscalls"] if not r.get("args") and r["action"] == "SCMP_ACT_ALLOW" for n in r["names"]
    }
    numbers = json.loads(seccomp._text("syscalls.json"))["x86_64"]
    assert {n for n in plain & numbers.keys() if answer("x86_64", X86, numbers[n]) != ALLOW} == set()
    assert len(plain & numbers.keys()) > 250


def test_a_machine_without_a_filter_is_ours_to_answer_for() -> None:
    with pytest.raises(PlatformError, match="riscv64"):
        seccomp.bpf("riscv64")
