"""What this machine is, as the node tells the registry at every claim."""

import os
import platform
from typing import Any

from adp.sandbox.engine import Engine


def about(engine: Engine) -> dict[str, Any]:
    info = engine.info()
    return {
        "engine": info.name,
        "cores": len(os.sched_getaffinity(0)),
        "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "arch": platform.machine(),
        "capabilities": {
            "engine_version": info.version,
            "enforces": dict(info.enforces),
            "kernel": platform.release(),
        },
    }
