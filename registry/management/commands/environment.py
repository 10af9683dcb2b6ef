"""The environment of a version, out of the store: an OCI image layout to run it in again, however much later."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from registry import environments, queries
from registry.people import SYSTEM


class Command(BaseCommand):
    help = "write the environment a version was judged in as an OCI image layout, for `adp check --environment`"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("version", help="OWNER/NAME@LABEL")
        parser.add_argument("folder", type=Path, help="where the layout is written; more than one may share a folder")

    def handle(self, *, version: str, folder: Path, **_: Any) -> None:
        path, _sign, label = version.partition("@")
        owner, _slash, name = path.partition("/")
        validation = queries.latest_validation(queries.version_of(owner, name, label, actor=SYSTEM))
        found = environments.of(validation) if validation else None
        if found is None:
            raise CommandError(f"{version} has not been judged in any environment")
        try:
            image = environments.export(found, folder)
        except environments.NotKeptError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"sha256:{image.digest} in {folder}")
        for each in found.held_back:
            self.stdout.write(f"not to be handed on: {each}")
