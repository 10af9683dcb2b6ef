"""What a file is, by its first bytes and never by its name, and the reader for it."""

import os
from collections.abc import Callable
from pathlib import Path

from adp.comparison.formats import fits
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
    b"\xfd7zXZ\0": "xz",
}
Reader = Callable[[Path, int, ReadLimits], Document]


def _ecsv(path: Path, descriptor: int, limits: ReadLimits) -> Document:
    from adp.comparison.formats import ecsv  # noqa: PLC0415 (a cold start imports the readers it needs)

    return ecsv.read(path, descriptor, limits)


def _csv(path: Path, descriptor: int, limits: ReadLimits) -> Document:
    from adp.comparison.formats import csv_table  # noqa: PLC0415 (a cold start imports the readers it needs)

    return csv_table.read(path, descriptor, limits)


def _votable(path: Path, descriptor: int, limits: ReadLimits) -> Document:
    from adp.comparison.formats import votable  # noqa: PLC0415 (a cold start imports the readers it needs)

    return votable.read(path, descriptor, limits)


def _hdf5(path: Path, descriptor: int, limits: ReadLimits) -> Document:
    from adp.comparison.formats import hdf5  # noqa: PLC0415 (a cold start imports the readers it needs)

    return hdf5.read(path, descriptor, limits)


def _asdf(path: Path, descriptor: int, limits: ReadLimits) -> Document:
    from adp.comparison.formats import asdf  # noqa: PLC0415 (a cold start imports the readers it needs)

    return asdf.read(path, descriptor, limits)


def _parquet(path: Path, descriptor: int, limits: ReadLimits) -> Document:
    from adp.comparison.formats import parquet  # noqa: PLC0415 (a cold start imports the readers it needs)

    return parquet.read(path, descriptor, limits)


READERS: dict[str, Reader] = {
    "fits": fits.read,
    "ecsv": _ecsv,
    "csv": _csv,
    "votable": _votable,
    "hdf5": _hdf5,
    "asdf": _asdf,
    "parquet": _parquet,
}


def format_of(head: bytes) -> str:
    """fits, ecsv, csv, votable, hdf5, asdf, parquet, gzip, bzip2, xz, or unknown."""
    for magic, name in MAGIC.items():
        if head.startswith(magic):
            return name
    if head.startswith(b"BZh") and head[4:10] == b"1AY&SY":
        return "bzip2"
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
