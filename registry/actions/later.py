"""Actions that take a while, as tasks: `after_commit(publish_version, version_id=…)`."""

from celery import shared_task

from registry import queries
from registry.actions.publish import publish
from registry.ledger.access import SYSTEM
from registry.lifecycle import State


@shared_task
def publish_version(*, version_id: str) -> None:
    """Twice is harmless; whatever else became of the version meanwhile stands."""
    version = queries.version(version_id)
    if version.state == State.ACCEPTED:
        publish(actor=SYSTEM, version=version)
