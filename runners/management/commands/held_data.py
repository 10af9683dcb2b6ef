"""manage.py held_data: which reference data lie on which nodes, by content."""

from typing import Any

from django.core.management.base import BaseCommand

from registry.ledger.access import SYSTEM
from runners import operations


class Command(BaseCommand):
    help = (
        "One line a file, the largest first: sha256, bytes, nodes, title; `private` for what a centre keeps to itself."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        for file in operations.held(SYSTEM):
            kept = "private" if file.is_private else "open"
            self.stdout.write("\t".join((file.sha256, str(file.size), kept, ",".join(file.nodes), file.title)))
