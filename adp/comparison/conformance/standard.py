"""The remarks on a file, by its format."""

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from adp.comparison.conformance import asdf_schema, ecsv_header, fits_headers, votable_astropy
from adp.comparison.conformance.remark import Remark
from adp.comparison.formats.limits import ReadLimits, Unreadable, open_regular
from adp.comparison.formats.opening import HEAD, format_of

MOST = 50  # remarks on one file
RULES: dict[str, Callable[[int, ReadLimits], Iterator[Remark]]] = {
    "fits": fits_headers.remarks,
    "votable": votable_astropy.remarks,
    "ecsv": ecsv_header.remarks,
    "asdf": asdf_schema.remarks,
}


def remarks(path: Path, limits: ReadLimits) -> tuple[Remark, ...]:
    """What the standards say of a file that our reader has opened. Parquet and HDF5 are held to theirs by the libraries
    that open them; CSV has none. Packed files are judged by what they hold elsewhere."""
    try:
        descriptor = open_regular(path)
    except Unreadable:
        return ()
    try:
        rules = RULES.get(format_of(os.pread(descriptor, HEAD, 0)))
        return tuple(itertools.islice(rules(descriptor, limits), MOST)) if rules else ()
    except Unreadable:
        return ()  # said by the reader
    finally:
        os.close(descriptor)
