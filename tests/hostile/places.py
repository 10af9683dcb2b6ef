"""What a job may look at and write to: the host's secrets, /proc and /sys, the source, the reference, other runs."""
# ruff: noqa: E501, ISC004 - a row is a line, and code in a row may be long

from collections.abc import Iterator

from tests.hostile.case import HARMLESS, Case, Door

CLOSED = ("EROFS", "EACCES", "EPERM", "ENOENT", "ENOTDIR", "EISDIR", "ENXIO", "EIO", "ELOOP")
KEPT = ("EROFS", "EACCES", "EPERM", "ETXTBSY", "EXDEV", "ENOTSUP", "EBUSY")
HOME = "/reference/truth.ecsv"

# name: (code, answers that are right)
SECRETS = {
    "the starter's environment, by its own": ("found = host['canary'] in str(os.environ)", (False,)),
    "the starter's environment, by process 1": ("found = host['canary'] in texts('environ')", (False,)),
    "the starter's command line": ("found = host['canary'] in texts('cmdline')", (False,)),
    "descriptors the starter left open": ("found = host['descriptors']", ([0, 1, 2],)),
    "a terminal": ("os.open('/dev/tty', os.O_RDWR)", ("ENXIO", *CLOSED)),
    "the host's root through process 1": ("found = os.path.exists('/proc/1/root' + host['secret'])", (False,)),
    "the host's root through any process": (
        "found = any(os.path.exists(f'/proc/{p}/root' + host['secret']) for p in os.listdir('/proc') if p.isdigit())",
        (False,),
    ),
    "a secret file of the host": ("os.open(host['secret'], os.O_RDONLY)", CLOSED),
    "the folder of another run": ("os.listdir(host['other run'])", CLOSED),
    "all runs": ("os.listdir(host['runs'])", CLOSED),
    "the host's processes": ("found = str(host['pid']) in texts('status')", (False,)),
    "the host's name": ("found = socket.gethostname()", ("sandbox",)),
    "who is on this machine": ("found = open('/etc/passwd').read().count('postgres')", (0,)),
    "the host's users": ("os.open('/etc/shadow', os.O_RDONLY)", CLOSED),
    "the host's network devices": ("found = sorted(l.split(':')[0].strip() for l in open('/proc/net/dev') if ':' in l)", (["lo"],)),
    "the host's routes": ("found = open('/proc/net/route').read().count('\\n') > 1", (False,)),
    "the host's abstract sockets": ("found = host['abstract'] in open('/proc/net/unix').read()", (False,)),
    "the host's System V memory": ("found = open('/proc/sysvipc/shm').read().count('\\n')", (1,)),
    "the kernel's memory": ("os.open('/proc/kcore', os.O_RDONLY); os.read(os.open('/proc/kcore', 0), 9) or os.open('/nowhere', 0)", CLOSED),
    "physical memory": ("first_that(['/dev/mem', '/dev/kmem', '/dev/port'], lambda p: os.open(p, os.O_RDONLY))", CLOSED),
    "the kernel's messages": ("first_that(['/dev/kmsg', '/proc/kmsg'], lambda p: os.read(os.open(p, os.O_RDONLY | os.O_NONBLOCK), 9))", CLOSED),
    "addresses of the kernel": ("found = sum(int(l.split()[0], 16) for l in open('/proc/kallsyms'))", (0, *CLOSED)),
    "disks": ("first_that(['/dev/vda', '/dev/sda', '/dev/nvme0n1', '/dev/loop-control', '/dev/fuse', '/dev/kvm', '/dev/net/tun'], lambda p: os.open(p, os.O_RDONLY))", CLOSED),
    "a file of the host by its path": ("found = os.path.exists(host['suite'])", (False,)),
}  # fmt: skip
WRITES = {
    **{f"a file in {place}": (f"os.open('{place}/x', os.O_WRONLY | os.O_CREAT)", KEPT) for place in
       ("/", "/source", "/usr/bin", "/etc", "/opt/packages", "/reference", "/data", "/dev", "/var/tmp", "/run", "/home")},
    "what every program loads first": ("write('/etc/ld.so.preload', b'/out/x.so', os.O_CREAT)", KEPT),
    "what every Python runs first": ("write('/usr/lib/python3.11/sitecustomize.py', b'x', os.O_CREAT)", KEPT),
    "a package": ("write('/opt/packages/numpy/__init__.py')", KEPT),
    "its own source": ("write('/source/README')", KEPT),
    "the reference": (f"write('{HOME}')", KEPT),
    "the reference, by truncating": (f"os.truncate('{HOME}', 0)", KEPT),
    "the reference, by deleting": (f"os.unlink('{HOME}')", KEPT),
    "the reference, by putting another in its place": (f"open('/out/t', 'w').close(); os.rename('/out/t', '{HOME}')", KEPT),
    "the reference, through a map": (f"mmap.mmap(os.open('{HOME}', os.O_RDONLY), 4, prot=mmap.PROT_WRITE)", KEPT),
    "the reference, through its descriptor": (f"fd = os.open('{HOME}', os.O_RDONLY); os.open(f'/proc/self/fd/{{fd}}', os.O_RDWR)", KEPT),
    "the reference, by a link in the outputs": (f"os.link('{HOME}', '/out/linked')", KEPT),
    "the reference's permissions": (f"os.chmod('{HOME}', 0o777)", KEPT),
    "the reference's times": (f"os.utime('{HOME}', (1, 1))", KEPT),
    "the reference's attributes": (f"os.setxattr('{HOME}', 'user.x', b'1')", KEPT),
    "the reference, past its end": (f"os.posix_fallocate(os.open('{HOME}', os.O_RDWR), 0, 1 << 20)", KEPT),
    "who handles crashes (core_pattern)": ("write('/proc/sys/kernel/core_pattern', b'|/out/x')", CLOSED),
    "who loads modules": ("write('/proc/sys/kernel/modprobe', b'/out/x')", CLOSED),
    "the magic keys (sysrq)": ("write('/proc/sysrq-trigger', b'h')", CLOSED),
    "the host's caches": ("write('/proc/sys/vm/drop_caches')", CLOSED),
    "the host's network settings": ("write('/proc/sys/net/ipv4/ip_forward')", (*CLOSED, "EINVAL")),
    "the host's interrupts": ("first_that([f'/proc/irq/{n}/smp_affinity' for n in range(9)], write)", CLOSED),
    "who is killed first (oom_score_adj)": ("write('/proc/self/oom_score_adj', b'-1000')", CLOSED),
    "that process 1 is spared": ("write('/proc/1/oom_score_adj', b'-1000')", CLOSED),
    "its own user map": ("write('/proc/self/uid_map', b'0 0 1')", CLOSED),
    "its starter's program (CVE-2019-5736)": ("write('/proc/1/exe')", ("ETXTBSY", *CLOSED)),
    "the program it runs in": ("write('/proc/self/exe')", ("ETXTBSY", *CLOSED)),
    "a control group": (
        "first_that(['/sys/fs/cgroup/cgroup.procs', '/sys/fs/cgroup/memory/memory.limit_in_bytes', "
        "'/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/pids/pids.max'], write)", CLOSED,
    ),
    "what runs when a group is empty (release_agent)": (
        "first_that([f'/sys/fs/cgroup/{n}release_agent' for n in ('', 'memory/', 'rdma/', 'cpu/')], write)", CLOSED,
    ),
    "devices of the kernel (/sys)": (
        "first_that(['/sys/power/state', '/sys/kernel/uevent_helper', '/sys/kernel/mm/ksm/run', "
        "'/sys/module/printk/parameters/time'], write)", CLOSED,
    ),
    "the folder its own memory files are in": ("os.mkdir('/proc/x')", CLOSED),
}  # fmt: skip


def _cases(table: dict[str, tuple[str, tuple[object, ...]]], what: str) -> Iterator[Case]:
    for name, (code, answers) in table.items():
        yield Case(f"{what}: {name}", f"{what} {name}", Door.SANDBOX, HARMLESS, (code, answers))


CASES = (*_cases(SECRETS, "looks for"), *_cases(WRITES, "writes to"))
