"""Run one command that may misbehave: its own session, a wall limit, capped output, and nothing of it left behind."""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

KEPT_ERROR = 4000
CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Ended:
    """`cause`: "" when it ended by itself, else "time" or "output". `error` is the end of standard error."""

    output: bytes
    error: str
    status: int
    cause: str = ""

    @property
    def is_good(self) -> bool:
        return not self.cause and self.status == 0


def run(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    cwd: Path,
    ends_at: float,
    most: int,
    given: bytes = b"",
) -> Ended:
    """`ends_at` is on the monotonic clock; `given` (short) goes to standard input. OSError when it cannot start."""
    process = subprocess.Popen(
        command,
        env=dict(environment),
        cwd=cwd,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    out, err = bytearray(), bytearray()
    with process:
        try:
            _give(process, given)
            cause = _drain(process, out, err, most, ends_at) or _wait(process, ends_at)
        finally:
            _kill_group(process)
    return Ended(bytes(out), err.decode("utf-8", "replace"), process.returncode, cause)


def _give(process: subprocess.Popen[bytes], given: bytes) -> None:
    if process.stdin is None:
        return
    try:
        process.stdin.write(given)
        process.stdin.close()
    except BrokenPipeError:
        return  # it did not want to know; its exit status tells why


def _drain(process: subprocess.Popen[bytes], out: bytearray, err: bytearray, most: int, ends_at: float) -> str:
    cause = ""
    with selectors.DefaultSelector() as waiting:
        for stream, kept in ((process.stdout, out), (process.stderr, err)):
            if stream is not None:
                waiting.register(stream, selectors.EVENT_READ, kept)
        while waiting.get_map() and not cause:
            _read_some(waiting, ends_at - time.monotonic())
            del err[:-KEPT_ERROR]
            cause = "time" if time.monotonic() >= ends_at else "output" if len(out) > most else ""
    return cause


def _read_some(waiting: selectors.BaseSelector, seconds: float) -> None:
    for key, _ in waiting.select(max(0.0, min(seconds, 5.0))):
        chunk = os.read(key.fd, CHUNK)
        key.data.extend(chunk)
        if not chunk:
            waiting.unregister(key.fileobj)


def _wait(process: subprocess.Popen[bytes], ends_at: float) -> str:
    try:
        process.wait(max(0.1, ends_at - time.monotonic()))
    except subprocess.TimeoutExpired:
        return "time"
    return ""


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # PermissionError: only a zombie is left (macOS)
        return
