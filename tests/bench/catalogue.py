"""Requests to a full catalogue, against a page with nothing on it: the same client, the same middleware."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from django.db import transaction
from django.test import Client, override_settings

from tests.bench.harness import Duel, Effort, Sample, Side, WrongAnswerError, burst
from tests.factories.people import cast
from tests.factories.registry import proposed, reach_published

BURST = 0.4  # seconds
MOST = 400  # requests
PAGES = {"catalogue page": "/products/", "API list": "/api/v1/products/"}


@contextmanager
def duels(effort: Effort) -> Iterator[Sequence[Duel]]:
    """Needs an empty book; fills it by the registry's own actions, and takes everything back: nothing is announced."""
    with transaction.atomic(), override_settings(ROOT_URLCONF="tests.bench.urls"):
        people = cast()
        for number in range(effort.products):
            version = proposed(people.alice, name=f"product-{number:03}", title=f"Pixel tables of field {number}")
            reach_published(version, people.carol)
        client = Client()
        peer = Side("an empty view", partial(_ask, client, "/empty/"))
        yield [
            Duel(f"{name}, {effort.products} products", Side(at, partial(_ask, client, at)), peer, "requests")
            for name, at in PAGES.items()
        ]
        transaction.set_rollback(True)


def _ask(client: Client, address: str) -> Sample:
    def once() -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise WrongAnswerError(f"{address} answered {answer.status_code}")
        if address in PAGES.values() and b"Pixel tables of field" not in answer.content:
            raise WrongAnswerError(f"{address} shows no product")

    return burst(once, seconds=BURST, most=MOST)
