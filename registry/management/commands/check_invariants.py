"""manage.py check_invariants: what must be true of the book, checked; exit 1 when something is not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from registry.invariants import check_all


class Command(BaseCommand):
    help = "check what must be true of the book at any time"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--files", action="store_true", help="read every stored file and compare its sha256")

    def handle(self, *args: Any, **options: Any) -> None:
        broken = check_all(is_thorough=options["files"])
        if broken:
            raise CommandError("\n".join(broken))
        self.stdout.write("the book is sound")
