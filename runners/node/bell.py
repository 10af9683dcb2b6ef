"""A node of the registry's own site hears the broker ring and asks for work at once. A bell, never a source of truth:
what it says is not read, and without it the node asks now and then."""

import logging
import secrets
import threading

from kombu import Connection, Consumer, Exchange, Queue
from kombu.exceptions import OperationalError

log = logging.getLogger("pharos.node")
EXCHANGE = Exchange("pharos.bell", "fanout", durable=False, delivery_mode="transient")  # runners/bell.py rings it
LISTEN = 1.0
PAUSE = 5.0
CONNECT = 5.0
HEARTBEAT = 30
AT_ONCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}  # we try again ourselves


class Silence:
    """No bell: every claim waits at the registry instead."""

    is_up = False

    def wait(self, seconds: float) -> None:
        """There is nothing to wait for."""


class Bell:
    """`is_up` while somebody could ring; then `wait` returns when it is rung, at the latest after so many seconds."""

    def __init__(self, broker: str, name: str) -> None:
        self.broker = broker
        queue = f"runner.{name}.{secrets.token_hex(4)}"  # two processes with one key do not take each other's rings
        self.queue = Queue(queue, EXCHANGE, durable=False, auto_delete=True, exclusive=True)
        known = Connection(broker)
        self._errors: tuple[type[BaseException], ...] = (OperationalError, OSError, *known.connection_errors)
        self.is_up = False
        self._rung, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="bell", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Whoever waits goes on at once."""
        self._stop.set()
        self._rung.set()

    def wait(self, seconds: float) -> None:
        self._rung.wait(seconds)
        self._rung.clear()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._listen()
            except self._errors as error:
                log.warning("the bell is silent, this node asks now and then: %s", type(error).__name__)
            self.is_up = False
            self._rung.set()  # whoever waited for it must not wait longer than for an answer
            self._stop.wait(PAUSE)

    def _listen(self) -> None:
        wire = Connection(self.broker, connect_timeout=CONNECT, heartbeat=HEARTBEAT, transport_options=AT_ONCE)
        with wire, Consumer(wire, self.queue, on_message=self._hear, no_ack=True):
            self.is_up = True
            self._rung.set()  # a ring may have been missed before
            while not self._stop.is_set():
                try:
                    wire.drain_events(timeout=LISTEN)
                except TimeoutError:
                    wire.heartbeat_check()

    def _hear(self, _message: object) -> None:
        self._rung.set()
