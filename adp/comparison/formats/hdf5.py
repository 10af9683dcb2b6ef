"""HDF5 files as documents: every dataset and group by its path, within the one file, attributes as cards."""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from adp.comparison.formats.apart import apart
from adp.comparison.formats.arrays import Compound, Image, fields, image_field, is_table
from adp.comparison.formats.hdf5_attributes import UNITS, attributes, units
from adp.comparison.formats.limits import ReadLimits, Unreadable
from adp.comparison.model import Card, Document, NoRows, Part, Problem

CACHE = 1 << 26
OWN_FILTERS = {1: "deflate", 2: "shuffle", 3: "fletcher32", 4: "szip", 5: "nbit", 6: "scaleoffset", 32000: "lzf"}
STRUCTURE = re.compile(r"FIELD_\d+_(NAME|UNITS?|FILL)|NROWS|CLASS")  # PyTables says in attributes what the columns say
COLUMNS = "__table_column_meta__"  # where astropy keeps what HDF5 has no place for


def _prepare() -> None:
    import h5py  # noqa: F401, PLC0415 (few files need it; imported before the fork)


def _read(path: Path, descriptor: int, limits: ReadLimits) -> Document:
    import h5py  # noqa: PLC0415 (few files need it)

    file = h5py.File(f"/dev/fd/{descriptor}", "r", locking=False, rdcc_nbytes=CACHE)
    walk = _Walk(h5py, limits, os.fstat(descriptor).st_size)
    parts: list[Part] = []
    problems: list[Problem] = []
    for found in walk.parts(file):
        if isinstance(found, Problem):
            problems.append(found)
        else:
            parts.append(found)
    meta = {c.key: c.value for p in parts if p.name == "/" for c in p.cards}
    return Document(path, "hdf5", tuple(parts), tuple(problems), meta=meta)


read = apart(_read, _prepare)


class _Walk:
    """From group to group by hard links, each group once; what points elsewhere is told, never followed."""

    def __init__(self, h5py: Any, limits: ReadLimits, size: int) -> None:
        self._h5py, self._limits = h5py, limits
        self._left = max(limits.unpacked, limits.unpack_ratio * size)
        self._seen: set[int] = set()  # addresses of groups
        self._count = 0

    def parts(self, file: Any) -> Iterator[Part | Problem]:
        self._seen.add(self._h5py.h5o.get_info(file.id).addr)
        waiting: list[tuple[str, Any]] = [("/", file)]
        while waiting:
            path, group = waiting.pop()
            links: list[Card] = []
            for name in sorted(group):
                inner = f"{path}/{name}".lstrip("/")
                found = self._linked(group, name, inner)
                if isinstance(found, Card):
                    links.append(found)
                elif isinstance(found, Problem):
                    yield found
                elif isinstance(found, self._h5py.Group):
                    waiting.append((inner, found))
                elif isinstance(found, self._h5py.Dataset) and not name.endswith(COLUMNS):
                    yield self._dataset(inner, found, group)
            cards = (*attributes(self._h5py, group, self._limits), *links)
            yield Part("empty", self._next(path), NoRows(), path, cards=cards)

    def _linked(self, group: Any, name: str, path: str) -> Any:
        """The object, a card about a link inside the file, or the problem with it."""
        link = group.get(name, getlink=True)
        if isinstance(link, self._h5py.ExternalLink):
            return Problem("FORMAT", f"{path} is a link into another file, which is not read", path)
        if isinstance(link, self._h5py.SoftLink):
            return Card(name, f"-> {link.path}")
        if not isinstance(link, self._h5py.HardLink):
            return Problem("FORMAT", f"{path} is a link of a kind of its own", path)
        found = group[name]
        if isinstance(found, self._h5py.Group):
            address = self._h5py.h5o.get_info(found.id).addr
            if address in self._seen or path.count("/") > self._limits.depth:
                return Card(name, "-> a group that has been read already")
            self._seen.add(address)
        return found

    def _next(self, path: str) -> int:
        self._count += 1
        if self._count > self._limits.hdus:
            raise Unreadable(f"holds more than {self._limits.hdus} groups and datasets", hdu=path)
        return self._count - 1

    def _dataset(self, path: str, data: Any, group: Any) -> Part | Problem:
        index = self._next(path)
        try:
            return self._part(path, index, data, group)
        except Unreadable as error:
            return Problem(error.code, f"{path}: {error}", path)

    def _part(self, path: str, index: int, data: Any, group: Any) -> Part:
        self._judge(data)
        cards = tuple(attributes(self._h5py, data, self._limits))
        if data.shape is None:
            return Part("empty", index, NoRows(), path, cards=cards)
        known = units(data, group, cards, self._limits)
        if not is_table(data.dtype):
            shape = data.shape or (1,)
            field = replace(image_field(data.dtype), unit=known.get("", ""))
            cards = tuple(c for c in cards if c.key not in UNITS)  # said by the field
            return Part(
                "image", index, Image(data), path, fields=(field,), rows=int(data.size), shape=shape, cards=cards
            )
        found = fields(path, data, self._limits)
        cards = tuple(c for c in cards if not STRUCTURE.fullmatch(c.key))
        named = tuple(replace(f, unit=known.get(f.name, known.get("", "") if len(found) == 1 else "")) for f in found)
        rows = data.shape[0] if data.shape else 1
        return Part("table", index, Compound(data, named, self._limits), path, fields=named, rows=rows, cards=cards)

    def _judge(self, data: Any) -> None:
        """Where the bytes are and how many they may become, before any is read."""
        if data.is_virtual or data.external:
            raise Unreadable("its values lie in other files, which are not read")
        plist = data.id.get_create_plist()
        for number in range(plist.get_nfilters()):
            code = plist.get_filter(number)[0]
            if code not in OWN_FILTERS:
                raise Unreadable(f"is packed by filter {code}, which HDF5 itself does not bring", code="UNSUPPORTED")
        item = data.dtype.itemsize
        if item * int(np.prod(data.chunks or (1,), dtype=object)) > self._limits.packed:
            raise Unreadable(f"its chunks are larger than {self._limits.packed} bytes")
        self._left -= item * int(np.prod(data.shape or (1,), dtype=object))
        if self._left < 0:
            raise Unreadable("the file declares more than its bytes can hold")
