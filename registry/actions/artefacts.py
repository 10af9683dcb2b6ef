"""Files come into the book: hashed on the way, kept by content, never changed."""

from django.db import transaction

from registry import storage
from registry.models import Artefact, Version

DEFAULT_TYPE = "application/octet-stream"


class NameTakenError(Exception):
    """This run already handed in another file under this name."""


def store(
    *,
    version: Version,
    name: str,
    stream: storage.Readable,
    sha256: str,
    kind: str,
    run: str = "",
    media_type: str = DEFAULT_TYPE,
) -> Artefact:
    """Idempotent for the same bytes. Raises NameTakenError, registry.storage.WrongDigestError or TooLargeError,
    or ValidationError for an unknown kind or a malformed name."""
    wanted = Artefact(version=version, run=run, kind=kind, name=name, sha256=sha256, size=0, media_type=media_type)
    wanted.clean_fields(exclude=["version"])
    blob = storage.keep(stream, sha256=sha256)
    return enter(version=version, name=name, blob=blob, kind=kind, run=run, media_type=media_type)


def enter(
    *, version: Version, name: str, blob: storage.Blob, kind: str, run: str = "", media_type: str = DEFAULT_TYPE
) -> Artefact:
    """A file whose bytes the store took in before and hashed then: none is read here, whatever its size. Idempotent.
    Raises NameTakenError, ValidationError as `store`, or FileNotFoundError when the store does not have the bytes."""
    if not storage.has(blob.sha256):
        raise FileNotFoundError(f"the bytes of {kind} {name} (sha256 {blob.sha256}) are not in the store")
    given = {"sha256": blob.sha256, "size": blob.size, "media_type": media_type}
    Artefact(version=version, run=run, kind=kind, name=name, **given).clean_fields(exclude=["version"])
    with transaction.atomic():
        found, _ = Artefact.objects.get_or_create(version=version, run=run, kind=kind, name=name, defaults=given)
    if found.sha256 != blob.sha256:
        raise NameTakenError(f"{kind} {name} of this run was handed in before, with other bytes")
    return found
