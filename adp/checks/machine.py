"""What machine a check runs on, for the record: where runs differ in their last digits, this is asked first."""

import os
import platform
from pathlib import Path
from typing import Any

CPUINFO = Path("/proc/cpuinfo")


def machine(cpuinfo: Path = CPUINFO) -> dict[str, Any]:
    """{"cpu", "arch", "cores"}; the processor's name as Linux gives it, "" where it gives none."""
    return {"cpu": _cpu(cpuinfo), "arch": platform.machine(), "cores": len(os.sched_getaffinity(0))}


def _cpu(cpuinfo: Path) -> str:
    try:
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    named = (line.partition(":") for line in lines)
    return next((value.strip()[:100] for key, _, value in named if key.strip() == "model name"), "")
