"""A stored file on its way out: as an attachment that no browser interprets, with its digest. The bytes never change,
but a withdrawn version is no longer served: caches have to ask."""

import base64

from django.http import FileResponse

from registry import storage
from registry.models import Artefact


def download(artefact: Artefact, *, is_public: bool) -> FileResponse:
    name = artefact.name.rpartition("/")[2]
    response = FileResponse(
        storage.fetch(artefact.sha256), as_attachment=True, filename=name, content_type=artefact.media_type
    )
    response["Content-Length"] = str(artefact.size)
    response["ETag"] = f'"{artefact.sha256}"'
    response["Repr-Digest"] = f"sha-256=:{base64.b64encode(bytes.fromhex(artefact.sha256)).decode()}:"
    response["Cache-Control"] = f"{'public' if is_public else 'private'}, max-age=300, must-revalidate"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Last-Modified"] = artefact.created_at.strftime("%a, %d %b %Y %H:%M:%S GMT")
    return response
