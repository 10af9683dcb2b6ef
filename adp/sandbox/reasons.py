"""From how a command ended to the closed reason, the same way for every engine."""

from dataclasses import dataclass

from adp.finding import Reason
from adp.sandbox.engine import Outcome
from adp.sandbox.log import Capture

KILLED = 137
SIGNALS = range(1, 65)
FILE_TOO_LARGE = 25  # SIGXFSZ
LAST = 16 << 10
# What libc, Python and C++ say when a limit refuses; looked for only after a failure, at the end of the log.
SAID = {
    Reason.DISK_LIMIT: ("No space left on device", "[Errno 28]", "File too large", "[Errno 27]", "Disk quota exceeded"),
    Reason.PROCESS_LIMIT: ("Resource temporarily unavailable", "can't start new thread", "pthread_create failed"),
    Reason.MEMORY_LIMIT: ("MemoryError", "Cannot allocate memory", "std::bad_alloc", "out of memory"),
}


@dataclass(frozen=True, slots=True)
class Ending:
    """What an engine saw. `exit_code` as a shell has it (128 + signal); `stopped` is why we killed it, if we did."""

    exit_code: int
    seconds: float
    cpu_seconds: float = 0.0
    peak_memory: int = 0
    stopped: Reason | None = None
    killed_for_memory: bool = False
    refused_a_process: bool = False
    disk_is_full: bool = False


def outcome(ending: Ending, capture: Capture) -> Outcome:
    capture.close()
    code = KILLED if ending.stopped else ending.exit_code
    signal = code - 128 if code - 128 in SIGNALS else None
    return Outcome(
        exit_code=code,
        reason=reason(ending, capture.text[-LAST:]),
        seconds=round(ending.seconds, 3),
        cpu_seconds=round(ending.cpu_seconds, 3),
        peak_memory_bytes=ending.peak_memory,
        log=capture.text,
        stdout=capture.stdout,
        signal=signal,
    )


def reason(ending: Ending, end_of_log: str) -> Reason | None:
    """A child killed for memory counts even when the command then ended with 0: its result is not to be trusted."""
    if ending.stopped:
        return ending.stopped
    if ending.killed_for_memory:
        return Reason.MEMORY_LIMIT
    if ending.exit_code == 0:
        return None
    if ending.disk_is_full or ending.exit_code == 128 + FILE_TOO_LARGE:
        return Reason.DISK_LIMIT
    if ending.refused_a_process:
        return Reason.PROCESS_LIMIT
    said = (why for why, phrases in SAID.items() if any(p in end_of_log for p in phrases))
    return next(said, Reason.CRASH)
