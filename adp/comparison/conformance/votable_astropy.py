"""VOTables as astropy's validator sees them: the same bytes, in this process, with nothing else in reach."""

import os
import warnings
from collections.abc import Iterator
from io import BytesIO

from adp.comparison.conformance.remark import Remark
from adp.comparison.formats.limits import ReadLimits

LARGEST = 32 << 20  # astropy reads a VOTable whole, cell by cell
EACH = 3  # remarks of one kind


def remarks(descriptor: int, limits: ReadLimits) -> Iterator[Remark]:
    """Warnings of the specification by their codes (W01 …), and what makes astropy refuse the file. The caller's reader
    has refused entities, depth and references to other files before."""
    size = os.fstat(descriptor).st_size
    if size > LARGEST:
        return
    from astropy.io.votable import parse  # noqa: PLC0415 (a second to import)
    from astropy.io.votable.exceptions import VOWarning  # noqa: PLC0415

    refused = ""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            parse(BytesIO(os.pread(descriptor, size, 0)), verify="warn")
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 (a parser fed by strangers: whatever it raises is about these bytes)
            refused = (str(error).splitlines() or [type(error).__name__])[0][:200]
    counts: dict[str, int] = {}
    for warning in caught:
        code = type(warning.message).__name__
        counts[code] = counts.get(code, 0) + 1
        if isinstance(warning.message, VOWarning) and counts[code] <= EACH:
            yield Remark(f"astropy: {str(warning.message).splitlines()[0][:200]}")
    if refused:
        yield Remark(f"astropy cannot read it: {refused}")  # it does not read all that the standard allows
