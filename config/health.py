"""For the machine that watches us: alive, and ready to work."""

import tempfile

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse


def healthz(_request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def readyz(_request: HttpRequest) -> JsonResponse:
    """The book can be read and a file can be written; 503 names what cannot."""
    found = {"database": _database(), "files": _files()}
    ready = set(found.values()) == {"ok"}
    return JsonResponse({"status": "ok" if ready else "not ready", **found}, status=200 if ready else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "unreachable"
    return "ok"


def _files() -> str:
    try:
        settings.PHAROS_FILES.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.PHAROS_FILES) as file:
            file.write(b"ready?")
    except OSError:
        return "not writable"
    return "ok"
