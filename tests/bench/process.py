"""Work done by a process of its own: its time from start to end, or the time it tells, and its largest memory."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.bench.harness import Sample, WrongAnswerError

LAUNCH = Path(__file__).with_name("launch.py")
LONGEST = 60.0  # seconds of one repetition


def whole(argv: Sequence[str], env: Mapping[str, str], cwd: Path | None = None) -> Sample:
    """From the start of the process to its end."""
    return run(argv, env, cwd)[0]


def told(argv: Sequence[str], env: Mapping[str, str]) -> Sample:
    """The process times the work itself and prints seconds and CPU seconds: what it imports first is not counted."""
    sample, printed = run(argv, env)
    seconds, cpu = printed.split()
    return Sample(float(seconds), float(cpu), sample.peak)


def run(argv: Sequence[str], env: Mapping[str, str], cwd: Path | None = None) -> tuple[Sample, str]:
    """The whole process, and what it printed on stdout."""
    launcher = [sys.executable, "-I", "-S", str(LAUNCH), *argv]
    with subprocess.Popen(
        launcher,
        env=env,
        cwd=cwd,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as started:
        try:
            out, err = started.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            os.killpg(started.pid, signal.SIGKILL)
            raise WrongAnswerError(f"{' '.join(argv)} took longer than {LONGEST:g} s") from None
    if started.returncode:
        raise WrongAnswerError(f"{' '.join(argv)} could not be started:\n{err}")
    *printed, last = out.rstrip("\n").splitlines()
    found = json.loads(last)
    if found["status"]:
        raise WrongAnswerError(f"{' '.join(argv)} ended with {found['status']}:\n{out}{err}")
    return Sample(found["seconds"], found["cpu"], found["peak"]), "\n".join(printed)


def environment() -> dict[str, str]:
    """Ours, but bytecode is kept: nobody compiles numpy at every start."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
