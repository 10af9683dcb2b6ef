"""The bell: rung here it wakes the claims that wait here; over a broker, the nodes of the site."""

import os
import threading
import time

import pytest
from django.test import override_settings
from kombu import Connection

from config.broker import transport_options
from config.celery import app
from runners import bell
from runners.node.bell import Bell

BROKERS = [
    pytest.param("PHAROS_TEST_REDIS_URL", marks=pytest.mark.redis, id="redis"),
    pytest.param("PHAROS_TEST_AMQP_URL", marks=pytest.mark.rabbitmq, id="rabbitmq"),
]


def test_who_waits_is_woken_and_a_ring_before_the_wait_is_not_missed():
    here = bell.Bell()
    seen, woken = here.count(), threading.Event()
    waiting = threading.Thread(target=lambda: (here.wait(seen, 60), woken.set()))
    waiting.start()
    here.ring()
    assert woken.wait(10)
    here.wait(seen, 60)  # it was rung since: no time passes
    waiting.join()


def test_without_a_ring_the_wait_ends_by_itself():
    here = bell.Bell()
    began = time.monotonic()
    here.wait(here.count(), 0.02)
    assert 0.02 <= time.monotonic() - began < 5


@pytest.fixture(params=BROKERS)
def broker(request):
    """Its address; Celery sends there meanwhile."""
    url = os.environ[request.param]
    told = {"broker_url": url, "broker_transport_options": transport_options(url)}
    before = {name: app.conf[name] for name in told}
    app.conf.update(told)
    app.set_default()
    with override_settings(CELERY_BROKER_URL=url):
        yield url
    app.conf.update(before)


@pytest.fixture
def listening():
    """Starts a node's bell at an address and waits until somebody could ring it."""
    bells = []

    def listen(url):
        made = Bell(url, "rhone")
        bells.append(made)
        made.start()
        made.wait(30)
        assert made.is_up
        return made

    yield listen
    for each in bells:
        each.stop()
        each._thread.join(20)


def test_every_node_that_listens_hears_it(broker, listening):
    one, other = listening(broker), listening(broker)
    began = time.monotonic()
    bell.ring()
    for each in (one, other):
        each.wait(30)
    assert time.monotonic() - began < 10


def test_a_queue_of_a_node_goes_with_it(broker, listening):
    gone = listening(broker)
    gone.stop()
    gone._thread.join(20)
    with Connection(broker) as wire, pytest.raises((*wire.channel_errors, LookupError)):
        gone.queue(wire.channel()).queue_declare(passive=True)


def test_a_broker_that_is_away_is_not_waited_for(free_tcp_port):
    silent = Bell(f"redis://127.0.0.1:{free_tcp_port}/0", "rhone")
    silent.start()
    silent.wait(30)
    assert not silent.is_up
    silent.stop()
    silent._thread.join(20)
