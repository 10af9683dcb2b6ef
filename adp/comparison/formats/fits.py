"""A FITS file as a document: HDUs with their cards, images and tables, and what is wrong with the file itself."""

import math
import os
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from adp.comparison.formats.fits_data import Image
from adp.comparison.formats.fits_file import Hdu, hdus
from adp.comparison.formats.fits_sums import problems as checked
from adp.comparison.formats.fits_sums import watched
from adp.comparison.formats.fits_table import Table
from adp.comparison.formats.fits_tiles import Tiles
from adp.comparison.formats.limits import ReadLimits, Unreadable
from adp.comparison.model import Document, NoRows, Part, Problem


def read(path: Path, descriptor: int, limits: ReadLimits) -> Document:
    """The document; its `close` also closes the descriptor. Raises Unreadable when not even one HDU is whole."""
    with ExitStack() as closing:
        closing.callback(os.close, descriptor)
        parts: list[Part] = []
        problems: list[Problem] = []
        large: list[Hdu] = []
        for found in hdus(descriptor, os.fstat(descriptor).st_size, limits):
            if isinstance(found, Problem):
                problems.append(found)
                continue
            hdu = watched(found)
            if hdu.sum is None:
                problems += checked(descriptor, [hdu], limits.threads)
            else:
                large.append(hdu)
            try:
                parts.append(_part(path, descriptor, hdu, limits, closing))
            except Unreadable as error:
                problems.append(Problem(error.code, str(error), found.label))
                if found.header.get("TFIELDS", 0) != 0 and error.code != "UNSUPPORTED":
                    break  # what reads compressed images behind it would have to read it, too
        if not parts:
            first = problems[0] if problems else Problem("TRUNCATED", "the file is empty")
            raise Unreadable(first.message, code=first.code, hdu=first.hdu)
        late = partial(_late, descriptor, tuple(large), limits.threads)
        return Document(path, "fits", tuple(parts), tuple(problems), late=late, close=closing.pop_all().close)


def _late(descriptor: int, large: Sequence[Hdu], threads: int) -> tuple[Problem, ...]:
    return tuple(checked(descriptor, large, threads))


def _part(path: Path, descriptor: int, hdu: Hdu, limits: ReadLimits, closing: ExitStack) -> Part:
    name = str(hdu.header.get("EXTNAME") or ("" if hdu.index else "PRIMARY")).strip().upper()
    version = hdu.header.get("EXTVER", 1)
    common: dict[str, Any] = {
        "index": hdu.index,
        "name": name,
        "version": version if isinstance(version, int) else 1,
        "cards": hdu.cards,
    }
    if hdu.extension == "BINTABLE" and hdu.header.get("ZTABLE") is True:
        raise Unreadable("compressed tables are not supported yet", code="UNSUPPORTED", hdu=hdu.label)
    if hdu.extension == "BINTABLE" and hdu.header.get("ZIMAGE") is True:
        tiles = Tiles(path, descriptor, hdu, limits)
        closing.callback(tiles.close)
        return Part(
            "image", source=tiles, fields=(tiles.field,), rows=math.prod(tiles.shape), shape=tiles.shape, **common
        )
    if hdu.extension in {"BINTABLE", "TABLE"}:
        table = Table(descriptor, hdu, limits)
        if table.duplicates:
            raise Unreadable(f"two columns are called {table.duplicates[0]}", hdu=hdu.label)
        fields = tuple(c.field for c in table.columns.values())
        return Part("table", source=table, fields=fields, rows=table.rows, **common)
    if hdu.extension != "IMAGE":
        raise Unreadable(f"{hdu.extension} extensions are not supported yet", code="UNSUPPORTED", hdu=hdu.label)
    if not hdu.size:
        return Part("empty", source=NoRows(), **common)
    image = Image(descriptor, hdu)
    shape = tuple(reversed(hdu.axes))
    return Part("image", source=image, fields=(image.field,), rows=math.prod(shape), shape=shape, **common)
