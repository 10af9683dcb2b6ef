"""Small files to compare: FITS images and tables, ECSV, CSV and VOTable, from the same values."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits
from astropy.io.votable.tree import Field, Resource, TableElement, VOTableFile

Write = Callable[[Path], None]
RNG = np.random.default_rng(20261122)
IMAGE = RNG.normal(100, 10, size=(24, 32)).astype("f4")
CUBE = RNG.normal(0, 1, size=(5, 12, 16)).astype("f4")
COLUMNS: dict[str, Any] = {
    "id": np.arange(40, dtype="i4"),
    "flux": RNG.normal(50, 5, 40),
    "mag": RNG.normal(20, 1, 40).astype("f4"),
    "flag": RNG.integers(0, 9, 40).astype("i2"),
    "name": np.array([f"star{i}" for i in range(40)]),
}
UNITS = {"flux": "mJy", "mag": "mag"}


def changed(array: Any, at: Any, value: Any) -> Any:
    """A copy with one element set."""
    new = np.array(array)
    new[at] = value
    return new


def image(
    data: Any = IMAGE, *, name: str = "SCI", ver: int = 1, cards: Mapping[str, Any] | None = None
) -> fits.ImageHDU:
    hdu = fits.ImageHDU(None if data is None else np.array(data), name=name, ver=ver)
    for key, value in (cards or {}).items():
        hdu.header[key] = value
    return hdu


def table(columns: Mapping[str, Any] | None = None, units: Mapping[str, str] = UNITS, **more: Any) -> fits.BinTableHDU:
    made = [_column(n, v, units.get(n)) for n, v in (columns or COLUMNS).items()]
    hdu = fits.BinTableHDU.from_columns(made, name=more.pop("name", "CAT"))
    for key, value in more.items():
        hdu.header[key] = value
    return hdu


def _column(name: str, values: Any, unit: str | None) -> fits.Column:
    values = np.asarray(values)
    codes = {"i2": "I", "i4": "J", "i8": "K", "f4": "E", "f8": "D", "b1": "L", "u1": "B", "c8": "C"}
    if values.dtype.kind in "US":
        width = max(len(v) for v in values.tolist())
        return fits.Column(name, f"{width}A", unit=unit, array=values)
    repeat = int(np.prod(values.shape[1:])) if values.ndim > 1 else 1
    return fits.Column(name, f"{repeat}{codes[values.dtype.str[1:]]}", unit=unit, array=values)


def hdus(*extensions: Any, primary: Mapping[str, Any] | None = None, checksum: bool = False) -> Write:
    """A file of an empty primary HDU and these extensions."""

    def write(path: Path) -> None:
        head = fits.PrimaryHDU()
        for key, value in (primary or {}).items():
            head.header[key] = value
        fits.HDUList([head, *(e.copy() for e in extensions)]).writeto(path, checksum=checksum)

    return write


def ecsv(columns: Mapping[str, Any] | None = None, units: Mapping[str, str] = UNITS, meta: str = "") -> Write:
    columns = columns or COLUMNS

    def write(path: Path) -> None:
        lines = ["# %ECSV 1.0", "# ---", "# datatype:"]
        for name, values in columns.items():
            kind = "string" if np.asarray(values).dtype.kind == "U" else np.asarray(values).dtype.name
            unit = f", unit: {units[name]}" if name in units else ""
            lines.append(f"# - {{name: {name}{unit}, datatype: {kind}}}")
        lines += [f"# meta: {meta}"] if meta else []
        path.write_text("\n".join([*lines, *_rows(columns, " ")]) + "\n")

    return write


def csv(columns: Mapping[str, Any] | None = None, delimiter: str = ",") -> Write:
    return lambda path: path.write_text("\n".join(_rows(columns or COLUMNS, delimiter)) + "\n") and None


def _rows(columns: Mapping[str, Any], delimiter: str) -> list[str]:
    cells = [[_cell(v) for v in np.asarray(values).tolist()] for values in columns.values()]
    return [delimiter.join(columns), *(delimiter.join(row) for row in zip(*cells, strict=True))]


def _cell(value: Any) -> str:
    return '""' if value is None else str(value)


def votable(columns: Mapping[str, Any] | None = None, units: Mapping[str, str] = UNITS, **how: str) -> Write:
    columns = columns or COLUMNS
    types = {"int32": "int", "int16": "short", "int64": "long", "float64": "double", "float32": "float"}

    def write(path: Path) -> None:
        votable = VOTableFile()
        resource = Resource()
        element = TableElement(votable)
        for name, values in columns.items():
            array = np.asarray(values)
            if array.dtype.kind == "U":
                field = Field(votable, name=name, datatype="char", arraysize="*")
            else:
                field = Field(votable, name=name, datatype=types[array.dtype.name], unit=units.get(name))
            element.fields.append(field)
        element.create_arrays(len(next(iter(columns.values()))))
        for name, values in columns.items():
            element.array[name] = values
        resource.tables.append(element)
        votable.resources.append(resource)
        votable.to_xml(str(path), tabledata_format=how.get("format", "tabledata"))

    return write


def raw(content: bytes | str) -> Write:
    return lambda path: path.write_bytes(content.encode() if isinstance(content, str) else content) and None
