"""manage.py node_key NAME: give a machine its key, another one, or take it away."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from registry.ledger.access import SYSTEM
from registry.people import Centre
from runners.actions.nodes import enrol, renew, retire
from runners.embedded.key import write
from runners.models import Node


class Command(BaseCommand):
    help = "Make the key with which a node asks for work. It is shown once; the book keeps only its digest."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="of the node: letters, digits, hyphens")
        parser.add_argument("--centre", help="handle of the centre it belongs to")
        parser.add_argument(
            "--file", type=Path, help="write the key there, for this account only, instead of showing it"
        )
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--renew", action="store_true", help="a new key for a node that exists; the old one ends")
        what.add_argument("--retire", action="store_true", help="its key opens nothing any more")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["retire"]:
            retire(actor=SYSTEM, node=_node(options["name"]))
            self.stderr.write(f"{options['name']} is retired")
            return
        key = renew(actor=SYSTEM, node=_node(options["name"])) if options["renew"] else _enrol(**options)
        if options["file"]:
            write(options["file"], key)
            self.stderr.write(f"the key is in {options['file']}")
        else:
            self.stdout.write(key)


def _node(name: str) -> Node:
    found = Node.objects.filter(name=name).first()
    if found is None:
        raise CommandError(f"there is no node {name!r}; without --renew or --retire this command makes it")
    return found


def _enrol(*, name: str, centre: str | None, **_options: Any) -> str:
    at = Centre.objects.filter(handle=centre).first() if centre else None
    if centre and at is None:
        raise CommandError(f"there is no centre {centre!r}")
    try:
        return enrol(actor=SYSTEM, name=name, centre=at)[1]
    except ValidationError as error:
        raise CommandError("; ".join(error.messages)) from error
