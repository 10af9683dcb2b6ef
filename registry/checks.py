"""What `manage.py check` asks before the site starts."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Doubt
from django.db import connection

from registry.kinds import KINDS
from registry.ledger.access import RULES
from registry.lifecycle import VERSION


@register()
def doors(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every move has its rule and its sentence."""
    return [
        Error(f"the move {name} has no {what}", id="pharos.E001", hint=f"add a row to {where}")
        for what, where, table in (("rule", "registry/permissions.py", RULES), ("sentence", "registry/kinds.py", KINDS))
        for name in VERSION.moves
        if name not in table
    ]


@register()
def files(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Artefacts must not lie where the web server hands out files."""
    place = Path(settings.PHAROS_FILES).resolve()
    served = Path(settings.STATIC_ROOT).resolve()
    if place == served or served in place.parents:
        return [Error("PHAROS_FILES lies inside STATIC_ROOT: unpublished files would be public", id="pharos.E002")]
    return []


@register(Tags.security, deploy=True)
def production(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if not settings.PHAROS_PRODUCTION:
        found.append(Doubt("PHAROS_PRODUCTION is not set: this is the embedded configuration", id="pharos.W001"))
    if connection.vendor != "postgresql":
        hint = "set DATABASE_URL=postgres://…"
        found.append(Doubt("production wants PostgreSQL", id="pharos.W002", hint=hint))
    if not settings.CELERY_BROKER_URL:
        hint = "set CELERY_BROKER_URL, or accept that events are delivered in the web process"
        found.append(Doubt("no broker is set", id="pharos.W003", hint=hint))
    if settings.PHAROS_SITE.startswith("http://"):
        found.append(Doubt("PHAROS_SITE is not https", id="pharos.W004"))
    return found
