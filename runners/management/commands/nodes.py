"""manage.py nodes: the machines, and what is done with them; each deed is the action that the page presses."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from adp.comparison.words import numbers
from registry.ledger.access import SYSTEM
from runners import operations
from runners.actions import nodes
from runners.models import Node

DEEDS = {"drain": nodes.drain, "resume": nodes.resume, "retire": nodes.retire, "renew": nodes.renew}


class Command(BaseCommand):
    help = "List the nodes; or drain NAME, resume it, retire it, renew its key. `node_key` makes a new one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("deed", nargs="?", choices=("list", *DEEDS), default="list")
        parser.add_argument("name", nargs="?")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["deed"] == "list":
            for row in operations.nodes():
                self.stdout.write(_line(row))
            return
        node = Node.objects.filter(name=options["name"] or "").first()
        if node is None:
            raise CommandError(f"there is no node {options['name']!r}; `manage.py nodes` lists them")
        key = DEEDS[options["deed"]](actor=SYSTEM, node=node)
        self.stdout.write(key or f"{node.name}: {options['deed']}")


def _line(row: operations.NodeRow) -> str:
    node = row.node
    centre = node.centre.handle if node.centre else "-"
    heard = f"{node.last_seen:%Y-%m-%d %H:%M:%S}" if node.last_seen else "never"
    holds = f"{row.files} files {numbers.size(row.holds)}"
    offers = f"{node.offering} {node.engine}" if node.cores else "-"
    return "\t".join((node.name, row.state, centre, f"{row.taken}/{node.slots}", heard, holds, offers))
