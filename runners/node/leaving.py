"""How a node goes: asked once it hands its lease back, asked twice or too slow it goes at once."""

import logging
import os
import signal
import threading
from types import FrameType

log = logging.getLogger("pharos.node")
BOUND = 25.0  # seconds; a service manager that waits longer never has to kill
TOO_SLOW = 3  # exit status


def leave_on_signals(stop: threading.Event, bound: float = BOUND) -> None:
    """SIGTERM and SIGINT set `stop`: the job is ended and the lease handed back, which costs no attempt. The second
    signal has its usual effect: this process is gone at once, its jobs die of the closed pipe, the lease runs out, and
    what they leave on the machine is cleared away by the next start. So it is after `bound` seconds."""

    def leave(_number: int, _frame: FrameType | None) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        stop.set()
        timer = threading.Timer(bound, _go)
        timer.daemon = True
        timer.start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)


def _go() -> None:
    log.error("this node has not stopped in time; it goes as it is, and its lease runs out")
    os._exit(TOO_SLOW)


def leave_with_the_site(leave: threading.Event) -> None:
    """The site that started us died without a word. What is being run is still handed in when it returns in time."""
    while os.read(0, 4096):
        pass
    log.warning("the site is gone; this node begins no other run")
    leave.set()
