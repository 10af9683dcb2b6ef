"""A process and all its descendants, added up from /proc, where no control group counts them."""

import os
from pathlib import Path


def resident(process: int) -> int:
    """Proportional set size of `process` and all its descendants; 0 for what is already gone."""
    if not process:
        return 0
    return sum(_own(pid) for pid in family(process))


def processor_time(process: int) -> float:
    """Seconds used by all descendants alive, and by those each of them has buried."""
    ticks = 0
    for pid in family(process):
        fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
        ticks += sum(map(int, fields[11:15]))  # utime, stime, cutime, cstime of proc(5)
    return ticks / os.sysconf("SC_CLK_TCK")


def threads(process: int) -> int:
    """Processes and threads below and with `process`."""
    return sum(len(_threads(pid)) for pid in family(process)) if process else 0


def family(process: int) -> list[int]:
    found, waiting = [], [process]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        for task in _threads(pid):
            waiting += [int(child) for child in _read(task / "children").split()]
    return found


def _threads(pid: int) -> list[Path]:
    """None of a process that ends while we look."""
    try:
        return list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return []


def _own(pid: int) -> int:
    """Pss shares what is shared; where /proc does not let us see it, the resident set counts it whole."""
    rows = _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines()
    shared = next((int(row.split()[1]) * 1024 for row in rows if row.startswith("Pss:")), None)
    if shared is not None:
        return shared
    pages = _read(Path(f"/proc/{pid}/statm")).split()
    return int(pages[1]) * 4096 if len(pages) > 1 else 0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
