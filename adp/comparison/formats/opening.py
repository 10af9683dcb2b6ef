"""What a file is, by its first bytes and never by its name, and the reader for it."""

import os
from collections.abc import Callable
from pathlib import Path

from adp.comparison.formats import asdf, csv_table, ecsv, fits, hdf5, parquet, votable
from adp.comparison.formats.limits import LIMITS, ReadLimits, Unreadable, open_regular
from adp.comparison.formats.unpacking import UNPACKERS, unpacked
from adp.comparison.model import Document

HEAD = 4096
MAGIC = {
    b"\x89HDF\r\n\x1a\n": "hdf5",
    b"#ASDF ": "asdf",
    b"PAR1": "parquet",
    b"SIMPLE  =": "fits",
    b"# %ECSV": "ecsv",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\0": "xz",
}
Reader = Callable[[Path, int, ReadLimits], Document]
READERS: dict[str, Reader] = {
    "fits": fits.read,
    "ecsv": ecsv.read,
    "csv": csv_table.read,
    "votable": votable.read,
    "hdf5": hdf5.read,
    "asdf": asdf.read,
    "parquet": parquet.read,
}


def format_of(head: bytes) -> str:
    """fits, ecsv, csv, votable, hdf5, asdf, parquet, gzip, bzip2, xz, or unknown."""
    for magic, name in MAGIC.items():
        if head.startswith(magic):
            return name
    bare = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if bare.startswith(b"<"):
        return "votable" if b"VOTABLE" in head or bare.startswith(b"<?xml") else "unknown"
    if head.startswith(b"\xef\xbb\xbf# %ECSV"):
        return "ecsv"
    return "csv" if bare and not any(b < 32 and b not in b"\t\r\n" for b in head) else "unknown"  # noqa: PLR2004 (below: control characters)


def open_document(path: Path, limits: ReadLimits = LIMITS) -> Document:
    """The document in `path`; call its `close` when done. Raises Unreadable."""
    descriptor = open_regular(path)
    try:
        kind = format_of(os.pread(descriptor, HEAD, 0))
        if kind in UNPACKERS:
            inner = unpacked(descriptor, kind, limits)
            os.close(descriptor)
            descriptor = inner
            kind = format_of(os.pread(descriptor, HEAD, 0))
            path = Path(f"/proc/self/fd/{descriptor}")
        reader = READERS.get(kind)
        if reader is None:
            raise _unreadable(kind, os.fstat(descriptor).st_size)
    except Unreadable:
        os.close(descriptor)
        raise
    return reader(path, descriptor, limits)


def _unreadable(kind: str, size: int) -> Unreadable:
    return Unreadable("is empty" if not size else "is none of: FITS, ECSV, CSV, VOTable, Parquet, HDF5, ASDF")
