"""Values of ASCII tables (standard 4.0, section 7.2): text in fixed columns, exponents with E or D, nulls as text."""

from typing import Any

import numpy as np
import numpy.typing as npt

from adp.comparison.formats.fits_columns import Column
from adp.comparison.formats.limits import Unreadable
from adp.comparison.model import Array, Values


def parsed(inner: Array, column: Column) -> Values:
    """The values of one column, `inner` its bytes row by row. A blank field is missing, and so is TNULL. Raises
    Unreadable for text that is no number."""
    text = np.ascontiguousarray(inner).view(f"S{column.width}").reshape(-1)
    if column.code == "A":
        return Values(text)
    bare: npt.NDArray[np.bytes_] = np.char.strip(text)
    mask = bare == b""
    if column.null:
        mask |= bare == column.null.encode("ascii", "replace")
    stored = np.dtype("i8" if column.code == "I" else "f8")
    try:
        upper: Any = np.char.upper(bare)
        found = np.where(mask, b"0", np.char.replace(upper, b"D", b"E")).astype(stored)
    except (ValueError, OverflowError) as error:
        raise Unreadable(f"column {column.field.name} holds text that is no number") from error
    if not column.scaling.is_identity:
        found = found * np.float64(column.scaling.scale) + np.float64(column.scaling.zero)
    return Values(found, mask if mask.any() else None)
