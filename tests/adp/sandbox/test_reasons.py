"""From an ending to the closed reason."""

import pytest

from adp.finding import Reason
from adp.sandbox.engine import Hit, Limits
from adp.sandbox.log import Capture
from adp.sandbox.reasons import Ending, limit, outcome

QUIET = ""


@pytest.mark.parametrize(("ending", "log", "expected"), [
    (Ending(0, 1), QUIET, None),
    (Ending(0, 1), "MemoryError", None),
    (Ending(1, 1), QUIET, None),
    (Ending(137, 1), QUIET, None),
    (Ending(0, 1, killed_for_memory=True), QUIET, "memory"),
    (Ending(137, 1, killed_for_memory=True, full="disk"), QUIET, "memory"),
    (Ending(0, 1, stopped="seconds"), QUIET, "seconds"),
    (Ending(1, 1, stopped="log", killed_for_memory=True), QUIET, "log"),
    (Ending(1, 1, full="disk"), QUIET, "disk"),
    (Ending(0, 1, full="disk"), QUIET, None),
    (Ending(1, 1, full="files"), QUIET, "files"),
    (Ending(152, 1), QUIET, "cpu_seconds"),
    (Ending(153, 1), QUIET, "file_size"),
    (Ending(1, 1), "OSError: [Errno 28] No space left on device: '/out/x'", "disk"),
    (Ending(1, 1), "OSError: [Errno 27] File too large", "file_size"),
    (Ending(1, 1, refused_a_process=True), QUIET, "processes"),
    (Ending(1, 1), "BlockingIOError: [Errno 11] Resource temporarily unavailable", "processes"),
    (Ending(1, 1), "numpy._core._exceptions._ArrayMemoryError: Unable to allocate", "memory"),
])  # fmt: skip
def test_which_limit_it_was(ending: Ending, log: str, expected: str | None) -> None:
    assert limit(ending, log) == expected


def test_a_limit_is_told_with_what_was_seen_of_it() -> None:
    ending = Ending(1, 2, full="files", peaks={"files": 9, "memory": 5})
    said = outcome(ending, Capture(100, print), Limits(files=9))
    assert (said.reason, said.hit, said.peak_memory_bytes) == (Reason.DISK_LIMIT, Hit("files", 9, 9), 5)


@pytest.mark.parametrize(("code", "reason"), [(0, None), (1, Reason.CRASH), (139, Reason.CRASH)])
def test_without_a_limit_it_is_well_or_a_crash(code: int, reason: Reason | None) -> None:
    said = outcome(Ending(code, 1), Capture(100, print), Limits())
    assert (said.reason, said.hit, said.signal) == (reason, None, 11 if code == 139 else None)
