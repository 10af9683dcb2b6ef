"""The key of this machine's own node: made at set-up, kept where only this account can read it."""

import os
from pathlib import Path

from django.conf import settings

from registry.ledger.access import SYSTEM
from runners.actions.nodes import enrol, renew
from runners.models import Node


def key_file() -> Path:
    """A file whose key opens the doors of the node `settings.PHAROS_NODE`; made, or made anew, when it does not."""
    path = Path(settings.PHAROS_VAR) / "node-key"
    known = Node.objects.by_key(path.read_text("ascii").strip()) if path.exists() else None
    if known is None or known.name != settings.PHAROS_NODE:
        write(path, _new_key(settings.PHAROS_NODE))
    return path


def _new_key(name: str) -> str:
    node = Node.objects.filter(name=name).first()
    return renew(actor=SYSTEM, node=node) if node else enrol(actor=SYSTEM, name=name)[1]


def write(path: Path, key: str) -> None:
    """Replaces the file; at no moment can anybody else read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(key + "\n")
    fresh.replace(path)
