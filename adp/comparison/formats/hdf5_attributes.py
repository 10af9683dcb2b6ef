"""HDF5 attributes as cards, and the units that conventions keep in them (netCDF, PyTables, astropy)."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from adp.comparison.formats import yaml_header
from adp.comparison.formats.limits import ReadLimits, Unreadable
from adp.comparison.formats.strings import cell, texts
from adp.comparison.model import Card

UNITS = ("unit", "units", "UNIT", "UNITS", "BUNIT")
COLUMNS = "__table_column_meta__"
FEW = 1024  # elements of one attribute


def attributes(h5py: Any, thing: Any, limits: ReadLimits) -> Iterator[Card]:
    """One card for each value of each attribute, in order of name. What is neither number nor text is told as such."""
    names = sorted(thing.attrs)
    if len(names) > limits.columns:
        raise Unreadable(f"{thing.name} has {len(names)} attributes")
    for name in names:
        if name == COLUMNS:
            continue
        known = thing.attrs.get_id(name)
        if known.get_space().get_simple_extent_npoints() * known.dtype.itemsize > limits.header:
            raise Unreadable(f"the attribute {name} of {thing.name} is larger than {limits.header} bytes")
        yield from (Card(name, value) for value in _values(h5py, thing.attrs[name]))


def _values(h5py: Any, found: Any) -> Sequence[Any]:
    if isinstance(found, h5py.Empty):
        return [None]
    array = np.asarray(found)
    if array.dtype.kind not in "biufcSUO":
        return [f"({array.dtype})"]
    if array.dtype.kind == "O" and not all(isinstance(v, str | bytes) for v in array.reshape(-1).tolist()):
        return ["(objects or references)"]
    flat = texts(array.reshape(-1).tolist()) if array.dtype.kind in "SUO" else array.reshape(-1)
    values = flat.tolist()
    return values if len(values) <= FEW else [cell(repr(values))]


def units(data: Any, group: Any, cards: Sequence[Card], limits: ReadLimits) -> dict[str, str]:
    """Units by column name; "" for the dataset itself."""
    stated = {c.key: c.value for c in cards if isinstance(c.value, str)}
    found = {"": next((stated[k].strip() for k in UNITS if k in stated), "")}
    for number, name in enumerate(data.dtype.names or ()):
        found[name] = str(stated.get(f"FIELD_{number}_UNITS", stated.get(f"FIELD_{number}_UNIT", ""))).strip()
    return found | _astropy(data, group, limits)


def _astropy(data: Any, group: Any, limits: ReadLimits) -> dict[str, str]:
    """Units of the YAML header that astropy writes beside a table, or into its attributes."""
    lines = data.attrs.get(COLUMNS)
    beside = f"{data.name.rpartition('/')[2]}.{COLUMNS}"
    if lines is None and beside in group and _is_dataset(group, beside):
        if group[beside].nbytes > limits.header:
            raise Unreadable(f"its {COLUMNS} is larger than {limits.header} bytes")
        lines = group[beside][...]
    if lines is None:
        return {}
    text = "\n".join(line.decode("utf-8", "replace") if isinstance(line, bytes) else str(line) for line in lines)
    declared = yaml_header.columns(text, limits)["datatype"]
    return {str(c["name"]): str(c.get("unit") or "") for c in declared if isinstance(c, dict) and "name" in c}


def _is_dataset(group: Any, name: str) -> bool:
    """A dataset of this file: not through a link that could lead elsewhere."""
    link = group.get(name, getlink=True)
    return type(link).__name__ == "HardLink" and hasattr(group[name], "dtype") and not group[name].is_virtual
