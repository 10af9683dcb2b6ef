"""Pharos as an institute runs it: web, worker, beat and node, each a process of its own, on PostgreSQL and Redis."""

import os
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import redis

from adp.source.policy import Policy
from tests.journeys.site import Process, Site, site

NODE = "rhone"


class Production:
    """`start("worker")`, `kill("worker")`: by the names of PROGRAMS."""

    def __init__(self, site: Site, broker: str, git_port: int) -> None:
        self.site, self.git_port = site, git_port
        self.broker = redis.Redis.from_url(broker)
        self.running: dict[str, Process] = {}
        folder, address = site.folder, f"127.0.0.1:{site.port}"
        celery = ["-m", "celery", "-A", "config"]
        self.programs = {
            "web": ["-m", "waitress", f"--listen={address}", "config.wsgi:application"],
            "worker": [*celery, "worker", "--concurrency=1", "--loglevel=INFO"],
            "beat": [*celery, "beat", "--pidfile=", f"--schedule={folder / 'beat'}", "--loglevel=INFO"],
            "node": ["-m", "runners.node", "--registry", site.url, "--key-file", str(folder / "key")],
        }

    def set_up(self) -> None:
        self.site.manage("migrate", "--verbosity=0")
        self.site.manage("node_key", NODE, "--file", str(self.site.folder / "key"))
        self.broker.flushdb()

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
        return passed_on | {"PHAROS_VAR": str(self.site.folder / "node"), "PHAROS_SOURCE_POLICY": policy}


@contextmanager
def production(folder: Path, git_port: int) -> Iterator[Production]:
    """Nothing runs yet but what an operator sets up once."""
    server = urlsplit(os.environ["PHAROS_TEST_REDIS_URL"])
    broker, cache = (urlunsplit(server._replace(path=path)) for path in ("/14", "/15"))
    told = {
        "PHAROS_PRODUCTION": "1",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECURE_SSL_REDIRECT": "0",  # what a proxy in front would see to
        "CELERY_BROKER_URL": broker,
        "CACHE_URL": cache,
    }
    with site(folder, git_port, **told) as made:
        whole = Production(made, broker, git_port)
        whole.set_up()
        try:
            yield whole
        finally:
            for name in list(whole.running):
                whole.kill(name)
            whole.broker.flushdb()
            whole.broker.close()
