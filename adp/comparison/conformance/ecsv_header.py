"""The header of an ECSV table against its schema (ECSV 1.0, from astropy's APE 6)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from adp.comparison.conformance.remark import Remark
from adp.comparison.formats import yaml_header
from adp.comparison.formats.limits import ReadLimits
from adp.comparison.formats.text_lines import Lines

VERSION = re.compile(r"# %ECSV (\d+)\.(\d+)\s*")
KEYS = frozenset({"datatype", "delimiter", "meta", "schema"})
COLUMN = frozenset({"name", "datatype", "subtype", "unit", "format", "description", "meta"})
TEXTS = ("name", "datatype", "subtype", "unit", "format", "description")


def remarks(descriptor: int, limits: ReadLimits) -> Iterator[Remark]:
    header = _header(Lines(descriptor, limits), limits)
    version = VERSION.fullmatch(header[0]) if header else None
    if version is None or version[1] != "1":
        yield Remark("the first line is not '# %ECSV 1.0'", breaks=True)
    bare = [line for line in header if line.strip() != "#" and not line.startswith("# ")]
    if bare:
        yield Remark("lines of the header do not begin with '# '", breaks=True)
    declared = yaml_header.columns("".join(line[2:] for line in header[1:]), limits)
    yield from (Remark(f"the header's key '{str(k)[:40]}' is not known") for k in declared if k not in KEYS)
    if not isinstance(declared.get("meta", {}), Mapping | list | None):
        yield Remark("meta is no mapping")
    for column in declared["datatype"]:
        yield from _column(column)


def _header(lines: Lines, limits: ReadLimits) -> list[str]:
    found: list[str] = []
    size = 0
    for line in lines:
        size += len(line)
        if not line.startswith("#") or size > limits.header:
            break
        found.append(line)
    return found


def _column(column: Any) -> Iterator[Remark]:
    if not isinstance(column, Mapping):
        yield Remark("an entry of 'datatype' is no mapping", breaks=True)
        return
    name = str(column.get("name"))[:40]
    yield from (Remark(f"column {name}: the key '{str(k)[:40]}' is not known") for k in column if k not in COLUMN)
    for key in TEXTS:
        if column.get(key) is not None and not isinstance(column[key], str):
            yield Remark(f"column {name}: {key} is no text: quote it")
    if column.get("subtype") and column.get("datatype") != "string":
        yield Remark(f"column {name}: a subtype belongs to the datatype string", breaks=True)
