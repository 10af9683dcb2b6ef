"""ASDF files as documents: arrays and tables by their path in the tree, everything else in it as cards of one part."""

import math
import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from adp.comparison.formats.arrays import Compound, Image, fields, image_field, is_table
from adp.comparison.formats.asdf_arrays import Contiguous, array
from adp.comparison.formats.asdf_file import Block, blocks, tree_text
from adp.comparison.formats.asdf_tree import Leaf, leaves
from adp.comparison.formats.flat import gathered
from adp.comparison.formats.limits import ReadLimits, Unreadable
from adp.comparison.model import Array, Card, Document, Field, Getter, NoRows, Part, Problem, Rows, Source, Values


def read(path: Path, descriptor: int, limits: ReadLimits) -> Document:
    """Raises Unreadable. No tag is acted upon, no other file is opened; blocks are read as the values are asked for."""
    with ExitStack() as closing:
        closing.callback(os.close, descriptor)
        text, end = tree_text(descriptor, limits)
        stored = list(blocks(descriptor, end, limits))
        for block in stored:
            closing.callback(block.close)
        problems = [
            Problem("CHECKSUM", f"the MD5 of block {i} does not hold for its bytes")
            for i, block in enumerate(stored)
            if not block.holds()
        ]
        parts: list[Part] = []
        cards: list[Card] = []
        for leaf in leaves(text, limits):
            if leaf.kind == "scalar":
                cards.append(Card(leaf.path, leaf.value))
                continue
            try:
                parts.append(_part(leaf, len(parts) + 1, stored, limits))
            except Unreadable as error:
                problems.append(Problem(error.code, f"{leaf.path}: {error}", leaf.path))
        if len(parts) > limits.hdus:
            raise Unreadable(f"holds more than {limits.hdus} arrays")
        root = Part("empty", 0, NoRows(), "/", cards=tuple(cards))
        meta = {c.key: c.value for c in cards}
        return Document(path, "asdf", (root, *parts), tuple(problems), meta, closing.pop_all().close)


def _part(leaf: Leaf, index: int, stored: Sequence[Block], limits: ReadLimits) -> Part:
    if leaf.kind == "table":
        return _table(leaf, index, stored, limits)
    data = _masked(leaf.value, stored, limits)
    if math.prod(data.shape) and not is_table(data.dtype):
        field = replace(image_field(data.dtype), unit=leaf.unit)
        shape = data.shape or (1,)
        return Part("image", index, data.source, leaf.path, fields=(field,), rows=math.prod(shape), shape=shape)
    if not math.prod(data.shape):
        return Part("empty", index, NoRows(), leaf.path)
    found = fields(leaf.path, data, limits)
    named = tuple(replace(f, unit=leaf.unit) if len(found) == 1 else f for f in found)
    rows = data.shape[0] if data.shape else 1
    return Part("table", index, Compound(data.inner, named, limits), leaf.path, fields=named, rows=rows)


@dataclass(frozen=True)
class _Masked:
    """An array and what marks its missing values: another array, or a value that stands for them."""

    inner: Contiguous | Array
    mask: Contiguous | Array | None = None
    missing: Any = None

    @property
    def shape(self) -> tuple[int, ...]:
        return self.inner.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.inner.dtype

    @property
    def source(self) -> Source:
        return self

    def read(self, rows: Rows) -> Getter:
        data = Image(self.inner).read(rows)("").data
        if self.mask is not None:
            mask: Any = Image(self.mask).read(rows)("").data.astype(np.bool_)
        else:
            mask = None if self.missing is None else data == self.missing
        return lambda _: Values(data, mask)


def _masked(node: Any, stored: Sequence[Block], limits: ReadLimits) -> _Masked:
    inner = array(node, stored, limits)
    mask = node.get("mask") if isinstance(node, Mapping) else None
    if mask is None or isinstance(mask, bool | int | float):
        return _Masked(inner, missing=mask)
    found = array(getattr(mask, "value", mask), stored, limits)
    if found.shape != inner.shape or found.dtype.kind not in "biu":
        raise Unreadable(f"its mask has the shape {found.shape}, its values {inner.shape}")
    return _Masked(inner, found)


def _table(leaf: Leaf, index: int, stored: Sequence[Block], limits: ReadLimits) -> Part:
    columns: dict[str, _Masked] = {}
    named: list[Field] = []
    for name, node, unit, description in leaf.value:
        data = _masked(node, stored, limits)
        if name in columns or not data.shape or data.dtype.names:
            raise Unreadable(f"column {name} is there twice, or is no column")
        columns[name] = data
        field = fields(name, data, limits)[0] if is_table(data.dtype) else image_field(data.dtype)
        named.append(replace(field, name=name, unit=unit, description=description, cell=data.shape[1:]))
    rows = {data.shape[0] for data in columns.values()}
    if len(rows) != 1:
        raise Unreadable("its columns have different numbers of rows")
    return Part("table", index, _Columns(columns), leaf.path, fields=tuple(named), rows=rows.pop())


class _Columns:
    """Columns that lie in arrays of their own."""

    def __init__(self, columns: Mapping[str, _Masked]) -> None:
        self._columns = columns

    def read(self, rows: Rows) -> Getter:
        return lambda name: self._values(self._columns[name], rows)

    def _values(self, data: _Masked, rows: Rows) -> Values:
        wide = math.prod(data.shape[1:])
        if isinstance(rows, slice):
            return data.read(slice(rows.start * wide, rows.stop * wide))("")
        whole = gathered(lambda a, b: data.read(slice(a * wide, b * wide))("").data.reshape(b - a, wide), rows)
        if data.mask is None and data.missing is None:
            return Values(whole.reshape(-1))
        mask = gathered(
            lambda a, b: np.asarray(data.read(slice(a * wide, b * wide))("").mask).reshape(b - a, wide), rows
        )
        return Values(whole.reshape(-1), mask.reshape(-1))
