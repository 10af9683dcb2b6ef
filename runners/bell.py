"""The bell: a run waits. Who hears it asks the book, which is the queue; who does not hear it asks a little later."""

import threading
import time

from celery import current_app
from django.conf import settings
from kombu import Exchange

EXCHANGE = Exchange("pharos.bell", "fanout", durable=False, delivery_mode="transient")  # runners/node/bell.py listens
STALE = 30.0  # seconds; a ring nobody took by then says nothing new


class Bell:
    """Wakes the claims that wait in this process."""

    def __init__(self) -> None:
        self._rung = threading.Condition()
        self._count = 0

    def count(self) -> int:
        """To be read before one looks, and given to `wait`: a ring between the two is not missed."""
        return self._count

    def ring(self) -> None:
        with self._rung:
            self._count += 1
            self._rung.notify_all()

    def wait(self, seen: int, seconds: float) -> None:
        """Until it is rung after `seen`, for at most `seconds`."""
        until = time.monotonic() + seconds
        with self._rung:
            while self._count == seen and (left := until - time.monotonic()) > 0:
                self._rung.wait(left)


HERE = Bell()


def ring() -> None:
    """Here, and over the broker at every node of this site that listens. The message carries nothing to be believed."""
    HERE.ring()
    if settings.CELERY_BROKER_URL:
        with current_app.connection_for_write() as wire:
            wire.Producer().publish({}, exchange=EXCHANGE, declare=[EXCHANGE], retry=False, expiration=STALE)
