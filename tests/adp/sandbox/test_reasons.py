"""From an ending to the closed reason."""

import pytest

from adp.finding import Reason
from adp.sandbox.reasons import Ending, reason

QUIET = ""


@pytest.mark.parametrize(("ending", "log", "expected"), [
    (Ending(0, 1), QUIET, None),
    (Ending(0, 1), "MemoryError", None),
    (Ending(1, 1), QUIET, Reason.CRASH),
    (Ending(137, 1), QUIET, Reason.CRASH),
    (Ending(0, 1, killed_for_memory=True), QUIET, Reason.MEMORY_LIMIT),
    (Ending(137, 1, killed_for_memory=True, disk_is_full=True), QUIET, Reason.MEMORY_LIMIT),
    (Ending(0, 1, stopped=Reason.TIME_LIMIT), QUIET, Reason.TIME_LIMIT),
    (Ending(1, 1, stopped=Reason.LOG_LIMIT, killed_for_memory=True), QUIET, Reason.LOG_LIMIT),
    (Ending(1, 1, disk_is_full=True), QUIET, Reason.DISK_LIMIT),
    (Ending(0, 1, disk_is_full=True), QUIET, None),
    (Ending(153, 1), QUIET, Reason.DISK_LIMIT),
    (Ending(1, 1), "OSError: [Errno 28] No space left on device: '/out/x'", Reason.DISK_LIMIT),
    (Ending(1, 1), "OSError: [Errno 27] File too large", Reason.DISK_LIMIT),
    (Ending(1, 1, refused_a_process=True), QUIET, Reason.PROCESS_LIMIT),
    (Ending(1, 1), "BlockingIOError: [Errno 11] Resource temporarily unavailable", Reason.PROCESS_LIMIT),
    (Ending(1, 1), "numpy._core._exceptions._ArrayMemoryError: Unable to allocate", Reason.MEMORY_LIMIT),
])  # fmt: skip
def test_reasons(ending: Ending, log: str, expected: Reason | None) -> None:
    assert reason(ending, log) is expected
