"""What an operator may tune, with its defaults; settings.RUNNERS overrides by name."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Conf:
    """Seconds, bytes, counts."""

    lease: float = 60.0
    beat: float = 3.0
    poll: float = 25.0  # a claim waits at most so long for work
    poll_step: float = 0.5
    gravity: float = 300.0  # how long a run waits for a busy node that holds its data, or for a node to run empty
    faults: int = 3  # of ours; then the run is quarantined and the version stalled
    backoff: tuple[float, ...] = (30.0, 120.0, 600.0)
    rounds: float = 30.0  # of `manage.py serve`, which reaps and sweeps by itself
    log_head: int = 256 << 10
    log_tail: int = 1 << 20
    log_batch: int = 256 << 10
    artefact: int = 2 << 30
    artefacts: int = 256
    report: int = 16 << 20
    look: float = 1.0  # between two looks of one who follows a run; the more follow, the longer
    looks: float = 40.0  # a second, of all readers of one process together
    keepalive: float = 15.0
    hold: float = 20.0  # how long a thread (WSGI) serves one stream, before its reader comes again
    held: int = 4  # threads that may do so at a time; further readers are told what is new, and come again
    stream: float = 300.0  # how long an event loop (ASGI) does; then the reader is asked anew who they are
    streams: int = 400
    streams_each: int = 6


def conf() -> Conf:
    given: dict[str, Any] = getattr(settings, "RUNNERS", {})
    return Conf(**given)
