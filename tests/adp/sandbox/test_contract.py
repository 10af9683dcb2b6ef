"""The contract of DESIGN §3 and §1, asked of every real engine: what a command sees, may, may not, and how it ends."""

import os
import socket
from dataclasses import astuple, replace
from pathlib import Path

import pytest

from adp.errors import PlatformError
from adp.finding import Reason
from adp.sandbox.engine import Mount
from adp.sandbox.inside import DATA, UID, standard_env
from tests.adp.sandbox.bench import SMALL, Bench

EPERM, ENOSYS = 1, 38
CALL = """
import ctypes, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
got = libc.syscall(*[ctypes.c_long(int(a)) for a in sys.argv[1:]])
print(ctypes.get_errno() if got == -1 else "allowed")
"""
EACH = """
import subprocess, sys
for call in sys.argv[2:]:
    tried = [sys.executable, "-Sc", sys.argv[1], *call.split()]
    print(subprocess.run(tried, capture_output=True, text=True).stdout.strip())
"""
REFUSED = {  # x86_64 numbers
    "ptrace": (101, 0, 0, 0, 0),
    "keyctl": (250, 0, -3, 0),
    "add_key": (248, 0, 0, 0, 0, 0),
    "io_uring_setup": (425, 1, 0),
    "userfaultfd": (323, 0),
    "bpf": (321, 0, 0, 0),
    "perf_event_open": (298, 0, 0, 0, 0, 0),
    "process_vm_readv": (310, 1, 0, 0, 0, 0),
    "unshare user": (272, 0x10000000),
    "clone into a user namespace": (56, 0x10000011, 0, 0, 0, 0),
    "setns": (308, 0, 0),
    "mount": (165, 0, 0, 0, 0, 0),
    "open_tree": (428, -100, 0, 0),
    "chroot": (161, 0),
    "mknod": (133, 0, 0o20600, 259),
    "open_by_handle_at": (304, 0, 0, 0),
    "AF_VSOCK": (41, 40, 1, 0),
    "AF_ALG": (41, 38, 5, 0),
    "AF_PACKET": (41, 17, 3, 0),
    "AF_NETLINK": (41, 16, 3, 0),
    "modify_ldt": (154, 0, 0, 0),
}


class TestHowItEnds:
    def test_a_command_that_ends_well_has_no_reason(self, bench: Bench) -> None:
        outcome = bench.python("print('hello')")
        assert (outcome.exit_code, outcome.reason, outcome.stdout) == (0, None, "hello\n")

    @pytest.mark.parametrize(("code", "exit_code", "signal"), [
        ("raise SystemExit(3)", 3, None),
        ("import os; os.kill(os.getpid(), 9)", 137, 9),
        ("import os; os.abort()", 134, 6),
    ])  # fmt: skip
    def test_a_command_that_fails_is_a_crash(self, bench: Bench, code: str, exit_code: int, signal: int | None) -> None:
        outcome = bench.python(code)
        assert (outcome.exit_code, outcome.reason, outcome.signal) == (exit_code, Reason.CRASH, signal)

    def test_a_program_that_is_not_there_is_a_crash_that_says_so(self, bench: Bench) -> None:
        outcome = bench.run("no-such-program")
        assert (outcome.exit_code, outcome.reason) == (127, Reason.CRASH)
        assert "no-such-program" in outcome.log

    def test_stdout_is_apart_and_the_log_has_both(self, bench: Bench) -> None:
        outcome = bench.python("import sys; print('out'); print('err', file=sys.stderr)")
        assert outcome.stdout == "out\n"
        assert sorted(outcome.log.split()) == ["err", "out"]
        assert sorted(bench.lines) == ["err", "out"]

    def test_bytes_that_are_no_text_do_no_harm(self, bench: Bench) -> None:
        outcome = bench.python(r"import os; os.write(1, b'a\xff\x00b\n')")
        assert outcome.stdout == "a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}b\n"

    def test_it_is_counted(self, bench: Bench) -> None:
        outcome = bench.python("held = bytearray(b'x' * (64 << 20)); sum(range(2_000_000))")
        assert outcome.peak_memory_bytes > 48 << 20
        assert outcome.cpu_seconds > 0
        assert outcome.seconds > 0

    def test_its_usage_is_told_while_it_runs(self, bench: Bench) -> None:
        code = (
            "import subprocess, time; held = bytearray(b'x' * (64 << 20)); open('/out/x', 'wb').write(bytes(4 << 20));"
            "other = subprocess.Popen(['sleep', '9']); begun = time.process_time()\n"
            "while time.process_time() < begun + 1.6: pass\nother.kill()"
        )
        assert bench.python(code).reason is None
        most = [max(values) for values in zip(*map(astuple, bench.usage), strict=True)]
        assert len(bench.usage) >= 2
        assert most[0] > 0.5
        assert 48 << 20 < most[1] < SMALL.memory
        assert 4 << 20 <= most[2] <= 6 << 20
        assert most[3] == 2


class TestWhatItSees:
    def test_the_environment_is_exactly_the_one_given(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PHAROS_PLANTED", "planted-secret")
        outcome = bench.run("env")
        assert dict(line.split("=", 1) for line in outcome.stdout.splitlines()) == standard_env(SMALL.cpus, 1)

    def test_process_one_gives_nothing_of_its_starter_away(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PHAROS_PLANTED", "planted-secret")
        outcome = bench.run("sh", "-c", "cat /proc/1/environ /proc/*/cmdline /proc/*/environ 2>/dev/null; true")
        names = {
            pair.split("=")[0]
            for pair in bench.python("print(open('/proc/1/environ').read())").stdout.split("\N{REPLACEMENT CHARACTER}")
        }
        assert "planted-secret" not in outcome.log
        assert names <= {"", "\n", "PATH", "HOSTNAME", "HOME", "TERM", "container"}

    def test_it_is_nobody_in_particular(self, bench: Bench) -> None:
        outcome = bench.python(
            "import os, socket; groups = set(os.getgroups()) <= {os.getgid(), 65534};"
            "print(os.getuid(), os.getgid(), groups, socket.gethostname(), os.getcwd());"
            "held = ('CapEff', 'CapPrm', 'CapBnd', 'NoNew');"
            "print([line.split()[1] for line in open('/proc/self/status') if line.startswith(held)])"
        )
        first, second = outcome.stdout.splitlines()
        assert first == f"{UID} {UID} True sandbox /source"
        assert second == "['0000000000000000', '0000000000000000', '0000000000000000', '1']"

    def test_there_is_no_network(self, bench: Bench) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            outcome = bench.python(
                "import socket, sys; print(open('/proc/net/dev').read().count(':'));"
                "s = socket.socket(); s.settimeout(2); print(s.connect_ex(('127.0.0.1', int(sys.argv[1]))))",
                str(server.getsockname()[1]),
            )
        assert outcome.stdout.split() == ["1", "111"]  # lo alone; connection refused

    def test_files_of_the_host_are_not_there(self, bench: Bench, tmp_path: Path) -> None:
        secret = tmp_path / "secret"
        secret.write_text("planted", encoding="utf-8")
        outcome = bench.python(
            "import os, sys; print([os.path.exists(p) for p in sys.argv[1:]])",
            *(str(secret), str(Path(__file__)), "/var/run/docker.sock", "/etc/shadow-", "/dev/kmsg", "/dev/mem"),
        )
        assert outcome.stdout == "[False, False, False, False, False, False]\n"

    @pytest.mark.parametrize("place", ["/source/x", "/x", "/usr/x", "/opt/packages/x", "/data/x", "/etc/x", "/dev/x"])
    def test_it_cannot_write_elsewhere(self, bench: Bench, place: str) -> None:
        outcome = bench.python("import sys; open(sys.argv[1], 'w')", place)
        assert outcome.reason is Reason.CRASH
        assert "Read-only file system" in outcome.log or "Permission denied" in outcome.log

    def test_tmp_is_fresh_and_the_output_stays(self, bench: Bench) -> None:
        write = "open('/tmp/a', 'w').write('1'); open('/out/a', 'a').write('1'); open('/dev/shm/a', 'w')"
        look = "import os; print(os.listdir('/tmp'), os.listdir('/dev/shm'), os.listdir('/out'), open('/out/a').read())"
        assert bench.python(write).reason is None
        assert bench.python(write.replace("'1'", "'2'")).reason is None
        assert bench.python(look).stdout == "[] [] ['a'] 12\n"
        assert (bench.out / "a").read_bytes() == b"12"

    def test_single_files_can_be_shown(self, bench: Bench) -> None:
        given = Mount(bench.source / "README", f"{DATA}/level0.txt")
        outcome = bench.run("sh", "-c", "cat /data/level0.txt; ls /data; touch /data/x", mounts=(given,))
        assert outcome.stdout == "inert\nlevel0.txt\n"
        assert outcome.reason is Reason.CRASH

    def test_nothing_can_be_shown_where_the_tree_has_no_place_for_it(self, bench: Bench) -> None:
        with pytest.raises(PlatformError, match="nothing can be shown at /etc/passwd"):
            bench.run("true", mounts=(Mount(bench.source, "/etc/passwd"),))

    def test_the_scientific_packages_work(self, bench: Bench) -> None:
        code = (
            "import numpy, astropy.table as t; print(numpy.linalg.svd(numpy.eye(3))[1].sum(), len(t.Table({'a': [1]})))"
        )
        outcome = bench.python(code, limits=replace(SMALL, memory=512 << 20))
        assert outcome.stdout == "3.0 1\n"

    def test_threads_processes_and_local_sockets_work(self, bench: Bench) -> None:
        code = """
import concurrent.futures as f, multiprocessing as m, socket, sqlite3, subprocess, sys
if __name__ == "__main__":
    with f.ThreadPoolExecutor(2) as pool: print(sum(pool.map(abs, [-1, -2])))
    with m.get_context("fork").Pool(2) as pool: print(sum(pool.map(abs, [-1, -2])))
    print(socket.socketpair()[0].fileno() > 0, subprocess.run(["true"]).returncode)
    print(sqlite3.connect("/out/db").execute("select 1").fetchone())
"""
        assert bench.python(code).stdout == "3\n3\nTrue 0\n(1,)\n"


class TestWhatItMayNotDo:
    @pytest.mark.skipif(os.uname().machine != "x86_64", reason="the numbers are those of x86_64")
    def test_dangerous_calls_are_refused(self, bench: Bench) -> None:
        calls = [" ".join(map(str, numbers)) for numbers in REFUSED.values()]
        outcome = bench.python(EACH, CALL, *calls)
        answers = dict(zip(REFUSED, outcome.stdout.split(), strict=True))
        assert {name: code for name, code in answers.items() if code not in {str(EPERM), str(ENOSYS)}} == {}

    def test_it_cannot_become_more(self, bench: Bench) -> None:
        find = "find / -xdev -perm /6000 -type f 2>/dev/null; unshare -U true; echo $?"
        assert bench.run("sh", "-c", find).stdout == "1\n"
