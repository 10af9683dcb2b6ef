"""What goes wrong in a round, and when: chosen by a seed."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.soak.services import Docker, Postgres, RabbitMQ, Redis
from tests.soak.stand import NODES, Stand

Deed = Callable[[], bool]


@dataclass(slots=True)
class Chaos:
    """`pause` is the mean of the seconds between two deeds; a deed says whether it did anything."""

    dice: random.Random
    deeds: list[tuple[int, Deed]]
    pause: float
    done: int = 0

    def wait(self) -> float:
        return min(self.dice.expovariate(1 / self.pause), 4 * self.pause)

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
        pause=4.0,
    )


def redis_flushed(redis: Redis, dice: random.Random) -> Chaos:
    def flushed() -> bool:
        redis.flush()
        return True

    return Chaos(dice, [(3, flushed), (1, lambda: _restarted(redis))], pause=1.5)


def restarted(service: Postgres | RabbitMQ | Docker, dice: random.Random, pause: float) -> Chaos:
    """Half the times killed, half the times ended as a service manager does."""
    return Chaos(dice, [(1, lambda: _restarted(service)), (1, lambda: _ended_and_started(service))], pause)


def _restarted(service: Postgres | RabbitMQ | Redis | Docker) -> bool:
    service.kill()
    service.start()
    return True


def _ended_and_started(service: Postgres | RabbitMQ | Redis | Docker) -> bool:
    service.end()
    service.start()
    return True
