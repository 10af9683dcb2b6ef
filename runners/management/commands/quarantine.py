"""manage.py quarantine: what we failed at three times; have it tried anew, or say why not."""

import uuid
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from registry.ledger.access import SYSTEM
from registry.ledger.machine import IllegalMoveError, StaleError
from runners import operations, queries
from runners.actions import quarantine


class Command(BaseCommand):
    help = "List the runs that wait for an operator; release RUN to have it tried anew; close RUN --why WHY."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("deed", nargs="?", choices=("list", "release", "close"), default="list")
        parser.add_argument("run", nargs="?", type=uuid.UUID)
        parser.add_argument("--why", default="", help="for whoever asks later; `close` needs it")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["deed"] == "list":
            for run in operations.quarantine():
                ended = f"{run.finished_at:%Y-%m-%d %H:%M:%S}" if run.finished_at else "-"
                self.stdout.write("\t".join((str(run.pk), str(run.version), run.purpose, ended, run.why)))
            return
        if options["deed"] == "close" and not options["why"].strip():
            raise CommandError("say why with --why")
        try:
            self._do(**options)
        except (IllegalMoveError, StaleError) as error:
            raise CommandError(str(error)) from error

    def _do(self, *, deed: str, run: uuid.UUID | None, why: str, **_options: Any) -> None:
        found = queries.run(run) if run else None
        if found is None:
            raise CommandError("name a run; `manage.py quarantine` lists them")
        if deed == "release":
            self.stdout.write(f"tried anew as {quarantine.release(actor=SYSTEM, run=found).pk}")
        else:
            quarantine.close(actor=SYSTEM, run=found, why=why)
            self.stdout.write("closed")
