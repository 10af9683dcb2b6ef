"""A registry that does not answer is asked again, later each time, for as long as it makes sense."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from runners.node.config import Config
from runners.node.link import UnreachableError

T = TypeVar("T")


def patiently(call: Callable[[], T], config: Config, stop: threading.Event) -> T:
    """The answer, or UnreachableError when patience ended or we are asked to stop and the registry is still away."""
    pause, until = config.pause, time.monotonic() + config.patience
    while True:
        try:
            return call()
        except UnreachableError:
            if stop.is_set() or time.monotonic() + pause > until:
                raise
            stop.wait(pause)
            pause = min(2 * pause, config.longest_pause)
