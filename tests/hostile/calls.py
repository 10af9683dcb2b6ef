"""System calls and sockets that reach the kernel, the host or a neighbour. Numbers are those of x86_64."""
# ruff: noqa: E501, ISC004 - a row is a line, and code in a row may be long

from collections.abc import Iterator

from tests.hostile.case import HARMLESS, Case, Door

DENIED = ("EPERM", "ENOSYS", "EACCES")
NO_FAMILY = (*DENIED, "EAFNOSUPPORT", "EPROTONOSUPPORT")
UNREACHABLE = ("ECONNREFUSED", "ENETUNREACH", "EADDRNOTAVAIL", *NO_FAMILY)

# name: (code, refusals that are right). What is not refused so got through.
NETWORK = {
    "a service on the host's 127.0.0.1": ("connect(2, 1, ('127.0.0.1', host['tcp']))", UNREACHABLE),
    "a service on the host's ::1": ("connect(10, 1, ('::1', host['tcp6']))", UNREACHABLE),
    "an IPv4 address in IPv6 clothes": ("connect(10, 1, ('::ffff:127.0.0.1', host['tcp']))", UNREACHABLE),
    "a name server on the host": (
        "s = socket.socket(2, 2); s.settimeout(1); s.connect(('127.0.0.1', host['udp'])); s.send(b'?'); s.recv(9)",
        UNREACHABLE,
    ),
    "an address anywhere": ("socket.socket(2, 2).connect(('192.0.2.1', 9))", UNREACHABLE),  # asks for a route only
    "the metadata address of a cloud": ("socket.socket(2, 2).connect(('169.254.169.254', 80))", UNREACHABLE),
    "an abstract socket of the host": (r"connect(1, 1, '\0' + host['abstract'])", UNREACHABLE),
    "a socket file of the host": ("connect(1, 1, host['socket'])", ("ENOENT", *DENIED)),
    "the container engine's socket": (
        "first_that(['/var/run/docker.sock', '/run/docker.sock', '/run/podman/podman.sock', "
        "'/run/containerd/containerd.sock', '/run/crio/crio.sock'], lambda p: connect(1, 1, p))",
        ("ENOENT", "ENOTDIR", *DENIED),
    ),
    "AF_NETLINK": ("socket.socket(16, 3, 0)", NO_FAMILY),
    "AF_PACKET": ("socket.socket(17, 3, 0)", NO_FAMILY),
    "AF_VSOCK": ("socket.socket(40, 1)", NO_FAMILY),
    "AF_ALG": ("socket.socket(38, 5)", NO_FAMILY),
    "AF_KEY": ("socket.socket(15, 3, 2)", NO_FAMILY),
    "AF_BLUETOOTH": ("socket.socket(31, 3, 0)", NO_FAMILY),
    "AF_CAN": ("socket.socket(29, 3, 1)", NO_FAMILY),
    "AF_TIPC": ("socket.socket(30, 4)", NO_FAMILY),
    "AF_XDP": ("socket.socket(44, 3)", NO_FAMILY),
    "AF_RDS": ("socket.socket(21, 5)", NO_FAMILY),
    "AF_SMC": ("socket.socket(43, 1)", NO_FAMILY),
    "a family behind the upper half of the argument": ("call(41, (1 << 32) | 40, 1, 0)", NO_FAMILY),
    "a pair of AF_VSOCK sockets": ("call(53, 40, 1, 0, (ctypes.c_int * 2)())", (*NO_FAMILY, "ENOTSUP")),
    "a raw IPv4 socket": ("socket.socket(2, 3, 1)", NO_FAMILY),
    "a raw IPv6 socket": ("socket.socket(10, 3, 58)", NO_FAMILY),
    "io_uring, which opens sockets past the filter": ("call(425, 8, bytes(120))", DENIED),
    "another process's descriptor": ("pid = a_sibling(); call(438, call(434, pid, 0), 0, 0)", DENIED),
}
KERNEL = {
    "ptrace of a sibling": ("call(101, 16, a_sibling(), 0, 0)", DENIED),
    "ptrace of process 1": ("call(101, 0x4206, 1, 0, 0)", DENIED),
    "reading a sibling's memory": ("call(310, a_sibling(), bytes(16), 1, bytes(16), 1, 0)", DENIED),
    "writing a sibling's memory": ("call(311, a_sibling(), bytes(16), 1, bytes(16), 1, 0)", DENIED),
    "a process outside the filter, to put its code into": (
        "found = sorted({l for l in texts('status').splitlines() if l.startswith(('Seccomp:', 'CapEff:', 'CapBnd:'))})",
        (["CapBnd:\t0000000000000000", "CapEff:\t0000000000000000", "Seccomp:\t2"],),
    ),
    "comparing processes (kcmp)": ("call(312, os.getpid(), 1, 0, 0, 1)", DENIED),
    "the session keyring": ("call(250, 0, -3, 1)", DENIED),
    "a key for others": ("call(248, b'user', b'hostile', b'1', 1, -4)", DENIED),
    "request_key": ("call(249, b'user', b'hostile', 0, -4)", DENIED),
    "bpf": ("call(321, 0, bytes(72), 72)", DENIED),
    "userfaultfd": ("call(323, 0)", DENIED),
    "/dev/userfaultfd": ("os.open('/dev/userfaultfd', os.O_RDWR)", ("ENOENT", *DENIED)),
    "perf_event_open": ("call(298, bytes(112), 0, -1, -1, 0)", DENIED),
    **{f"a new {name} namespace": (f"call(272, NAMESPACES['{name}'])", DENIED) for name in
       ("user", "mnt", "pid", "net", "ipc", "uts", "cgroup", "time")},
    "a user namespace and all others in it": ("call(272, 0x7E020000)", DENIED),
    "a child in a new user namespace (clone)": ("call(56, 0x10000011, 0, 0, 0, 0)", DENIED),
    "a child in a new user namespace (clone3)": (
        "call(435, struct.pack('=11Q', 0x10000000, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0), 88)", DENIED,
    ),
    "clone3 at all, whose flags no filter sees": ("call(435, struct.pack('=11Q', 0, 0, 0, 0, 17, *[0] * 6), 88)", DENIED),
    "the namespaces of process 1": ("call(308, os.open('/proc/1/ns/net', os.O_RDONLY), 0)", DENIED),
    "mount": ("call(165, b'none', b'/tmp', b'tmpfs', 0, 0)", DENIED),
    "mounting /proc anew": ("call(165, b'proc', b'/tmp', b'proc', 0, 0)", DENIED),
    "making / writable": ("call(165, b'', b'/', b'', 0x1020, 0)", DENIED),
    "making the source writable": ("call(165, b'', b'/source', b'', 0x1020, 0)", DENIED),
    "taking a mount away": ("call(166, b'/source', 2)", DENIED),
    "the new mount calls: open_tree": ("call(428, -100, b'/', 1)", DENIED),
    "the new mount calls: move_mount": ("call(429, -1, b'', -1, b'', 0)", DENIED),
    "the new mount calls: fsopen": ("call(430, b'tmpfs', 0)", DENIED),
    "the new mount calls: mount_setattr": ("call(442, -100, b'/source', 0, bytes(32), 32)", DENIED),
    "pivot_root": ("call(155, b'/tmp', b'/tmp')", DENIED),
    "chroot": ("call(161, b'/tmp')", DENIED),
    "a block device": ("os.mknod('/out/disk', 0o60666, os.makedev(254, 0))", DENIED),
    "a character device": ("os.mknod('/tmp/mem', 0o20666, os.makedev(1, 1))", DENIED),
    "a file by its handle": ("call(304, 0, bytes(8), 0)", DENIED),
    "a kernel module": ("call(175, bytes(8), 8, b'')", DENIED),
    "a kernel module from a file": ("call(313, 0, b'', 0)", DENIED),
    "taking a module out": ("call(176, b'ext4', 0)", DENIED),
    "another kernel": ("call(246, 0, 0, 0, 0)", DENIED),
    "reboot": ("call(169, 0xFEE1DEAD, 672274793, 0, 0)", DENIED),
    "swap": ("call(167, b'/out', 0)", DENIED),
    "the host's name": ("call(170, b'mine', 4)", DENIED),
    "the clock": ("call(227, 0, struct.pack('=qq', 0, 0))", DENIED),
    "the clock's speed": ("call(159, struct.pack('=Q', 1) + bytes(200))", DENIED),
    "process accounting": ("call(163, b'/tmp/log')", DENIED),
    "quotas": ("call(179, 0x800002 << 8, b'/dev/vda', 0, 0)", DENIED),
    "ports of the machine": ("call(172, 3)", DENIED),
    "segments of the processor": ("call(154, 1, bytes(16), 16)", DENIED),
    "watching all files (fanotify)": ("call(300, 0, 0)", DENIED),
    "the kernel's log": ("call(103, 3, bytes(64), 64)", DENIED),
    "secret memory": ("call(447, 0)", DENIED),
    "moving a neighbour's pages": ("call(256, 1, 8, bytes(8), bytes(8))", DENIED),
    "real-time priority": ("os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))", DENIED),
    "a better nice value": ("os.setpriority(os.PRIO_PROCESS, 0, -5)", DENIED),
    "locking memory": ("call(151, 1)", (*DENIED, "ENOMEM")),
    "more open files than allowed": (
        "import resource as r; r.setrlimit(r.RLIMIT_NOFILE, (1 << 20, 1 << 20))", ("ValueError: not allowed to raise maximum limit",),
    ),
    "larger files than allowed": ("import resource as r; r.setrlimit(r.RLIMIT_FSIZE, (-1, -1))", ("ValueError: not allowed to raise maximum limit",)),
    "core files": ("import resource as r; r.setrlimit(r.RLIMIT_CORE, (-1, -1))", ("ValueError: not allowed to raise maximum limit",)),
    "being root": ("os.setuid(0)", (*DENIED, "EINVAL")),
    "being in root's group": ("os.setgroups([0])", (*DENIED, "EINVAL")),
    "all capabilities": ("call(126, struct.pack('=Ii', 0x20080522, 0), b'\\xff' * 24)", DENIED),
    "32-bit calls, which another filter would judge": ("machine_code(b'\\xb8\\x14\\0\\0\\0\\xcd\\x80\\xc3')", ("signal 31", "signal 11")),
    "x32 calls": ("call(0x40000000 | 39)", (*DENIED, "signal 31")),
}  # fmt: skip


def _cases(table: dict[str, tuple[str, tuple[str, ...]]], what: str) -> Iterator[Case]:
    for name, (code, refusals) in table.items():
        yield Case(name, f"{what} {name}", Door.SANDBOX, HARMLESS, (code, refusals))


CASES = (*_cases(NETWORK, "reaches for"), *_cases(KERNEL, "asks the kernel for"))
