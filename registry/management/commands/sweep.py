"""manage.py sweep: one pass over what may have been lost. Embedded, the node's command calls it by itself."""

from typing import Any

from django.core.management.base import BaseCommand

from registry.tasks import sweep


class Command(BaseCommand):
    help = "deliver pending events and publish accepted versions: one pass"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{sweep.run()} done")
