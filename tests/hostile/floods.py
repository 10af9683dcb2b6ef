"""Too much of everything, and jobs that will not end: which limit says so. A row is one command in one sandbox."""
# ruff: noqa: E501 - a row is a line, and code in a row may be long

from dataclasses import replace

from adp.finding import Reason
from adp.sandbox.engine import Limits
from tests.hostile.case import HARMLESS, Case, Door

MIB = 1 << 20
LIMITS = Limits(cpus=2, memory=192 * MIB, disk=16 * MIB, seconds=20, processes=32, log=MIB)
SOON = replace(LIMITS, seconds=0.7)
SLOW_ENGINES = frozenset({"docker", "podman"})  # a container's start is ten times a sandbox's: most rows soak there

NEVER_ENDS = {
    "a spinner": "while True: pass",
    "eight spinners": "import os\nfor n in range(3): os.fork()\nwhile True: pass",
    "a sleeper": "import time; time.sleep(60)",
    "one who ignores SIGTERM and every other signal": "import signal as s, time\nfor n in set(s.Signals) - {s.SIGKILL, s.SIGSTOP}: s.signal(n, s.SIG_IGN)\ntime.sleep(60)",
    "one who stops itself": "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
    "one who closes its output and goes on": "import os, time; os.closerange(0, 3); time.sleep(60)",
    "one who waits for a lock": "import fcntl, os, time\na = open('/out/l', 'w'); fcntl.flock(a, fcntl.LOCK_EX); fcntl.flock(open('/out/l'), fcntl.LOCK_EX)",
    "one in a session of its own": "import os, time\nif os.fork(): os.wait()\nos.setsid(); time.sleep(60)",
}
FLOODS = {
    "a fork bomb": (Reason.PROCESS_LIMIT, "import os\nwhile True: os.fork()", LIMITS),
    "a fork bomb that catches the refusal": (
        HARMLESS, "import os, time\nn = 0\nwhile n < 200:\n    n += 1\n    try:\n        if not os.fork(): time.sleep(30)\n    except OSError: pass", LIMITS,
    ),
    "threads without an end": (Reason.PROCESS_LIMIT, "import threading as t, time\nwhile True: t.Thread(target=time.sleep, args=(60,), daemon=True).start()", LIMITS),
    "the dead, whom nobody buries": (Reason.PROCESS_LIMIT, "import os\nwhile True:\n    if not os.fork(): os._exit(0)", LIMITS),
    "memory": (Reason.MEMORY_LIMIT, "held = bytearray(b'x' * (800 << 20))", LIMITS),
    "memory, bit by bit": (Reason.MEMORY_LIMIT, "held = []\nwhile True: held.append(bytes(1 << 20) + b'1')", LIMITS),
    "memory of a child whose parent goes on": (
        Reason.MEMORY_LIMIT, "import os\nif not os.fork():\n    held = bytearray(b'x' * (800 << 20))\n    os._exit(0)\nos.wait(); print('all is well')", LIMITS,
    ),
    "memory of twenty that are each small": (
        Reason.MEMORY_LIMIT,
        "import os, time\nfor n in range(20):\n    if not os.fork():\n        held = bytearray(b'x' * (24 << 20)); time.sleep(20); os._exit(0)\nfor n in range(20): os.wait()", LIMITS,
    ),
    "memory, shared and nameless": (Reason.MEMORY_LIMIT, "import mmap\nm = mmap.mmap(-1, 400 << 20)\nfor n in range(0, 400 << 20, 4096): m[n] = 1", LIMITS),
    "memory in files that have no name (memfd)": (
        Reason.MEMORY_LIMIT, "import os\nfd = os.memfd_create('x')\nfor n in range(14): os.write(fd, bytes(15 << 20)) if n < 1 else os.write(os.memfd_create(str(n)), bytes(15 << 20))\nfor n in range(14): os.write(os.memfd_create('y'), bytes(15 << 20))", LIMITS,
    ),
    "the output folder": (Reason.DISK_LIMIT, "for n in range(60): open(f'/out/{n}', 'wb').write(bytes(1 << 20))", LIMITS),
    "the output folder, and the refusal caught": (
        Reason.DISK_LIMIT, "try:\n    for n in range(60): open(f'/out/{n}', 'wb').write(bytes(1 << 20))\nexcept OSError: raise SystemExit(1)", LIMITS,
    ),
    "one large file": (Reason.DISK_LIMIT, "import os\nwith open('/out/x', 'wb') as f:\n    while True: f.write(bytes(1 << 20))", LIMITS),
    "a sparse terabyte": (Reason.DISK_LIMIT, "open('/out/x', 'wb').truncate(1 << 40)", LIMITS),
    "inodes of the output folder": (Reason.DISK_LIMIT, "import os\nfor n in range(100_000): os.close(os.open(f'/out/{n}', os.O_CREAT))", LIMITS),
    "/tmp": (Reason.DISK_LIMIT, "for n in range(60): open(f'/tmp/{n}', 'wb').write(bytes(1 << 20))", LIMITS),
    "inodes of /tmp": (Reason.DISK_LIMIT, "import os\nfor n in range(100_000): os.close(os.open(f'/tmp/{n}', os.O_CREAT))", LIMITS),
    "/dev/shm": (Reason.DISK_LIMIT, "for n in range(99): open(f'/dev/shm/{n}', 'wb').write(bytes(1 << 20))", LIMITS),
    "the log": (Reason.LOG_LIMIT, "while True: print('x' * 1000)", LIMITS),
    "the log, by standard error": (Reason.LOG_LIMIT, "import os\nwhile True: os.write(2, bytes(65536))", LIMITS),
    "the log, by one endless line": (Reason.LOG_LIMIT, "import os\nwhile True: os.write(1, b'x' * 65536)", LIMITS),
    "the log, by eight at once": (Reason.LOG_LIMIT, "import os\nfor n in range(3): os.fork()\nwhile True: os.write(1, b'x' * 4096)", LIMITS),
    "open files": (Reason.CRASH, "held = []\nwhile True: held.append(open('/dev/null'))", LIMITS),
    "pipes, full": (Reason.CRASH, "import os\nwhile True: r, w = os.pipe(); os.set_blocking(w, False); os.write(w, bytes(65536))", LIMITS),
    "a stack without a floor": (Reason.CRASH, "import ctypes\nctypes.string_at(0)", LIMITS),
    "a core file": (HARMLESS, "import os, signal\nif not os.fork(): os.kill(os.getpid(), signal.SIGABRT)\nos.wait(); assert not [n for n in os.listdir('/out') + os.listdir('/tmp') if 'core' in n]", LIMITS),
    "one who reads its input": (HARMLESS, "import sys; assert sys.stdin.read() == ''", LIMITS),
    "one who asks a question": (Reason.CRASH, "input('Password: ')", LIMITS),
    "one who kills all it sees": (Reason.CRASH, "import os; os.kill(-1, 9); os.kill(os.getpid(), 9)", LIMITS),
    "one who kills process 1": (HARMLESS, "import os\ntry: os.kill(1, 9)\nexcept OSError: pass", LIMITS),
    "daemons that live on": (
        HARMLESS, "import os, time\nfor n in range(5):\n    if not os.fork():\n        os.setsid()\n        if not os.fork():\n            os.closerange(0, 3)\n            time.sleep(600)\n        os._exit(0)\n    os.wait()", LIMITS,
    ),
    "a folder 1,500 deep": (
        HARMLESS, "import os\nos.chdir('/out')\nfor n in range(1500):\n    os.mkdir('d' * 20); os.chdir('d' * 20)\nos.chmod('.', 0)", LIMITS,
    ),
    "a folder nobody may enter": (HARMLESS, "import os; os.mkdir('/out/x'); open('/out/x/y', 'w').close(); os.chmod('/out/x', 0); os.chmod('/out', 0)", LIMITS),
    "escapes of a terminal in the log": (HARMLESS, r"import os; os.write(1, b'\x1b]0;owned\x07\x1b[2J\x1b[31mPASSED\xff\xfe\x00\x9b1m\n\xe2\x80\xaereversed\n')", LIMITS),
}  # fmt: skip
QUICK = {"a fork bomb", "memory of a child whose parent goes on", "the output folder", "the log", "daemons that live on", "a spinner",
         "one who ignores SIGTERM and every other signal", "inodes of the output folder"}  # fmt: skip


def _case(name: str, ends: Reason | str, code: str, limits: Limits) -> Case:
    soak = SLOW_ENGINES - {"docker"} if name in QUICK else SLOW_ENGINES
    return Case(name, f"floods, or does not end: {name}", Door.SANDBOX, ends, (code, limits), long_on=soak)


CASES = (
    *(_case(name, *row) for name, row in FLOODS.items()),
    *(_case(name, Reason.TIME_LIMIT, code, SOON) for name, code in NEVER_ENDS.items()),
)
