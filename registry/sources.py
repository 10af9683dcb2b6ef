"""The files of a version at its commit, to read and to compare; taken out of the archive that its run handed in."""

import hashlib
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.db import transaction

from adp.source.limits import DEFAULT
from registry import storage
from registry.models import Artefact, SourceFile, SourceText, Version

LONGEST = 1 << 20  # bytes of a text that is shown
PATH = 512  # bytes of UTF-8; adp.source.limits bounds a fetched tree alike
Kind = SourceFile.Kind


class NoSourceError(Exception):
    """No run has handed in the source of this version."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one path from an earlier version to a later one: added, removed or changed."""

    path: str
    what: str
    before: str = ""  # sha256
    after: str = ""


def files(version: Version) -> dict[str, SourceFile]:
    """By path. Raises NoSourceError."""
    found = {f.path: f for f in version.source_files.all()}
    return found or {f.path: f for f in unfold(version)}


def text(file: SourceFile) -> str | None:
    """None: no text, or more of it than is shown."""
    return SourceText.objects.filter(pk=file.sha256).values_list("text", flat=True).first()


def changes(before: Version, after: Version) -> list[Change]:
    """By path; a changed permission counts as a change."""
    old, new = files(before), files(after)
    found = []
    for path in sorted(old.keys() | new.keys()):
        was, now = old.get(path), new.get(path)
        if was is None and now is not None:
            found.append(Change(path, "added", after=now.sha256))
        elif now is None and was is not None:
            found.append(Change(path, "removed", before=was.sha256))
        elif was is not None and now is not None and _told(was) != _told(now):
            found.append(Change(path, "changed", was.sha256, now.sha256))
    return found


def _told(file: SourceFile) -> tuple[str, str, bool]:
    return file.sha256, file.kind, file.is_executable


def unfold(version: Version) -> list[SourceFile]:
    """Write down what the archive holds, once. Raises NoSourceError."""
    archive = version.artefacts.filter(kind=Artefact.Kind.SOURCE).order_by("created_at").last()
    if archive is None:
        raise NoSourceError(f"the source of {version} was not handed in")
    with storage.fetch(archive.sha256) as packed:
        read = list(_read(packed))
    texts = {f.sha256: SourceText(sha256=f.sha256, text=text) for f, text in read if text is not None}
    rows = [f for f, _ in read]
    for row in rows:
        row.version = version
    with transaction.atomic():
        SourceText.objects.bulk_create(texts.values(), ignore_conflicts=True, batch_size=200)
        SourceFile.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return list(version.source_files.all())


def _read(packed: IO[bytes]) -> Iterator[tuple[SourceFile, str | None]]:
    """Our own fetcher wrote the archive, but a node handed it in: what is beyond its limits ends the reading."""
    room = DEFAULT.tree_bytes
    with tarfile.open(fileobj=packed, mode="r|gz") as tar:
        for number, member in enumerate(tar):
            if number >= DEFAULT.entries or member.size > room or len(member.name.encode(errors="replace")) > PATH:
                raise NoSourceError("the archive is larger than a source may be")
            room -= member.size
            if member.issym():
                yield (
                    SourceFile(
                        path=_shown(member.name), kind=Kind.LINK, **_of(member.linkname.encode(errors="replace"))
                    ),
                    None,
                )
            elif member.isreg() and (stream := tar.extractfile(member)) is not None:
                yield _file(member, stream.read(member.size))


def _file(member: tarfile.TarInfo, content: bytes) -> tuple[SourceFile, str | None]:
    text = _as_text(content)
    kind = Kind.LONG if len(content) > LONGEST else Kind.BINARY if text is None else Kind.TEXT
    is_executable = bool(member.mode & 0o100)
    return SourceFile(path=_shown(member.name), kind=kind, is_executable=is_executable, **_of(content)), text


def _of(content: bytes) -> dict[str, int | str]:
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _as_text(content: bytes) -> str | None:
    if len(content) > LONGEST or b"\0" in content:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def _shown(name: str) -> str:
    """A name that is no UTF-8 comes with surrogates, which no database keeps."""
    return name.encode(errors="surrogateescape").decode(errors="backslashreplace").replace("\0", "␀")
