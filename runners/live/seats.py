"""Who may keep a connection open. A seat lapses: a reader who takes nothing in does not sit there for ever."""

import threading
import time
from collections.abc import Callable

COMES_AGAIN = 90.0  # whoever was heard of within so many seconds counts as a reader


class Seats:
    """`total` seats, at most `each` for one person, for at most `seconds`. Of this process alone."""

    def __init__(self, total: int, each: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.total, self.each, self.seconds, self.clock = total, each, seconds, clock
        self._lock = threading.Lock()
        self._taken: dict[str, tuple[str, float]] = {}
        self._heard: dict[str, float] = {}

    def take(self, reader: str, who: str) -> bool:
        """A seat for `reader`, who belongs to `who`; False when there is none: then they are told and come again."""
        with self._lock:
            now = self.clock()
            self._taken = {name: seat for name, seat in self._taken.items() if seat[1] > now}
            self._heard = {name: at for name, at in self._heard.items() if at > now - COMES_AGAIN}
            self._heard[reader] = now
            self._taken.pop(reader, None)  # the same one again: the old line is dead
            own = sum(owner == who for owner, _ in self._taken.values())
            if len(self._taken) >= self.total or own >= self.each:
                return False
            self._taken[reader] = (who, now + self.seconds)
            return True

    def leave(self, reader: str) -> None:
        with self._lock:
            self._taken.pop(reader, None)

    @property
    def held(self) -> int:
        with self._lock:
            return len(self._taken)

    @property
    def readers(self) -> int:
        """Who is here or comes again soon."""
        with self._lock:
            return len(self._heard)
