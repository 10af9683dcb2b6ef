"""What goes wrong in a round, and when: chosen by a seed."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.soak.services import Docker, Postgres, RabbitMQ, Redis
from tests.soak.stand import NODES, Stand

Deed = Callable[[], bool]
LONGEST, MOMENT = 20.0, 2.0


@dataclass(slots=True)
class Chaos:
    """`every` is the mean number of runs that end between two deeds: a busy machine is struck as often as an idle one.
    A deed says whether it did anything."""

    dice: random.Random
    deeds: list[tuple[int, Deed]]
    every: float
    done: int = 0

    def wait(self, ended: Callable[[], int], over: threading.Event) -> None:
        """Until so many more have ended, or LONGEST seconds; then a moment, so that it strikes anywhere in a run."""
        enough, end = ended() + self.dice.expovariate(1 / self.every), time.monotonic() + LONGEST
        while ended() < enough and time.monotonic() < end and not over.is_set():
            over.wait(0.1)
        over.wait(self.dice.uniform(0, MOMENT))

    def strike(self) -> None:
        weights = [weight for weight, _ in self.deeds]
        (deed,) = self.dice.choices([deed for _, deed in self.deeds], weights)
        self.done += deed()


def kills(stand: Stand, dice: random.Random) -> Chaos:
    """Mostly nodes, with all they run; now and then a job alone, a Celery worker, the web."""

    def again(name: str) -> bool:
        stand.kill(name)
        stand.start(name)
        return True

    return Chaos(
        dice,
        [
            (7, lambda: again(dice.choice(NODES))),
            (2, lambda: stand.kill_a_job(dice.choice(NODES))),
            (1, lambda: again("worker")),
            (1, lambda: again("web")),
        ],
        every=4.0,
    )


def redis_flushed(redis: Redis, dice: random.Random) -> Chaos:
    def flushed() -> bool:
        redis.flush()
        return True

    return Chaos(dice, [(3, flushed), (1, lambda: _restarted(redis))], every=2.0)


def restarted(service: Postgres | RabbitMQ | Docker, dice: random.Random, every: float) -> Chaos:
    """Half the times killed, half the times ended as a service manager does."""
    return Chaos(dice, [(1, lambda: _restarted(service)), (1, lambda: _ended_and_started(service))], every)


def _restarted(service: Postgres | RabbitMQ | Redis | Docker) -> bool:
    service.kill()
    service.start()
    return True


def _ended_and_started(service: Postgres | RabbitMQ | Redis | Docker) -> bool:
    service.end()
    service.start()
    return True
