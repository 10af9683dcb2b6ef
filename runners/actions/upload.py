"""Files a node hands in: into the store at once, under their content; into the book only when the run is finished."""

import io
import uuid

from django.db import transaction

from registry import pictures, storage
from runners.conf import conf
from runners.models import Run, RunArtefact

PICTURE = "picture"


class TooManyFilesError(Exception):
    """An attempt hands in more files than one may."""


def upload_artefact(
    *, run_id: uuid.UUID, token: str, name: str, kind: str, sha256: str, stream: storage.Readable
) -> RunArtefact:
    """Take one file of the live attempt; a picture is drawn anew and kept as that. Sent twice, it is kept once. Nothing
    is locked while bytes flow: the token is asked for before and after. Raises StaleAttemptError,
    storage.WrongDigestError or TooLargeError, pictures.NotAPictureError."""
    _may_upload(run_id, token, kind, name)
    if kind == PICTURE:
        blob = storage.keep(io.BytesIO(pictures.redrawn(stream, sha256=sha256)))
    else:
        blob = storage.keep(stream, sha256=sha256, limit=conf().artefact)
    with transaction.atomic():
        run = Run.objects.held(run_id, token)
        return RunArtefact.objects.update_or_create(
            run=run,
            attempt=run.attempt,
            kind=kind,
            name=name,
            defaults={"sha256": blob.sha256, "size": blob.size},
        )[0]


@transaction.atomic
def _may_upload(run_id: uuid.UUID, token: str, kind: str, name: str) -> None:
    run = Run.objects.held(run_id, token)
    others = RunArtefact.objects.filter(run=run, attempt=run.attempt).exclude(kind=kind, name=name).count()
    if others >= conf().artefacts:
        raise TooManyFilesError(f"an attempt may hand in at most {conf().artefacts} files")
