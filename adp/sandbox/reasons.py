"""From how a command ended to the closed reason and the limit it reached, the same way for every engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from adp.finding import Reason
from adp.sandbox.engine import Hit, Limits, Outcome
from adp.sandbox.log import Capture
from adp.sandbox.options import BY_NAME

KILLED = 137
SIGNALS = range(1, 65)
BY_SIGNAL = {128 + 24: "cpu_seconds", 128 + 25: "file_size"}  # SIGXCPU, SIGXFSZ: only those limits send them
REFUSED = {"disk", "files", "file_size", "processes"}
LAST = 16 << 10
# What libc, Python and C++ say when a limit refuses; looked for only after a failure, at the end of the log.
SAID = {
    "file_size": ("File too large", "[Errno 27]"),
    "disk": ("No space left on device", "[Errno 28]", "Disk quota exceeded"),
    "processes": ("Resource temporarily unavailable", "can't start new thread", "pthread_create failed"),
    "memory": ("MemoryError", "Cannot allocate memory", "std::bad_alloc", "out of memory"),
}


@dataclass(frozen=True, slots=True)
class Ending:
    """What an engine saw. `exit_code` as a shell has it (128 + signal); `stopped` is the limit we killed it for, `full`
    the one its output folder reached; `peaks` are by row of options.LIMITS."""

    exit_code: int
    seconds: float
    cpu_seconds: float = 0.0
    stopped: str | None = None
    killed_for_memory: bool = False
    refused_a_process: bool = False
    full: str | None = None
    peaks: Mapping[str, float] = field(default_factory=dict)


def outcome(ending: Ending, capture: Capture, limits: Limits) -> Outcome:
    capture.close()
    code = KILLED if ending.stopped else ending.exit_code
    name = limit(ending, capture.text[-LAST:])
    peaks = {**ending.peaks, "seconds": ending.seconds, "cpu_seconds": ending.cpu_seconds, "log": capture.total}
    crash = None if code == 0 else Reason.CRASH
    return Outcome(
        exit_code=code,
        reason=BY_NAME[name].reason if name else crash,
        seconds=round(ending.seconds, 3),
        cpu_seconds=round(ending.cpu_seconds, 3),
        peak_memory_bytes=int(ending.peaks.get("memory", 0)),
        log=capture.text,
        stdout=capture.stdout,
        signal=code - 128 if code - 128 in SIGNALS else None,
        hit=_hit(name, getattr(limits, name), peaks.get(name)) if name else None,
    )


def _hit(name: str, limit: float, seen: float | None) -> Hit:
    """What the kernel refuses was all used, whether or not somebody looked at that moment."""
    return Hit(name, limit, max(seen or 0, limit) if name in REFUSED else seen)


def limit(ending: Ending, end_of_log: str) -> str | None:
    """A child killed for memory counts even when the command then ended with 0: its result is not to be trusted."""
    if ending.stopped:
        return ending.stopped
    if ending.killed_for_memory:
        return "memory"
    if ending.exit_code == 0:
        return None
    if ending.full or ending.exit_code in BY_SIGNAL:
        return ending.full or BY_SIGNAL[ending.exit_code]
    if ending.refused_a_process:
        return "processes"
    return next((name for name, phrases in SAID.items() if any(p in end_of_log for p in phrases)), None)
