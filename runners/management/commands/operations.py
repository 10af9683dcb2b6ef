"""manage.py operations: what waits for an operator; for a monitor, which reads the exit status."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from runners import operations


class Command(BaseCommand):
    help = "One line a thing that waits for an operator, as on /operations/. With --check it fails when there is any."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="end with 1 when something waits")

    def handle(self, *_args: Any, **options: Any) -> None:
        found = list(operations.todo())
        for each in found:
            self.stdout.write(f"{each.what}\t{each.why}")
        if found and options["check"]:
            raise CommandError(f"{len(found)} waiting", returncode=1)
