"""Pharos as an institute runs it: web, worker, beat and node, each a process of its own, on PostgreSQL and Redis."""

import os
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import redis
from kombu import Connection

from adp.source.policy import Policy
from tests.journeys.site import Process, Site, site

NODE = "rhone"
QUEUE = "celery"


class Broker:
    """Redis or RabbitMQ, by its address."""

    def __init__(self, url: str) -> None:
        self.url = url

    def waiting(self) -> int:
        """Messages that no worker has taken."""
        with Connection(self.url) as wire:
            return int(wire.default_channel.queue_declare(QUEUE, passive=True).message_count)

    def forget(self) -> None:
        """Everything, as a broker does that was emptied or lost its disk."""
        if self.url.startswith("redis"):
            with redis.Redis.from_url(self.url) as wire:
                wire.flushdb()
            return
        with Connection(self.url) as wire, suppress(*wire.channel_errors):
            wire.default_channel.queue_delete(QUEUE)


class Production:
    """`start("worker")`, `kill("worker")`: by the names of PROGRAMS."""

    def __init__(self, site: Site, broker: str, git_port: int) -> None:
        self.site, self.git_port = site, git_port
        self.broker = Broker(broker)
        self.running: dict[str, Process] = {}
        folder, address = site.folder, f"127.0.0.1:{site.port}"
        celery = ["-m", "celery", "-A", "config"]
        self.programs = {
            "web": ["-m", "waitress", f"--listen={address}", "config.wsgi:application"],
            "worker": [*celery, "worker", "--concurrency=1", "--loglevel=INFO"],
            "beat": [*celery, "beat", "--pidfile=", f"--schedule={folder / 'beat'}", "--loglevel=INFO"],
            "node": ["-m", "runners.node", "run", "--registry", site.url, "--key-file", str(folder / "key")],
        }

    @property
    def is_rung(self) -> bool:
        """With RabbitMQ the node is one of the site's own, which hears the bell; with Redis it asks, as far ones do."""
        return self.broker.url.startswith("amqp")

    def set_up(self) -> None:
        self.site.manage("migrate", "--verbosity=0")
        self.site.manage("node_key", NODE, "--file", str(self.site.folder / "key"))
        self.broker.forget()

    def start(self, *names: str) -> None:
        for name in names:
            environment = self._node() if name == "node" else self.site.environment
            self.running[name] = Process(self.programs[name], environment, self.log(name))

    def kill(self, name: str) -> None:
        """Wholly: a worker's own children with it."""
        process = self.running.pop(name)
        os.killpg(process.popen.pid, signal.SIGKILL)
        process.popen.wait()

    def log(self, name: str) -> Path:
        return self.site.folder / f"{name}.log"

    def said(self, name: str) -> str:
        return self.log(name).read_text("utf-8", "replace")

    def _node(self) -> dict[str, str]:
        """As on another machine: nothing of the registry's but its address and a key."""
        passed_on = {name: self.site.environment[name] for name in ("PATH", "HOME", "PYTHONPATH", "PHAROS_TREES")}
        policy = Policy.loopback(self.git_port).to_json()
        bell = {"PHAROS_BELL": self.broker.url} if self.is_rung else {}
        return passed_on | bell | {"PHAROS_VAR": str(self.site.folder / "node"), "PHAROS_SOURCE_POLICY": policy}


@contextmanager
def production(folder: Path, git_port: int, broker: str, **variables: str) -> Iterator[Production]:
    """Nothing runs yet but what an operator sets up once."""
    cache = urlunsplit(urlsplit(os.environ["PHAROS_TEST_REDIS_URL"])._replace(path="/15"))
    told = {
        "PHAROS_PRODUCTION": "1",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECURE_SSL_REDIRECT": "0",  # what a proxy in front would see to
        "CELERY_BROKER_URL": broker,
        "CACHE_URL": cache,
        **variables,
    }
    with site(folder, git_port, **told) as made:
        whole = Production(made, broker, git_port)
        whole.set_up()
        try:
            yield whole
        finally:
            for name in list(whole.running):
                whole.kill(name)
            whole.broker.forget()
