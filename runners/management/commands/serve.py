"""manage.py serve: the site, its node and the periodic work, on this machine, in one command."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.wsgi import get_wsgi_application
from waitress.server import create_server  # type: ignore[import-untyped]  # waitress has no types

from adp.source.policy import PUBLIC
from runners.conf import conf
from runners.embedded.child import Child, command
from runners.embedded.key import key_file
from runners.embedded.rounds import Rounds

HOST = "127.0.0.1"
RECEIVED = 1 << 18  # bytes at a time: with waitress's own 8 KiB a product of a gigabyte takes 130,000 turns of its loop


class Command(BaseCommand):
    help = "Serve the site at http://127.0.0.1:8000 together with this machine's node. Ctrl+C ends both."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--threads", type=int, default=16, help="a waiting node takes one of them")
        parser.add_argument("--no-node", action="store_true", help="the site alone; other nodes do the work")
        parser.add_argument("--engine", default="auto", choices=("auto", "docker", "bubblewrap"))

    def handle(self, *_args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, _interrupt)
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # or WhiteNoise warns
        call_command("migrate", interactive=False, verbosity=0)
        site: Any = create_server(  # waitress has no types
            get_wsgi_application(),
            host=HOST,
            port=options["port"],
            threads=max(8, options["threads"]),
            max_request_body_size=settings.PHAROS_ARTEFACT_LIMIT,
            recv_bytes=RECEIVED,
        )
        url = f"http://{HOST}:{site.effective_port}"
        helpers: list[Rounds | Child] = [Rounds(every=conf().rounds)]
        if not options["no_node"]:
            helpers.append(_node(url, options["engine"]))
        self._serve(site, url, helpers)

    def _serve(self, site: Any, url: str, helpers: list[Rounds | Child]) -> None:
        """The node goes first, while the site still answers: it hands back what it was given."""
        for helper in helpers:
            helper.start()
        serving = threading.Thread(target=site.run, name="site", daemon=True)
        serving.start()
        self._say(f"Pharos is at {url}  (Ctrl+C ends it)")
        try:
            serving.join()
        except KeyboardInterrupt:
            self._say("ending: the node hands back what it was given (Ctrl+C again: at once)")
        else:
            raise CommandError("the site has ended by itself; the lines above say why")
        finally:
            for helper in reversed(helpers):
                helper.stop()
            site.task_dispatcher.shutdown()

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _node(url: str, engine: str) -> Child:
    policy = settings.PHAROS_SOURCE_POLICY
    told = "" if policy == PUBLIC else policy.to_json()
    return Child(command(url, key_file(), engine), settings.BASE, told)


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt
