"""What the reviewers concluded becomes part of the record."""

from registry.ledger.access import SYSTEM
from registry.ledger.machine import advance
from registry.models import Version
from registry.people import Actor


def open_review(*, version: Version, actor: Actor = SYSTEM, statement: str = "") -> None:
    advance(version, "version.review", actor=actor, statement=statement)


def accept(*, actor: Actor, version: Version, statement: str) -> None:
    """Publication follows by itself after commit (registry/handlers.py)."""
    advance(version, "version.accept", actor=actor, statement=statement)


def revise(*, actor: Actor, version: Version, statement: str) -> None:
    """The answer to a revision is a new commit under a new label."""
    advance(version, "version.revise", actor=actor, statement=statement)


def reject(*, actor: Actor, version: Version, statement: str) -> None:
    advance(version, "version.reject", actor=actor, statement=statement)


def reopen(*, actor: Actor = SYSTEM, version: Version, statement: str) -> None:
    """A decision was appealed, and the appeal upheld: the version is judged again."""
    advance(version, "version.reopen", actor=actor, statement=statement)
