"""Runs in the sandbox: every probe in a process of its own; one JSON object says how each went.

    python3 probe.py FACTS.json < nothing     FACTS: {"probes": {name: code}, "host": {…}}

A probe that comes to its end was let through ("allowed", or what it puts into `found`); an errno's name is a refusal;
"signal 31" is how the kernel ends a process that makes a call of another architecture."""

import ctypes
import errno
import json
import mmap
import os
import select
import signal
import socket
import struct  # noqa: F401 - probes use it
import sys

SECONDS = 5
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
NAMESPACES = {"user": 0x10000000, "mnt": 0x20000, "pid": 0x20000000, "net": 0x40000000}
NAMESPACES |= {"ipc": 0x8000000, "uts": 0x4000000, "cgroup": 0x2000000, "time": 0x80}


def call(number, *arguments):
    """A raw system call; raises what it is refused with."""
    given = [
        a if isinstance(a, bytes) or hasattr(a, "_type_") or hasattr(a, "_length_") else ctypes.c_long(a)
        for a in arguments
    ]
    got = libc.syscall(ctypes.c_long(number), *given)
    if got == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return got


def connect(family, kind, address):
    with socket.socket(family, kind) as s:
        s.settimeout(2)
        s.connect(address)


def write(path, text=b"1", flags=0):
    """Opens for writing and writes: some files refuse the one, some the other."""
    opened = os.open(path, os.O_WRONLY | flags)
    os.write(opened, text)


def first_that(paths, do):
    """Tries all; the last refusal when none went through."""
    refusal = OSError(errno.ENOENT, "nothing to try")
    for path in paths:
        try:
            return do(path)
        except OSError as error:
            refusal = error
    raise refusal


def a_sibling():
    """A process of the same job to be preyed upon."""
    pid = os.fork()
    if not pid:
        signal.pause()
    return pid


def machine_code(code):
    """Runs bytes of this processor's instructions."""
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    return ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()


def texts(pattern):
    """All of /proc's files called so that can be read, as one text."""
    found = []
    for pid in (p for p in os.listdir("/proc") if p.isdigit()):
        try:
            with open(f"/proc/{pid}/{pattern}", "rb") as stream:
                found.append(stream.read().decode("utf-8", "replace"))
        except OSError:
            pass
    return "\n".join(found)


def answer(code, host):
    names = {**globals(), "host": host, "found": "allowed"}
    try:
        exec(code, names)
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error))
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return names["found"]


def in_a_process_of_its_own(code, host):
    out, into = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(out)
        os.setpgid(0, 0)
        os.write(into, json.dumps(answer(code, host), default=str).encode()[:60_000] + b"\n")
        os._exit(0)
    os.close(into)
    said = b""
    while not said.endswith(b"\n") and select.select([out], [], [], SECONDS)[0] and (chunk := os.read(out, 65536)):
        said += chunk  # to the line's end: what the probe started holds this pipe open
    os.close(out)
    os.killpg(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    if said:
        return json.loads(said)
    return f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else "no answer"


def main():
    with open(sys.argv[1]) as stream:
        given = json.load(stream)
    given["host"]["descriptors"] = sorted(int(n) for n in os.listdir("/proc/self/fd"))[:-1]
    print(json.dumps({name: in_a_process_of_its_own(code, given["host"]) for name, code in given["probes"].items()}))


main()
