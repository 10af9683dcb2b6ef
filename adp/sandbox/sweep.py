"""What processes that died have left on this machine: sandboxes, control groups, containers, mounts, folders."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adp.environment import place
from adp.errors import PlatformError
from adp.sandbox.engine import Engine


def sweep(engine: Engine) -> list[str]:
    """Clear away after every dead job of this state folder; its names. Those of living processes, and of other state
    folders, are left alone. Raises PlatformError when the engine does not answer; then the rest waits for the next."""
    gone = []
    for name in place.dead_jobs():
        engine.clear(name)
        gone.append(name)
    return gone


@contextmanager
def job_folder(engine: Engine) -> Iterator[Path]:
    """A new job folder, for work that another process does and may die of: what it made elsewhere goes too, now or,
    when the engine has just died as well, by the next sweep."""

    def clear(name: str) -> bool:
        try:
            engine.clear(name)
        except (PlatformError, OSError):
            return False
        return True

    with place.new_job_folder(clear) as folder:
        yield folder
