"""manage.py leases: who holds what, and until when."""

from typing import Any

from django.core.management.base import BaseCommand

from runners import operations


class Command(BaseCommand):
    help = "One line a run that a node holds: run, version, node, state, attempt, last sign of life, end of the lease."

    def handle(self, *_args: Any, **_options: Any) -> None:
        for run in operations.leases():
            node = run.node.name if run.node else "-"
            times = (f"{at:%Y-%m-%d %H:%M:%S}" if at else "-" for at in (run.heartbeat_at, run.lease_until))
            line = (str(run.pk), str(run.version), node, run.state, str(run.attempt), *times)
            self.stdout.write("\t".join(line))
